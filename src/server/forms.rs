//! The way into `/api/*`; and for plain HTML forms the way back: a redirect, or the small page that still holds what was typed.

use super::{
    form_body::{decode, discard, read},
    layers::ReadOnly,
    pages::{self, redirect},
    refused,
    state::Process,
};
use crate::{
    features::{
        accounts::api::{Enter, SignIn},
        rooms::api::{CreateRoom, RenameRoom, UpdateRoom},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::RoomId,
        json::escape_line_ends,
        route::Route,
    },
    request::{
        answer,
        caller::Caller,
        cookies,
        endpoint::{Effect, Endpoint, Need, Then},
        refusals::{Fields, Refusal, field},
    },
    sessions::{cache::Session, token::random_hex},
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use http_body_util::{BodyExt, Limited};
use serde::Deserialize;
use server_fn::ServerFn;
use std::{borrow::Cow, sync::Arc};

/// Bytes of an answer that is read back here: a page of 100 long messages is the largest.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;

/// Layer around all of `/api/*`.
pub async fn accept(State(app): State<Process>, Extension(caller): Extension<Caller>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let html = answer::wants_html(&parts.headers);
    let row = app.endpoints.get(parts.uri.path());
    // Browsers say so of a form, but on plain HTTP to another machine.
    let navigates = parts.headers.get("sec-fetch-mode").is_some_and(|mode| mode == "navigate");
    let destination =
        row.filter(|row| html && [Enter::PATH, SignIn::PATH].contains(&row.path)).and_then(|_| destination(&parts.headers));
    let post = Post { app: &app, caller: &caller, row, html, navigates, is_post: parts.method == Method::POST };
    // A program without a session is told so before its body is read, and so is one that asks too often. A browser's form is
    // read, since its page keeps the text.
    let no_session = || row.filter(|row| row.need == Need::Session).and_then(|_| caller.require_session().err());
    let refused = if html { None } else { caller.too_fast().cloned().or_else(no_session) };
    let read = match refused {
        Some(error) if parts.method == Method::POST => {
            discard(&parts.headers, body);
            Err(error)
        }
        _ => read(row, &parts.method, &parts.headers, body).await,
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            let allow = error.code == Code::MethodNotAllowed;
            let mut answer = post.refuse(Fields::new(), error).await;
            if allow {
                answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            return answer;
        }
    };
    let fields = match decode(&bytes) {
        Ok(fields) => fields,
        Err((fields, error)) => return post.refuse(fields, error).await,
    };
    if let Some(error) = caller.too_fast() {
        return post.refuse(fields, error.clone()).await;
    }
    if row.is_some_and(|row| is_anothers(row, &caller, &fields)) {
        return post.refuse(fields, AppError::new(Code::NotEntered)).await;
    }
    // The function must not see a browser's wish for HTML: it would turn every error into a redirect and lose the text.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    let read_only = row.is_some_and(|row| row.effect == Effect::Reads);
    let (response, outcome) = match decode_outcome(response).await {
        Ok(decoded) => decoded,
        Err(error) => return answer::error(error, caller.reader.lang),
    };
    let mut answer = match (outcome, row) {
        (Outcome::Error(error), _) => post.refuse(fields, error).await,
        (Outcome::Done(body), Some(row)) if html => match destination {
            Some(room) => {
                let mut answer = redirect(room);
                answer.headers_mut().append(header::SET_COOKIE, cookies::no_destination(caller.secure));
                answer
            }
            None => match (row.then, &caller.session) {
                (Then::ShowOnce(page), Some(session)) => show_once(&app, session, page, &body),
                _ => redirect(redirect_target(row, &fields, &body)),
            },
        },
        (Outcome::Done(body), _) => {
            let mut response = response.map(|()| Body::from(escaped(body)));
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            if read_only {
                response.extensions_mut().insert(ReadOnly);
            }
            return response;
        }
    };
    keep_cookies(response.headers(), &mut answer);
    answer
}

/// Returns an answer's JSON with the separators of lines escaped, as in frames.
fn escaped(json: Bytes) -> Bytes {
    match std::str::from_utf8(&json).map(escape_line_ends) {
        Ok(Cow::Owned(escaped)) => escaped.into(),
        _ => json,
    }
}

/// A request to `/api/*`, as far as its refusal depends on it.
struct Post<'a> {
    app: &'a Process,
    caller: &'a Caller,
    row: Option<&'static Endpoint>,
    html: bool,
    navigates: bool,
    is_post: bool,
}

