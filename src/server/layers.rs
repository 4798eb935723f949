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
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tower_http::csrf::ProtectionError;

/// A request that takes longer is worth a line.
const SLOW: Duration = Duration::from_secs(1);
/// The shortest time between two lines about refused requests.
const REFUSED_EVERY: Duration = Duration::from_secs(1);

/// Refused requests since the last line about them, by status.
#[derive(Debug)]
struct Refused {
    counts: BTreeMap<u16, u64>,
    last: Option<Instant>,
}

static REFUSED: Mutex<Refused> = Mutex::new(Refused { counts: BTreeMap::new(), last: None });

impl Refused {
    /// Returns what was counted, if a line is due; `{429: 12}`.
    fn take(&mut self, now: Instant) -> Option<String> {
        if self.counts.is_empty() || self.last.is_some_and(|last| now < last + REFUSED_EVERY) {
            return None;
        }
        self.last = Some(now);
        Some(format!("{:?}", std::mem::take(&mut self.counts)))
    }
}

fn refused() -> MutexGuard<'static, Refused> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes the line about refused requests that is still due. Called now and then.
pub fn log_refused() {
    if let Some(counts) = refused().take(Instant::now()) {
        tracing::info!(%counts, "refused requests");
    }
}

/// Marks an answer whose request changed nothing, whatever its method.
#[derive(Debug, Clone, Copy)]
pub struct ReadOnly;

/// Layer: a line for each request that changes something, fails in the server or is slow; refused ones are counted, and so are
/// those over a cap. Others are logged at `debug`. Paths hold ids only; query, cookies, bodies never reach the log.
pub async fn log(request: Request, next: Next) -> Response {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let began = Instant::now();
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-request-id", HeaderValue::from(id));
    let (status, took) = (response.status().as_u16(), began.elapsed());
    let ms = took.as_millis() as u64;
    let path: String = path.chars().take(200).collect();
    let reads = method.is_safe() || response.extensions().get::<ReadOnly>().is_some();
    if status >= 400 && (status < 500 || status == 503) {
        let mut refused = refused();
        *refused.counts.entry(status).or_default() += 1;
        let counts = refused.take(began + took);
        drop(refused);
        tracing::debug!(id, %method, path, status, ms, "request");
        if let Some(counts) = counts {
            tracing::info!(id, %method, path, status, %counts, "refused requests, this one the last");
        }
    } else if status >= 500 {
        tracing::warn!(id, %method, path, status, ms, "request");
    } else if !reads || took >= SLOW {
        tracing::info!(id, %method, path, status, ms, "request");
    } else {
        tracing::debug!(id, %method, path, status, ms, "request");
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
    if response.extensions().get::<Panicked>().is_some() {
        response = answer::error(AppError::new(Code::Internal), lang);
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
    let mut response = answer::error(AppError::new(Code::Internal), Lang::En);
    response.extensions_mut().insert(Panicked);
    response
}

/// Marks the answer of a panic, whose words [`guard`] writes in the language of the request.
#[derive(Debug, Clone, Copy)]
struct Panicked;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_counted_and_a_line_is_due_once_a_second() {
        let mut refused = Refused { counts: BTreeMap::new(), last: None };
        let now = Instant::now();
        assert_eq!(refused.take(now), None);
        refused.counts.insert(429, 1);
        assert_eq!(refused.take(now).as_deref(), Some("{429: 1}"));
        refused.counts = BTreeMap::from([(404, 2), (429, 70)]);
        assert_eq!(refused.take(now + REFUSED_EVERY / 2), None);
        assert_eq!(refused.take(now + REFUSED_EVERY).as_deref(), Some("{404: 2, 429: 70}"));
    }
}
