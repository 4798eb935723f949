//! What every answer passes through: the log line, the safe headers, words for what the layers themselves refuse.

use super::shell::content_security_policy;
use crate::{
    model::{
        error::{AppError, Code},
        lang::Lang,
    },
    request::{answer, caller::language, services::without_port},
};
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use std::{
    any::Any,
    net::IpAddr,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};
use tower_http::csrf::ProtectionError;

/// Layer: one line a request. Paths hold ids only; query, cookies, bodies never reach the log.
pub async fn log(request: Request, next: Next) -> Response {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let began = Instant::now();
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-request-id", HeaderValue::from(id));
    let (status, ms) = (response.status().as_u16(), began.elapsed().as_millis() as u64);
    let path: String = path.chars().take(200).collect();
    if status >= 500 {
        tracing::warn!(id, %method, path, status, ms, "request");
    } else {
        tracing::info!(id, %method, path, status, ms, "request");
    }
    response
}

/// Whether a browser takes the page's origin for trustworthy: https, or this very machine. Elsewhere it ignores the opener
/// policy, and complains of it in the console of every page.
fn is_trustworthy(https: bool, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let name = without_port(host);
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let local = name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback());
    let forwarded = headers.get("x-forwarded-proto").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"https"));
    https || local || forwarded
}

/// Layer: headers that make a browser careful; and our words for a refusal by the cross-site layer.
/// `https`: the public address is one.
pub async fn guard(https: bool, request: Request, next: Next) -> Response {
    let lang = language(request.headers());
    let trustworthy = is_trustworthy(https, request.headers());
    let is_page = request.method() == Method::GET;
    let mut response = next.run(request).await;
    if response.status() == StatusCode::FORBIDDEN && response.extensions().get::<ProtectionError>().is_some() {
        response = answer::error(AppError::new(Code::CrossSite), lang);
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(header::CONTENT_TYPE) {
        let allowed = response.headers_mut().remove(header::ALLOW);
        response = answer::error(AppError::new(Code::MethodNotAllowed), lang);
        if let Some(allowed) = allowed {
            response.headers_mut().insert(header::ALLOW, allowed);
        }
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if trustworthy {
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::try_from(content_security_policy("", 0))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        let cache = if is_page { "private, no-store" } else { "private, no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    response
}

/// What a panic in a handler answers; the hook of the process has logged it.
pub fn panicked(_: Box<dyn Any + Send + 'static>) -> Response<Body> {
    tracing::error!("a request ended in a panic");
    answer::error(AppError::new(Code::Internal), Lang::En)
}
