//! The way into `/api/*`: method, content type, size, UTF-8; and for plain HTML forms the way back: a redirect, or the small
//! page that still holds what was typed.

use super::{
    pages::see,
    refused::{self, Fields},
    state::App,
};
use crate::{
    model::{
        error::{AppError, AppResult, Code, Reason},
        ids::RoomId,
    },
    request::{answer, caller::Caller},
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
use percent_encoding::percent_decode;
use std::time::Duration;

/// Bytes of a request body: for a message, and elsewhere.
const SEND_LIMIT: usize = 128 * 1024;
const LIMIT: usize = 64 * 1024;
/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(30);
/// An answer read back here is ours and small; a page of 100 long messages is the largest.
const ANSWER_LIMIT: usize = 64 * 1024 * 1024;
/// After a refusal this much of the body is read and thrown away, or for this long: else the client sees a broken pipe
/// instead of the answer.
const DRAIN: usize = 4 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Layer around all of `/api/*`.
pub async fn accept(State(app): State<App>, Extension(caller): Extension<Caller>, request: Request, next: Next) -> Response {
    let html = wants_html(request.headers());
    let path = request.uri().path().to_owned();
    let (parts, body) = request.into_parts();
    let fields = match read(&parts.method, &path, &parts.headers, body).await {
        Ok(bytes) => bytes,
        Err(error) if html => return refuse(&app, &caller, &path, &Fields::new(), error),
        Err(error) => {
            let mut answer = answer::error(error, caller.lang);
            if answer.status() == StatusCode::METHOD_NOT_ALLOWED {
                answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
            }
            return answer;
        }
    };
    let pairs = match decode(&fields) {
        Ok(pairs) => pairs,
        Err((pairs, error)) if html => return refuse(&app, &caller, &path, &pairs, error),
        Err((_, error)) => return answer::error(error, caller.lang),
    };
    // A page that was another person's before the cookie changed must not speak in this one's name.
    if let Some(tag) = field(&pairs, "session").filter(|tag| !tag.is_empty())
        && caller.session.as_ref().is_none_or(|session| *session.tag != *tag)
    {
        let error = AppError::new(Code::NotEntered);
        return if html { refuse(&app, &caller, &path, &pairs, error) } else { answer::error(error, caller.lang) };
    }
    let mut parts = parts;
    // The function must not see a browser's wish for HTML: it would turn every error into a redirect and lose the text.
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let response = next.run(Request::from_parts(parts, Body::from(fields))).await;
    let (response, outcome) = match settle(response).await {
        Ok(settled) => settled,
        Err(error) => return answer::error(error, caller.lang),
    };
    match (outcome, html) {
        (Outcome::Error(error), true) => {
            let mut answer = refuse(&app, &caller, &path, &pairs, error);
            keep_cookies(response.headers(), &mut answer);
            answer
        }
        (Outcome::Error(error), false) => {
            let mut answer = answer::error(error, caller.lang);
            keep_cookies(response.headers(), &mut answer);
            answer
        }
        (Outcome::Done(body), true) => {
            let mut answer = see(&way_back(&path, &pairs, &body));
            keep_cookies(response.headers(), &mut answer);
            answer
        }
        (Outcome::Done(body), false) => {
            let mut response = response.map(|()| Body::from(body));
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
            response
        }
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

/// The body, once method, path, content type and size are right.
async fn read(method: &Method, path: &str, headers: &HeaderMap, mut body: Body) -> AppResult<Bytes> {
    let limit = if path == "/api/messages/send" { SEND_LIMIT } else { LIMIT };
    let verdict = judge(method, path, headers, limit);
    if let Err(error) = verdict {
        drain(body).await;
        return Err(error);
    }
    let mut bytes = Vec::new();
    let reading = async {
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| AppError::new(Code::BadInput))?;
            let data = frame.data_ref().map_or(&[][..], |data| data);
            if bytes.len() + data.len() > limit {
                return Err(AppError::new(Code::TooLarge));
            }
            bytes.extend_from_slice(data);
        }
        Ok(())
    };
    match tokio::time::timeout(BODY_TIME, reading).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            drain(body).await;
            return Err(error);
        }
        Err(_) => return Err(AppError::new(Code::BadInput)),
    }
    let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).is_some_and(|kind| {
        kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    });
    // A function without fields may be called without a body, and then there is no type to name.
    if !form && (!bytes.is_empty() || headers.contains_key(header::CONTENT_TYPE)) {
        return Err(AppError::new(Code::ContentType));
    }
    Ok(bytes.into())
}

fn judge(method: &Method, path: &str, headers: &HeaderMap, limit: usize) -> AppResult<()> {
    if !server_fn::axum::server_fn_paths().any(|(known, _)| known == path) {
        return Err(AppError::new(Code::NotFound));
    }
    if method != Method::POST {
        return Err(AppError::new(Code::MethodNotAllowed));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(AppError::new(Code::TooLarge));
    }
    Ok(())
}

