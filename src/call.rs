//! Calling the server's functions from the browser: one way for all of them, a form up and JSON down.
//!
//! The functions' own stubs would do the same with an encoder, a state machine and two readers for each (40 kB of a module's
//! 900). What is called, and what it answers, stands where it always stood: in the feature's `api.rs`.

use crate::{
    error::{AppError, AppResult, Code},
    json,
};
use gloo_net::http::Request;
use server_fn::ServerFn;
use std::cell::RefCell;
use web_sys::UrlSearchParams;

thread_local! {
    /// Public tag of the page's session. The cookie may have become another person's in another tab; who says this tag is
    /// then refused, instead of being taken for that person.
    static SPEAKER: RefCell<String> = const { RefCell::new(String::new()) };
}

/// From now on calls are made in the name of the session with this public tag.
pub fn speak_as(session: &str) {
    SPEAKER.set(session.to_owned());
}

/// Calls `F` with the arguments that are not empty, by name. Runs in the browser only.
///
/// # Errors
/// What the server answers; [`Code::Network`] where no answer came or none that can be read, so that the outcome is not known.
pub async fn call<F: ServerFn>(arguments: &[(&str, &str)]) -> AppResult<F::Output>
where
    F::Output: serde::de::DeserializeOwned,
{
    let answer = post(F::PATH, arguments).await?;
    json::read(&answer).ok_or(AppError::new(Code::Network))
}

async fn post(path: &str, arguments: &[(&str, &str)]) -> AppResult<String> {
    match exchange(path, arguments).await {
        Some((true, answer)) => Ok(answer),
        Some((false, answer)) => Err(json::read(&answer).unwrap_or(AppError::new(Code::Network))),
        None => Err(AppError::new(Code::Network)),
    }
}

/// Whether it went well, and the answer; none where there was no answer.
async fn exchange(path: &str, arguments: &[(&str, &str)]) -> Option<(bool, String)> {
    let form = UrlSearchParams::new().ok()?;
    for (name, value) in arguments.iter().filter(|(_, value)| !value.is_empty()) {
        form.append(name, value);
    }
    // Who asks nothing but who they are wants to hear of a change.
    if !arguments.is_empty() {
        SPEAKER.with_borrow(|session| form.append("session", session));
    }
    let answer = Request::post(path).header("accept", "application/json").body(form).ok()?.send().await.ok()?;
    Some((answer.ok(), answer.text().await.ok()?))
}
