//! Calling the server's functions from the browser: one way for all of them, a form up and JSON down.
//!
//! The functions' own stubs would do the same with an encoder, a state machine and two readers for each (40 kB of a module's
//! 900). What is called, and what it answers, stands where it always stood: in the feature's `api.rs`.

use super::lazy::{Task, lazy, task};
use crate::model::{
    error::{AppError, AppResult, Code},
    fields::fields,
    wire,
};
use gloo_net::http::Request;
use serde::{Serialize, de::DeserializeOwned};
use server_fn::ServerFn;
use std::cell::RefCell;
use web_sys::{AbortSignal, UrlSearchParams};

/// Milliseconds until a request without an answer is given up; the server gives a body 30 s to arrive.
const ANSWER_TIMEOUT: u32 = 40_000;

thread_local! {
    /// Public tag of the page's session. The cookie may have become another person's in another tab; who says this tag is
    /// then refused, instead of being taken for that person.
    static SESSION_TAG: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Sets the public tag of the session in whose name calls are made from now on.
pub fn set_session_tag(session: &str) {
    SESSION_TAG.set(session.to_owned());
}

/// Calls the server function whose arguments these are: `post(&JoinRoom { room: room.into() })`. Runs in the browser only.
///
/// # Errors
/// What the server answers; [`Code::Network`] where no answer came or none that can be read, so that the outcome is not known.
pub async fn post<F: ServerFn + Serialize>(arguments: &F) -> AppResult<F::Output>
where
    F::Output: DeserializeOwned,
{
    let fields = fields(arguments).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let answer = post_fields(F::PATH.to_owned(), fields).await?;
    wire::read(&answer).ok_or(AppError::new(Code::Network))
}

/// Posts fields by name to an endpoint and returns the answer as text.
///
/// # Errors
/// As [`post`].
pub async fn post_fields(path: String, fields: Vec<(String, String)>) -> AppResult<String> {
    request(path, fields).await?.await
}

lazy! {
    live: fn request(path: String, fields: Vec<(String, String)>) -> AppResult<Task<String>> {
        task(async move {
            match exchange(&path, &fields).await {
                Some(answer) if (200..300).contains(&answer.status) => Ok(answer.text),
                Some(answer) => Err(wire::read(&answer.text).unwrap_or_else(|| foreign(answer.status, answer.retry_after))),
                None => Err(AppError::new(Code::Network)),
            }
        })
    }
}

/// What an answer means that is not ours but of something between us and the server: whether it is for good or for now.
fn foreign(status: u16, retry_after: Option<u32>) -> AppError {
    let code = match status {
        // A proxy's own sign-in says nothing about the one here; the others mean too slow, or too early.
        401 | 407 | 408 | 425 => Code::Network,
        403 => Code::Forbidden,
        404 => Code::NotFound,
        413 => Code::TooLarge,
        429 => Code::TooFast,
        400..500 => Code::BadInput,
        503 => Code::Busy,
        507 => Code::StorageFull,
        _ => Code::Network,
    };
    AppError { retry_after, ..AppError::new(code) }
}

struct Answer {
    status: u16,
    /// Seconds, where the head says so.
    retry_after: Option<u32>,
    text: String,
}

/// None where there was no answer.
async fn exchange(path: &str, arguments: &[(String, String)]) -> Option<Answer> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in arguments.iter().filter(|(_, value)| !value.is_empty()) {
        form.append(name, value);
    }
    // A call without arguments asks whose session it is, and its answer shall tell of a change.
    if !arguments.is_empty() {
        SESSION_TAG.with_borrow(|session| form.append("session", session));
    }
    // A connection that died without a word would never answer.
    let timeout = AbortSignal::timeout_with_u32(ANSWER_TIMEOUT);
    let asked = Request::post(path).header("accept", "application/json").abort_signal(Some(&timeout));
    let answer = asked.body(form).ok()?.send().await.ok()?;
    let retry_after = answer.headers().get("retry-after").and_then(|seconds| seconds.parse().ok());
    Some(Answer { status: answer.status(), retry_after, text: answer.text().await.ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_s_refusal_is_for_good_and_its_trouble_is_for_now() {
        for (status, code) in [
            (400, Code::BadInput),
            (403, Code::Forbidden),
            (404, Code::NotFound),
            (409, Code::BadInput),
            (413, Code::TooLarge),
            (422, Code::BadInput),
            (401, Code::Network),
            (408, Code::Network),
            (429, Code::TooFast),
            (500, Code::Network),
            (502, Code::Network),
            (503, Code::Busy),
            (504, Code::Network),
            (507, Code::StorageFull),
        ] {
            assert_eq!(foreign(status, Some(7)), AppError::retry(code, 7), "{status}");
        }
    }
}
