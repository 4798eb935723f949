//! How errors leave the server: the status, the words in the caller's language, the headers that go with the status, JSON.

use crate::model::{
    error::{AppError, Code},
    lang::Lang,
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
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

/// Status of an error, and what a program needs to do better (RFC 9110): when to come again, what is missing, what is taken.
pub fn head(response: &mut Response, error: &AppError) {
    *response.status_mut() = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    if let Some(seconds) = error.retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    match error.code {
        Code::NotEntered => {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Cookie realm=\"Rill\""));
        }
        Code::ContentType => {
            headers.insert(header::ACCEPT, HeaderValue::from_static("application/x-www-form-urlencoded"));
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        }
        _ => {}
    }
}

/// Whether the client is a browser that shows the answer as a page.
pub fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}
