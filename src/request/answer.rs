//! How errors leave the server: the status, the words in the caller's language, `Retry-After`, JSON.

use super::caller::Caller;
use crate::{
    i18n::Lang,
    model::error::AppError,
    server::{refused, state::App},
};
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

/// An error where a page was asked for: the sentence, and a link to try `again` (empty: the same page).
pub fn error_page(app: &App, caller: &Caller, error: &AppError, again: &str) -> Response {
    let html = refused::sorry(caller.lang, caller.theme, &app.manifest.css, error, again);
    let mut response = Response::new(Body::from(html));
    head(&mut response, error);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}