async fn drain<B: http_body::Body<Data = Bytes> + Send>(body: B) {
    let mut body = std::pin::pin!(body);
    let reading = async {
        let mut left = DRAIN;
        while let Some(Ok(frame)) = body.frame().await {
            let Some(rest) = left.checked_sub(frame.data_ref().map_or(0, Bytes::len)) else { break };
            left = rest;
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

/// The form's fields. Percent-decoded bytes that are not UTF-8 are an error that names the field; the others are kept.
fn decode(bytes: &[u8]) -> Result<Fields, (Fields, AppError)> {
    let mut fields = Fields::new();
    let mut wrong = None;
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let text = |raw: &[u8]| {
            let spaced: Vec<u8> = raw.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
            let decoded: Vec<u8> = percent_decode(&spaced).collect();
            String::from_utf8(decoded).map_err(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        };
        let name = text(&pair[..at]).unwrap_or_else(|lossy| lossy);
        match text(pair.get(at + 1..).unwrap_or_default()) {
            Ok(value) => fields.push((name, value)),
            Err(lossy) => {
                wrong.get_or_insert_with(|| AppError::bad_input(&name, Reason::Malformed));
                fields.push((name, lossy));
            }
        }
    }
    match wrong {
        None => Ok(fields),
        Some(error) => Err((fields, error)),
    }
}

enum Outcome {
    Done(Bytes),
    Error(AppError),
}

/// Reads a server function's answer: what it said, or the error it ended with (which it writes as 500 with a header).
async fn settle(response: Response) -> AppResult<(Response<()>, Outcome)> {
    let (parts, body) = response.into_parts();
    let failed = parts.headers.contains_key(server_fn::error::SERVER_FN_ERROR_HEADER) || parts.status.is_server_error();
    let Ok(bytes) = Limited::new(body, ANSWER_LIMIT).collect().await.map(|body| body.to_bytes()) else {
        return Err(AppError::new(Code::Internal));
    };
    let outcome = if failed {
        Outcome::Error(serde_json::from_slice(&bytes).unwrap_or(AppError::new(Code::Internal)))
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

fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// Where a form goes once it is done: always one of our own paths, never what a stranger named.
fn way_back(path: &str, fields: &Fields, answer: &[u8]) -> String {
    #[derive(serde::Deserialize)]
    struct Ids {
        id: Option<RoomId>,
        room: Option<RoomId>,
    }
    let ids = serde_json::from_slice(answer).unwrap_or(Ids { id: None, room: None });
    let room = |id: Option<RoomId>| id.map_or_else(|| "/".to_owned(), |id| format!("/rooms/{id}"));
    match path {
        "/api/auth/leave" => "/enter".to_owned(),
        "/api/rooms/create" | "/api/rooms/rename" => room(ids.id),
        "/api/messages/send" | "/api/messages/delete" | "/api/rooms/join" => room(ids.room),
        "/api/preferences/set" => field(fields, "back").and_then(local).unwrap_or("/").to_owned(),
        _ => "/".to_owned(),
    }
}

/// The path, if it is one of our pages: `/`, `/enter`, `/rooms`, and below that digits only.
pub fn local(path: &str) -> Option<&str> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let ours = matches!(path, "/" | "/enter" | "/rooms")
        || path.strip_prefix("/rooms/").is_some_and(|rest| rest.split('/').count() <= 2 && rest.split('/').all(digits));
    ours.then_some(path)
}

/// The small page that answers a refused form.
fn refuse(app: &App, caller: &Caller, path: &str, fields: &Fields, error: AppError) -> Response {
    let back = match field(fields, "room").filter(|room| local(&format!("/rooms/{room}")).is_some()) {
        Some(room) => format!("/rooms/{room}"),
        None => field(fields, "back").and_then(local).unwrap_or("/").to_owned(),
    };
    let Ok(key) = crate::sessions::cache::random_hex(16) else { return answer::error(error, caller.lang) };
    let known = server_fn::axum::server_fn_paths().any(|(known, _)| known == path);
    if !known || fields.is_empty() {
        return answer::error_page(app, caller, &error, "/");
    }
    let html = refused::page(caller.lang, caller.theme, &app.manifest.css, path, fields, &error, &back, &key);
    let mut response = Response::new(Body::from(html));
    answer::head(&mut response, &error);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    debug_assert_ne!(response.status(), StatusCode::OK);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_is_one_of_our_own_pages() {
        for good in ["/", "/enter", "/rooms", "/rooms/3", "/rooms/3/512"] {
            assert_eq!(local(good), Some(good));
        }
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/rooms/../enter",
            "/rooms//evil",
            "/rooms/3/",
            "/rooms/3/4/5",
            "/rooms/3?x=1",
            "/rooms/3#x",
            "/%2f/evil.example",
            "javascript:alert(1)",
            "/rooms/3\r\nset-cookie: a=b",
            "\t//evil",
            " /",
            "/enter ",
            "///evil",
            "/.evil",
            "/@evil",
            "http:/evil",
            "\\\\evil",
            "/rooms/３",
        ] {
            assert_eq!(local(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn broken_utf8_names_its_field_and_keeps_the_others() {
        let (fields, error) = decode(b"room=1&key=k&text=%ff%fe").unwrap_err();
        assert_eq!(error, AppError::bad_input("text", Reason::Malformed));
        assert_eq!(fields[0], ("room".to_owned(), "1".to_owned()));
        assert_eq!(decode("text=a+b%20%E4%BD%A0%ef%bf%bd".as_bytes()).unwrap()[0].1, "a b 你\u{fffd}");
    }
}