impl Post<'_> {
    /// Answers a refusal: JSON to a program. To a browser a page that still holds what was typed, under an address that a reload
    /// only reads; where it is not known to be a browser, the page itself with that address to go on to.
    async fn refuse(&self, fields: Fields, error: AppError) -> Response {
        let names_room = self.row.is_some_and(|row| [CreateRoom::PATH, RenameRoom::PATH, UpdateRoom::PATH].contains(&row.path));
        let error = if names_room { error.of_room() } else { error };
        let lang = self.caller.reader.lang;
        if !self.html {
            return answer::error(error, lang);
        }
        let room = || field(&fields, "room").and_then(|room| room.parse().ok()).map(Route::Room);
        let page = self.row.and_then(|row| row.page);
        let back = named_target(&fields).or(page).or_else(room).unwrap_or(Route::Home);
        let Ok(fresh_key) = random_hex(16) else { return answer::error(error, lang) };
        let fields = fields.into_iter().filter(|(name, _)| refused::is_kept(name)).collect();
        let session = self.caller.session.as_ref().map(|session| session.tag.clone());
        let refusal = Arc::new(Refusal { row: self.row, fields, error, back, fresh_key, session });
        let kept = self.is_post.then(|| self.app.refusals.keep(refusal.clone(), self.app.now()));
        let Some(Ok(token)) = kept else { return pages::refused(self.app, self.caller, &refusal, false).await };
        let back = back.to_string();
        let address = format!("{back}{}refused={token}", if back.contains('?') { '&' } else { '?' });
        // An address is ASCII without control characters.
        let value = |text: String| HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("/"));
        if self.navigates {
            let mut answer = redirect(Route::Home);
            *answer.status_mut() = StatusCode::SEE_OTHER;
            answer.headers_mut().insert(header::LOCATION, value(address));
            return answer;
        }
        let mut answer = pages::refused(self.app, self.caller, &refusal, false).await;
        answer.headers_mut().insert(header::REFRESH, value(format!("0; url={address}")));
        answer
    }
}

/// The page of a room that an address led to before its reader had a name.
fn destination(headers: &HeaderMap) -> Option<Route> {
    let route: Route = cookies::get(headers, cookies::DESTINATION)?.parse().ok()?;
    route.room().map(|_| route)
}

/// Whether the form is of a page that was another person's before the cookie changed: it must not speak in this one's name.
fn is_anothers(row: &Endpoint, caller: &Caller, fields: &Fields) -> bool {
    let tag = field(fields, "session").filter(|tag| !tag.is_empty() && row.need == Need::Session);
    tag.is_some_and(|tag| caller.session.as_ref().is_none_or(|session| *session.tag != *tag))
}

enum Outcome {
    Done(Bytes),
    Error(AppError),
}

/// Reads a server function's answer: what it said, or the error it ended with (which it writes as 500 with a header).
async fn decode_outcome(response: Response) -> AppResult<(Response<()>, Outcome)> {
    let (parts, body) = response.into_parts();
    let failed = parts.headers.contains_key(server_fn::error::SERVER_FN_ERROR_HEADER) || parts.status.is_server_error();
    let Ok(bytes) = Limited::new(body, ANSWER_LIMIT).collect().await.map(|body| body.to_bytes()) else {
        return Err(AppError::new(Code::Internal));
    };
    let outcome = if failed {
        let error = serde_json::from_slice(&bytes).unwrap_or(AppError::new(Code::Internal));
        // Leptos says that it could not read the request; only a client has no network.
        Outcome::Error(if error.code == Code::Network { AppError::new(Code::BadInput) } else { error })
    } else {
        Outcome::Done(bytes)
    };
    Ok((Response::from_parts(parts, ()), outcome))
}

fn keep_cookies(from: &HeaderMap, to: &mut Response) {
    for cookie in from.get_all(header::SET_COOKIE) {
        to.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
}

/// What an answer holds that is shown once.
#[derive(Deserialize)]
struct Secret {
    token: String,
}

/// Leads to the page that shows the secret of an answer, this once.
fn show_once(app: &Process, session: &Session, page: Route, answer: &[u8]) -> Response {
    let made = serde_json::from_slice(answer).map_err(|_| AppError::new(Code::Internal));
    let name = made.and_then(|Secret { token }| app.shown_once.keep(token, session.tag.clone(), app.now()));
    let mut answer = redirect(page);
    let address = name.map(|name| format!("{page}?made={name}"));
    if let Some(address) = address.ok().and_then(|address| HeaderValue::try_from(address).ok()) {
        answer.headers_mut().insert(header::LOCATION, address);
    }
    answer
}

/// Where a form leads once it is done: where it says itself, if that is one of our pages, else where its row says.
fn redirect_target(row: &Endpoint, fields: &Fields, answer: &[u8]) -> Route {
    let room = |name| {
        let answer: serde_json::Value = serde_json::from_slice(answer).ok()?;
        Some(RoomId(answer.get(name)?.as_u64()?))
    };
    named_target(fields).unwrap_or_else(|| match row.then {
        Then::To(route) | Then::ShowOnce(route) => route,
        Then::ToRoom(name) => room(name).map_or(Route::Home, Route::Room),
    })
}

/// The page that the form came from, as far as it says so.
fn named_target(fields: &Fields) -> Option<Route> {
    field(fields, "back")?.parse().ok()
}
