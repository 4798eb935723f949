//! `GET /events`: who is it, may they, from which cursor. What follows is `stream/event_stream.rs`.

use super::state::Process;
use crate::{
    model::error::{AppError, AppResult, Code},
    request::{address::counted, answer, caller::Caller},
    stream::{
        event_stream::{Cursor, EventStream},
        hub::Owner,
        subscription::Subscription,
    },
};
use axum::{
    Extension,
    body::Body,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use bytes::Bytes;
use serde::Deserialize;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// Seconds a client should wait when a cap is reached.
const WAIT: u32 = 5;

/// The query of the stream's URL.
#[derive(Debug, Default, Deserialize)]
pub struct From {
    after: Option<String>,
    store: Option<String>,
}

/// The handler.
pub async fn events(
    State(app): State<Process>,
    Extension(caller): Extension<Caller>,
    method: Method,
    query: Result<Query<From>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    // A query that cannot be read names no place to go on from: never a silent gap.
    let from = query.map_or_else(|_| From { after: Some("?".to_owned()), store: None }, |Query(from)| from);
    let stream = match admit(&app, &caller, &headers, &from).await {
        Ok(stream) => stream,
        Err(error) => return answer::error(error, caller.lang),
    };
    // axum answers HEAD with the same handler: the head alone, of no length that is known, and no stream is held.
    let mut response = Response::new(Body::from_stream(futures_util::stream::empty::<Result<Bytes, Infallible>>()));
    if method == Method::GET {
        let handle = Handle(Arc::new(Mutex::new(Some(Box::new(stream)))));
        response = Response::new(body(handle.clone()));
        response.extensions_mut().insert(handle);
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

async fn admit(app: &Process, caller: &Caller, headers: &HeaderMap, from: &From) -> AppResult<EventStream> {
    if !same_origin(headers, app.settings.public_url.as_deref(), caller.secure) {
        return Err(AppError::new(Code::CrossSite));
    }
    let session = caller.require_session()?;
    let owner = Owner { user: session.user, session: session.tag.clone(), address: counted(caller.address) };
    let place = Subscription::open(&app.hub, owner).ok_or(AppError::retry(Code::Busy, WAIT))?;
    // Asked again once registered: a session that ended in between is not in the hub's list when it is closed.
    if !app.sessions.is_live(session, app.now()).await? {
        return Err(AppError::new(Code::NotEntered));
    }
    // The header wins: a browser that reconnects keeps its URL and knows better.
    let last = headers.get("last-event-id").map(|value| value.to_str().unwrap_or("?")).filter(|id| !id.is_empty());
    let cursor = Cursor::parse(last.or(from.after.as_deref()));
    let lasts = Duration::from_millis(session.expires.saturating_sub(app.now()));
    EventStream::open(place, app.db.clone(), &app.stream_config, &session.tag, lasts, cursor, from.store.as_deref()).await
}

/// Whether the request comes from our own pages, or from no page at all.
fn same_origin(headers: &HeaderMap, public_url: Option<&str>, secure: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if text("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site") {
        return false;
    }
    let Some(origin) = text("origin") else { return true };
    let scheme = if secure { "https://" } else { "http://" };
    let ours = text("host").is_some_and(|host| origin.strip_prefix(scheme) == Some(host));
    ours || public_url == Some(origin)
}

/// The stream behind an answer, as one of its extensions: whoever takes it first writes it. The accept loop does, on the bare
/// socket; where it cannot, the answer's own body does.
#[derive(Debug, Clone)]
pub struct Handle(Arc<Mutex<Option<Box<EventStream>>>>);

impl Handle {
    /// None once somebody has taken it.
    pub fn take(&self) -> Option<Box<EventStream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

fn body(handle: Handle) -> Body {
    let chunks = futures_util::stream::unfold((handle, None), |(handle, stream)| async move {
        let mut stream = stream.or_else(|| handle.take())?;
        stream.next().await.map(|bytes| (Ok::<_, Infallible>(bytes), (handle, Some(stream))))
    });
    Body::from_stream(chunks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value))).collect();
        same_origin(&headers, Some("https://chat.example.org"), false)
    }

    #[test]
    fn only_our_own_pages_may_listen() {
        assert!(from(&[("host", "a:1")]));
        assert!(from(&[("host", "a:1"), ("origin", "http://a:1"), ("sec-fetch-site", "same-origin")]));
        assert!(from(&[("host", "inner"), ("origin", "https://chat.example.org")]));
        assert!(!from(&[("host", "a:1"), ("origin", "http://b:1")]));
        assert!(!from(&[("host", "a:1"), ("origin", "https://a:1")]));
        assert!(!from(&[("host", "a:1"), ("origin", "null")]));
        assert!(!from(&[("host", "a:1"), ("sec-fetch-site", "cross-site")]));
        assert!(!from(&[("host", "a:1"), ("sec-fetch-site", "same-site")]));
    }
}
