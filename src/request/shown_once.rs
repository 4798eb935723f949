//! Secrets that a plain form has made: kept for a few minutes, so that the page which shows one has an address that a reload only
//! reads, and no secret stands in an address.

use crate::{model::error::AppResult, sessions::token::random_hex};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

/// How many are kept; the oldest goes first.
const KEPT: usize = 1_000;
/// Milliseconds for which one is kept: ten minutes.
const LIFE: u64 = 600_000;

#[derive(Debug)]
struct Entry {
    name: String,
    /// Public tag of the session that has made it; nobody else is shown it.
    session: Arc<str>,
    at: u64,
    secret: String,
}

/// The secrets of this process.
#[derive(Default)]
pub struct ShownOnce(Mutex<VecDeque<Entry>>);

impl ShownOnce {
    /// Keeps a secret at `now` and returns the name that its page's address carries.
    ///
    /// # Errors
    /// `internal` where the system gives no randomness.
    pub fn keep(&self, secret: String, session: Arc<str>, now: u64) -> AppResult<String> {
        let name = random_hex(16)?;
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.retain(|entry| now.abs_diff(entry.at) <= LIFE);
        if list.len() >= KEPT {
            list.pop_front();
        }
        list.push_back(Entry { name: name.clone(), session, at: now, secret });
        Ok(name)
    }

    /// Returns the secret with this name, if it was made in the same session.
    pub fn get(&self, name: &str, session: &str, now: u64) -> Option<String> {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = list.iter().find(|entry| entry.name == name && now.abs_diff(entry.at) <= LIFE)?;
        (*entry.session == *session).then(|| entry.secret.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_shown_to_its_own_session_for_ten_minutes() {
        let shown = ShownOnce::default();
        let name = shown.keep("secret".to_owned(), "a".into(), 5).unwrap();
        assert_eq!(shown.get(&name, "a", 5 + LIFE).as_deref(), Some("secret"));
        assert_eq!((shown.get(&name, "b", 6), shown.get(&name, "a", 6 + LIFE)), (None, None));
        for _ in 0..KEPT {
            shown.keep("other".to_owned(), "a".into(), 7).unwrap();
        }
        assert_eq!(shown.get(&name, "a", 7), None, "the oldest has gone");
    }
}
