//! What every answer passes through: the log line, the safe headers, and the check of where a request comes from.

use super::{refused, shell::content_security_policy, state::Process, unread, words::WORDS};
use crate::{
    model::{
        error::{AppError, Code, Reason},
        lang::Lang,
        route::Route,
    },
    request::{
        answer,
        caller::{Caller, Peer, Reader, language},
        encoding,
        services::Settings,
        site::{self, Refusal},
    },
};
use axum::{
    Extension,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{
    any::Any,
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Header lines of a request, at most. Their bytes are limited where they are read (`connection.rs`).
const HEADERS: usize = 64;

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
fn is_trustworthy(settings: &Settings, request: &Request) -> bool {
    let headers = request.headers();
    let host = site::host(request.version(), request.uri(), headers).ok().flatten();
    settings.is_secure(Peer::of(request), headers) || host.is_none_or(|host| host.is_loopback())
}

/// Layer: headers that make a browser careful.
pub async fn guard(settings: Arc<Settings>, request: Request, next: Next) -> Response {
    let (lang, trustworthy) = (language(request.headers()), is_trustworthy(&settings, &request));
    let is_page = request.method() == Method::GET;
    let mut response = next.run(request).await;
    if response.extensions().get::<Panicked>().is_some() {
        response = answer::error(AppError::new(Code::Internal), lang);
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

/// Layer: refuses what is framed in a way that others could read differently, what is addressed to a foreign host, and what a
/// page of another site has sent; settles the content coding; and says in words that a method is wrong.
pub async fn check_request(State(app): State<Process>, mut request: Request, next: Next) -> Response {
    if let Err(status) = check_head(&request) {
        let refused = AppError { reason: Some(Reason::Malformed), ..AppError::new(Code::BadInput) };
        let mut response = respond(&app, request.headers(), refused);
        *response.status_mut() = status;
        // Where its body ends is not certain, so nothing after it is read.
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    if let Err(refusal) = check_addresses(&app.settings, &request) {
        return refuse(&app, request.headers(), refusal);
    }
    if request.method() == Method::OPTIONS && request.uri().path() == "*" {
        return (StatusCode::NO_CONTENT, [(header::ALLOW, "GET, HEAD, POST, OPTIONS")]).into_response();
    }
    encoding::set_coding(request.headers_mut());
    let preferences = (answer::wants_html(request.headers()), Reader::of(request.headers()));
    let response = next.run(request).await;
    if response.status() != StatusCode::METHOD_NOT_ALLOWED || response.headers().contains_key(header::CONTENT_TYPE) {
        return response;
    }
    let allowed = response.headers().get(header::ALLOW).cloned();
    let mut response = speak(&app, preferences, AppError::new(Code::MethodNotAllowed));
    if let Some(allowed) = allowed {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

/// Layer around what is no server function: refuses a request that is one too many. Those to server functions are refused by
/// `forms.rs`, whose page keeps what was typed.
pub async fn refuse_too_fast(
    State(app): State<Process>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    match caller.too_fast() {
        Some(error) if answer::wants_html(request.headers()) => refused::error_page(&app, caller.reader, None, error, None),
        Some(error) => answer::error(error.clone(), caller.reader.lang),
        None => next.run(request).await,
    }
}

/// Layer around what is made for one reader: bounds what they leave unread.
pub async fn bound_unread(
    State(app): State<Process>,
    Extension(caller): Extension<Caller>,
    request: Request,
    next: Next,
) -> Response {
    let html = answer::wants_html(request.headers());
    match unread::bound(&app.unread, &caller, next.run(request).await) {
        Ok(response) => response,
        Err(error) if html => refused::error_page(&app, caller.reader, None, &error, None),
        Err(error) => answer::error(error, caller.reader.lang),
    }
}

/// The only transfer coding is `chunked`, once (RFC 9112, section 6.1).
fn check_head(request: &Request) -> Result<(), StatusCode> {
    let headers = request.headers();
    let codings = headers.get_all(header::TRANSFER_ENCODING);
    if codings.iter().count() > 1 || codings.iter().any(|coding| !coding.as_bytes().eq_ignore_ascii_case(b"chunked")) {
        return Err(StatusCode::BAD_REQUEST);
    }
    if headers.len() > HEADERS { Err(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE) } else { Ok(()) }
}

fn check_addresses(settings: &Settings, request: &Request) -> Result<(), Refusal> {
    let (headers, peer) = (request.headers(), Peer::of(request));
    let host = site::host(request.version(), request.uri(), headers)?;
    if let Some(host) = &host {
        site::check_host(host, settings, settings.is_trusted(peer))?;
    }
    // The stream, which is read only, is checked by its endpoint, with the same rule.
    if request.method().is_safe() {
        return Ok(());
    }
    site::check_origin(host.as_ref(), headers, settings, settings.is_secure(peer, headers))
}

/// Whether a line about a refused host or origin is due: one a second, since anybody can cause them.
fn is_refusal_logged(app: &Process) -> bool {
    let (now, mut last) = (Instant::now(), app.refusal_logged.lock().unwrap_or_else(PoisonError::into_inner));
    let due = last.is_none_or(|last| now >= last + REFUSED_EVERY);
    if due {
        *last = Some(now);
    }
    due
}

/// Answers a request that is not for us, and says in the log what was expected.
pub fn refuse(app: &Process, headers: &HeaderMap, refusal: Refusal) -> Response {
    let seen = headers.get(header::HOST).map_or("", |host| host.to_str().unwrap_or("?"));
    let reader = Reader::of(headers);
    let words = reader.lang.of(&WORDS);
    let public = app.settings.public_url.as_deref();
    let (code, message) = match refusal {
        Refusal::NoHost => (Code::BadInput, String::new()),
        Refusal::ForeignHost { host } => {
            if is_refusal_logged(app) {
                tracing::info!(
                    host,
                    expected = public,
                    "refused: addressed to another name; set public_url if it is this server's"
                );
            }
            (Code::CrossSite, public.map_or_else(|| (words.unknown_host)(&host), |url| (words.open_at)(url)))
        }
        Refusal::ForeignPage { origin, expected } => {
            if is_refusal_logged(app) {
                tracing::info!(origin, host = seen, expected, "refused: sent by a page of another origin");
            }
            let unknown = || (words.foreign_page)(&expected);
            (Code::CrossSite, public.map_or_else(unknown, |url| (words.open_at)(url)))
        }
    };
    let reason = (code == Code::BadInput).then_some(Reason::Malformed);
    respond(app, headers, AppError { message, reason, ..AppError::new(code) })
}

/// An error as the client wants it: a small page, or JSON.
fn respond(app: &Process, headers: &HeaderMap, error: AppError) -> Response {
    speak(app, (answer::wants_html(headers), Reader::of(headers)), error)
}

fn speak(app: &Process, (html, reader): (bool, Reader), error: AppError) -> Response {
    if html { refused::error_page(app, reader, None, &error, Some(Route::Home)) } else { answer::error(error, reader.lang) }
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
