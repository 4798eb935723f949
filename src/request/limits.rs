//! How often: posting per person and per address, entering per address. The clocks are monotonic; 0 turns a rate off.

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

/// Seconds of an address's rate that may come in one go.
// Not nought, so this is a number.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// Rooms one person may open in one go.
// Not nought, so this is a number.
const ROOMS: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

/// The process's rates.
#[derive(Debug)]
pub struct Limits {
    posting: Option<Keyed<UserId>>,
    posting_from: Option<Keyed<IpAddr>>,
    opening: Option<Keyed<UserId>>,
    entering: Option<Keyed<IpAddr>>,
    clock: DefaultClock,
}

impl Limits {
    pub fn new(posts_per_second: u32, post_burst: u32, posts_per_second_per_address: u32, enters_per_minute: u32) -> Self {
        let posting = NonZeroU32::new(posts_per_second).map(|rate| {
            let burst = NonZeroU32::new(post_burst).unwrap_or(rate);
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
        });
        // Off where posting is.
        let from = NonZeroU32::new(posts_per_second_per_address).filter(|_| posting.is_some());
        let posting_from =
            from.map(|rate| RateLimiter::keyed(Quota::per_second(rate).allow_burst(rate.saturating_mul(ADDRESS_BURST))));
        let entering = NonZeroU32::new(enters_per_minute).map(|rate| RateLimiter::keyed(Quota::per_minute(rate)));
        // Rooms stay, and everyone sees them: a few at once, then one a minute. Off where posting is.
        let opening = posting.is_some().then(|| RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN).allow_burst(ROOMS)));
        Self { posting, posting_from, opening, entering, clock: DefaultClock::default() }
    }

    /// One more change by `user`, who is at `address`.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn posting(&self, user: UserId, address: IpAddr) -> AppResult<()> {
        self.check(self.posting.as_ref(), &user)?;
        self.check(self.posting_from.as_ref(), &counted(address))
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
        for limiter in [&self.posting_from, &self.entering].into_iter().flatten() {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_burst_is_taken_then_words_and_seconds() {
        let limits = Limits::new(1, 3, 0, 0);
        for _ in 0..3 {
            assert_eq!(limits.posting(UserId(1), HERE), Ok(()));
        }
        let refused = limits.posting(UserId(1), HERE).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::TooFast, Some(1)));
        assert_eq!(limits.posting(UserId(2), HERE), Ok(()), "another person is not held up");
    }

    #[test]
    fn nought_turns_a_rate_off() {
        let limits = Limits::new(0, 30, 1, 0);
        assert!((0..10_000).all(|_| limits.posting(UserId(1), HERE).is_ok()));
        assert!((0..10_000).all(|_| limits.entering(HERE).is_ok()));
    }

    #[test]
    fn many_people_at_one_address_are_no_faster_than_the_address_may() {
        let limits = Limits::new(10, 30, 2, 0);
        let taken = (1..=60).filter(|user| limits.posting(UserId(*user), HERE).is_ok()).count();
        assert_eq!(taken as u32, 2 * ADDRESS_BURST.get());
        assert_eq!(limits.posting(UserId(61), IpAddr::from([127, 0, 0, 2])), Ok(()), "another address is not held up");
        let off = Limits::new(10, 30, 0, 0);
        assert!((1..=1_000).all(|user| off.posting(UserId(user), HERE).is_ok()));
    }
}
