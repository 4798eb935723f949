//! Refusals: what refused forms held, kept for a while, so that the page of a refusal has an address of its own: a reload of it
//! posts nothing again.

use super::endpoint::Endpoint;
use crate::{
    model::{
        error::{AppError, AppResult},
        route::Route,
    },
    sessions::token::random_hex,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes of all that is kept; the oldest goes first.
const BYTES: usize = 8 * 1024 * 1024;
/// Milliseconds for which one is kept: an hour.
const LIFE: u64 = 3_600_000;
/// Bytes that one counts for beside its fields.
const OVERHEAD: usize = 512;

/// The fields of a form or a query, in order, as they were sent.
pub type Fields = Vec<(String, String)>;

/// Returns the value of the first field with this name.
pub fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// One refused form.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// None for an address that takes no forms.
    pub row: Option<&'static Endpoint>,
    pub fields: Fields,
    pub error: AppError,
    /// The page that the form came from.
    pub back: Route,
    /// Replaces a key that is used up.
    pub fresh_key: String,
    /// Public tag of the session in which it was posted; nobody else is shown it.
    pub session: Option<Arc<str>>,
}

impl Refusal {
    fn bytes(&self) -> usize {
        OVERHEAD + self.fields.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>()
    }
}

#[derive(Debug)]
struct Entry {
    token: String,
    at: u64,
    refusal: Arc<Refusal>,
}

#[derive(Debug, Default)]
struct Inner {
    list: VecDeque<Entry>,
    bytes: usize,
}

/// The refusals of this process.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Inner>);

impl Refusals {
    /// Keeps a refusal at `now` and returns the token that its address carries.
    ///
    /// # Errors
    /// `internal` where the system gives no randomness.
    pub fn keep(&self, refusal: Arc<Refusal>, now: u64) -> AppResult<String> {
        let token = random_hex(16)?;
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.bytes += refusal.bytes();
        inner.list.push_back(Entry { token: token.clone(), at: now, refusal });
        while inner.bytes > BYTES || inner.list.front().is_some_and(|entry| is_over(entry, now)) {
            let Some(oldest) = inner.list.pop_front() else { break };
            inner.bytes -= oldest.refusal.bytes();
        }
        Ok(token)
    }

    /// Returns the refusal with this token, if it was posted in the same session.
    pub fn get(&self, token: &str, session: Option<&str>, now: u64) -> Option<Arc<Refusal>> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = inner.list.iter().find(|entry| entry.token == token && !is_over(entry, now))?;
        (entry.refusal.session.as_deref() == session).then(|| entry.refusal.clone())
    }
}

fn is_over(entry: &Entry, now: u64) -> bool {
    now.abs_diff(entry.at) > LIFE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Code;

    fn refusal(text: &str, session: Option<&str>) -> Arc<Refusal> {
        Arc::new(Refusal {
            row: None,
            fields: vec![("text".to_owned(), text.to_owned())],
            error: AppError::new(Code::TooFast),
            back: Route::Home,
            fresh_key: String::new(),
            session: session.map(Into::into),
        })
    }

    #[test]
    fn refusal_is_shown_to_its_own_session_for_an_hour() {
        let refusals = Refusals::default();
        let token = refusals.keep(refusal("mine", Some("a")), 5).unwrap();
        assert_eq!(refusals.get(&token, Some("a"), 5 + LIFE).unwrap().fields[0].1, "mine");
        assert!(refusals.get(&token, Some("a"), 6 + LIFE).is_none(), "too late");
        assert!(refusals.get(&token, Some("b"), 6).is_none() && refusals.get(&token, None, 6).is_none(), "another's");
        assert!(refusals.get("", Some("a"), 6).is_none());
        let entering = refusals.keep(refusal("a name", None), 7).unwrap();
        assert!(refusals.get(&entering, None, 7).is_some() && refusals.get(&entering, Some("a"), 7).is_none());
    }

    #[test]
    fn oldest_refusals_go_when_there_are_many_bytes_of_them() {
        let refusals = Refusals::default();
        let text = "x".repeat(100_000);
        let tokens: Vec<_> = (0..200).map(|now| refusals.keep(refusal(&text, None), now).unwrap()).collect();
        let kept = tokens.iter().filter(|token| refusals.get(token, None, 200).is_some()).count();
        assert_eq!(kept, BYTES / (text.len() + "text".len() + OVERHEAD));
        assert!(refusals.get(&tokens[199], None, 200).is_some());
        let inner = refusals.0.lock().unwrap();
        assert_eq!(inner.bytes, inner.list.iter().map(|entry| entry.refusal.bytes()).sum::<usize>());
    }
}
