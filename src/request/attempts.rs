//! Attempts to sign in, counted by account: so many wrong passwords a minute, then none is tried for a while. Sessions that live
//! are not concerned.

use crate::model::error::{AppError, AppResult, Code};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Wrong passwords of one account in [`WINDOW`].
const MOST: usize = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// Accounts, there or not, that are remembered before the quiet ones are forgotten.
const REMEMBERED: usize = 10_000;
/// Bytes of a name that tell accounts apart; no handle is longer.
const NAME: usize = 64;

/// The attempts of the last minute, by what was typed as the account's name.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, Vec<Instant>>>);

/// An attempt that counts as a wrong password, unless it is forgotten.
#[derive(Debug)]
pub struct Attempt<'a>(Option<(&'a Attempts, String, Instant)>);

impl Attempts {
    /// Counts one more attempt at `name`.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn begin(&self, name: &str) -> AppResult<Attempt<'_>> {
        let now = Instant::now();
        let name: String = name.chars().take(NAME).collect();
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.retain(|_, times| times.iter().any(|time| is_recent(*time, now)));
        }
        let times = all.entry(name.clone()).or_default();
        times.retain(|time| is_recent(*time, now));
        if times.len() >= MOST {
            let until = times.first().map_or(WINDOW, |first| WINDOW.saturating_sub(now.duration_since(*first)));
            return Err(AppError::retry(Code::TooFast, until.as_secs().clamp(1, WINDOW.as_secs()) as u32));
        }
        times.push(now);
        drop(all);
        Ok(Attempt(Some((self, name, now))))
    }
}

impl Attempt<'_> {
    /// An attempt that nobody counts.
    pub const UNCOUNTED: Self = Self(None);

    /// Takes the attempt back: the password was right.
    pub fn forget(self) {
        let Some((attempts, name, at)) = self.0 else { return };
        let mut all = attempts.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(times) = all.get_mut(&name)
            && let Some(place) = times.iter().position(|time| *time == at)
        {
            times.remove(place);
        }
    }
}

fn is_recent(time: Instant, now: Instant) -> bool {
    now.duration_since(time) < WINDOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_wrong_passwords_of_an_account_are_enough_for_a_minute() {
        let attempts = Attempts::default();
        for _ in 0..MOST {
            attempts.begin("lin").unwrap();
        }
        let refused = attempts.begin("lin").unwrap_err();
        assert_eq!(refused.code, Code::TooFast);
        assert!(refused.retry_after.is_some_and(|seconds| (50..=60).contains(&seconds)), "{refused:?}");
        attempts.begin("mei").unwrap();
    }

    #[test]
    fn right_passwords_do_not_count() {
        let attempts = Attempts::default();
        for _ in 0..50 {
            attempts.begin("lin").unwrap().forget();
        }
        Attempt::UNCOUNTED.forget();
    }
}
