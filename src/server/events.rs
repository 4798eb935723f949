//! `GET /events`: who is it, may they, from which cursor. What follows is `stream/event_stream.rs`.

use super::{connections::StreamPlace, layers, state::Process};
use crate::{
    model::error::{AppError, AppResult, Code},
    request::{address::counted, answer, caller::Caller, site},
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
    http::{HeaderMap, HeaderValue, Method, Version, header, request::Parts},
    response::Response,
};
use bytes::Bytes;
use serde::Deserialize;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The path of the stream.
pub const EVENTS: &str = "/events";
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
    place: Option<Extension<StreamPlace>>,
    query: Result<Query<From>, QueryRejection>,
    Parts { version, method, uri, headers, .. }: Parts,
) -> Response {
    // A query that cannot be read names no place to go on from: never a silent gap.
    let from = query.map_or_else(|_| From { after: Some("?".to_owned()), store: None }, |Query(from)| from);
    let host = site::host(version, &uri, &headers).unwrap_or_default();
    if let Err(refusal) = site::check_origin(host.as_ref(), &headers, &app.settings, caller.secure) {
        return layers::refuse(&app, &headers, refusal);
    }
    if let Some(Extension(place)) = place.filter(|place| !place.is_free()) {
        place.closes();
        let mut response = answer::error(AppError::retry(Code::Busy, WAIT), caller.reader.lang);
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        return response;
    }
    let stream = match admit(&app, &caller, &headers, &from).await {
        Ok(stream) => stream,
        Err(error) => return answer::error(error, caller.reader.lang),
    };
    // axum answers HEAD with the same handler: the head alone, of no length that is known, and no stream is held.
    let mut response = Response::new(Body::from_stream(futures_util::stream::empty::<Result<Bytes, Infallible>>()));
    if method == Method::GET {
        let handle = Handle(Arc::new(Mutex::new(Some(Box::new(stream)))));
        response = Response::new(body(handle.clone()));
        response.extensions_mut().insert(handle);
    }
    // Also tells hyper that a stream of HTTP/1.0 leaves no connection to be kept.
    *response.version_mut() = version;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache, no-transform"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    if version == Version::HTTP_10 {
        // Without chunks the end of the connection is the end of the stream, whatever the client asked for.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

async fn admit(app: &Process, caller: &Caller, headers: &HeaderMap, from: &From) -> AppResult<EventStream> {
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
    if let Cursor::After(seq) = cursor
        && !place.is_in_ring(seq)
    {
        app.limits.replaying(session.hash)?;
    }
    let lasts = Duration::from_millis(session.expires.saturating_sub(app.now()));
    EventStream::open(place, app.db.clone(), &app.stream_config, &session.tag, lasts, cursor, from.store.as_deref()).await
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
