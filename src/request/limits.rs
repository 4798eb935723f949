//! How often: posting per person, entering per address. The clocks are monotonic; 0 turns a rate off.

use super::address::counted;
use crate::model::{
    error::{AppError, AppResult, Code},
    ids::UserId,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DashMapStateStore,
};
use std::{hash::Hash, net::IpAddr, num::NonZeroU32};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// Rooms one person may open in one go.
// Not nought, so this is a number.
const ROOMS: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

/// The process's rates.
#[derive(Debug)]
pub struct Limits {
    posting: Option<Keyed<UserId>>,
    opening: Option<Keyed<UserId>>,
    entering: Option<Keyed<IpAddr>>,
    clock: DefaultClock,
}

impl Limits {
    pub fn new(posts_per_second: u32, post_burst: u32, enters_per_minute: u32) -> Self {
        let posting = NonZeroU32::new(posts_per_second).map(|rate| {
            let burst = NonZeroU32::new(post_burst).unwrap_or(rate);
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
        });
        let entering = NonZeroU32::new(enters_per_minute).map(|rate| RateLimiter::keyed(Quota::per_minute(rate)));
        // Rooms stay, and everyone sees them: a few at once, then one a minute. Off where posting is.
        let opening = posting.is_some().then(|| RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN).allow_burst(ROOMS)));
        Self { posting, opening, entering, clock: DefaultClock::default() }
    }

    /// One more change by `user`.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn posting(&self, user: UserId) -> AppResult<()> {
        self.check(self.posting.as_ref(), &user)
    }

    /// One more room opened by `user`.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn opening(&self, user: UserId) -> AppResult<()> {
        self.check(self.opening.as_ref(), &user)
    }

    /// One more try to enter from `address`.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn entering(&self, address: IpAddr) -> AppResult<()> {
        self.check(self.entering.as_ref(), &counted(address))
    }

    fn check<K: Hash + Eq + Clone>(&self, limiter: Option<&Keyed<K>>, key: &K) -> AppResult<()> {
        let Some(limiter) = limiter else { return Ok(()) };
        limiter.check_key(key).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            AppError::retry(Code::TooFast, wait.as_millis().div_ceil(1000).clamp(1, 3600) as u32)
        })
    }

    /// Forgets whoever has been quiet long enough to start afresh; called now and then.
    pub fn tidy(&self) {
        for limiter in [&self.posting, &self.opening].into_iter().flatten() {
            limiter.retain_recent();
        }
        if let Some(limiter) = &self.entering {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_taken_then_words_and_seconds() {
        let limits = Limits::new(1, 3, 0);
        for _ in 0..3 {
            assert_eq!(limits.posting(UserId(1)), Ok(()));
        }
        let refused = limits.posting(UserId(1)).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::TooFast, Some(1)));
        assert_eq!(limits.posting(UserId(2)), Ok(()), "another person is not held up");
    }

    #[test]
    fn nought_turns_a_rate_off() {
        let limits = Limits::new(0, 30, 0);
        assert!((0..10_000).all(|_| limits.posting(UserId(1)).is_ok()));
        assert!((0..10_000).all(|_| limits.entering(IpAddr::from([127, 0, 0, 1])).is_ok()));
    }
}
