//! How errors leave the server: the status, the words in the caller's language, `Retry-After`, JSON.

use crate::model::{error::AppError, lang::Lang};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

/// An error as JSON: `{"error":"…","message":"…"}`.
pub fn error(error: AppError, lang: Lang) -> Response {
    let error = error.spoken(lang);
    let body = serde_json::to_vec(&error).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    head(&mut response, &error);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    response
}

/// Status and `Retry-After` of an error.
pub fn head(response: &mut Response, error: &AppError) {
    *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}
