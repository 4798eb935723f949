//! How often: requests per session and per address, posting per person and per address, entering per address, resuming from the
//! store per session. The clocks are monotonic; 0 turns a rate off.

use super::{
    address::counted,
    attempts::{Attempt, Attempts},
};
use crate::{
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
    sessions::token::TokenHash,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    state::keyed::DashMapStateStore,
};
use std::{hash::Hash, net::IpAddr, num::NonZeroU32, time::Duration};

type Keyed<K> = RateLimiter<K, DashMapStateStore<K>, DefaultClock>;

/// Seconds of an address's rate, and of a session's rate of requests, that may come in one go.
// Not nought, so this is a number.
const BURST_SECONDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4);
/// Rooms one person may open in one go.
// Not nought, so this is a number.
const ROOMS: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);

/// Streams that one session may resume from the store in one go, and after how long there is one more.
// Not nought, so this is a number.
const REPLAYS: NonZeroU32 = NonZeroU32::MIN.saturating_add(29);
const REPLAY_EVERY: Duration = Duration::from_secs(2);

/// What the rates are made from: so many a second or a minute; 0 is no rate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rates {
    pub posts_per_second: u32,
    pub post_burst: u32,
    pub posts_per_second_per_address: u32,
    pub requests_per_second: u32,
    pub requests_per_second_per_address: u32,
    pub enters_per_minute: u32,
}

/// The process's rates.
#[derive(Debug)]
pub struct Limits {
    posting: Option<Keyed<UserId>>,
    posting_from: Option<Keyed<IpAddr>>,
    opening: Option<Keyed<UserId>>,
    requesting: Option<Keyed<TokenHash>>,
    requesting_from: Option<Keyed<IpAddr>>,
    replaying: Option<Keyed<TokenHash>>,
    entering: Option<Keyed<IpAddr>>,
    /// By account; off where entering is.
    attempts: Option<Attempts>,
    clock: DefaultClock,
}

impl Limits {
    /// Makes the rates. All but entering are off where posting is.
    pub fn new(rates: Rates) -> Self {
        let on = rates.posts_per_second > 0;
        let posting = NonZeroU32::new(rates.posts_per_second).map(|rate| {
            let burst = NonZeroU32::new(rates.post_burst).unwrap_or(rate);
            RateLimiter::keyed(Quota::per_second(rate).allow_burst(burst))
        });
        let entering = NonZeroU32::new(rates.enters_per_minute).map(|rate| RateLimiter::keyed(Quota::per_minute(rate)));
        // Rooms stay, and everyone sees them: a few at once, then one a minute.
        let opening = on.then(|| RateLimiter::keyed(Quota::per_minute(NonZeroU32::MIN).allow_burst(ROOMS)));
        let replays = Quota::with_period(REPLAY_EVERY).map(|quota| quota.allow_burst(REPLAYS));
        Self {
            posting,
            posting_from: by_second(rates.posts_per_second_per_address, on),
            opening,
            requesting: by_second(rates.requests_per_second, on),
            requesting_from: by_second(rates.requests_per_second_per_address, on),
            replaying: replays.filter(|_| on).map(RateLimiter::keyed),
            attempts: entering.is_some().then(Attempts::default),
            entering,
            clock: DefaultClock::default(),
        }
    }

    /// One more request from `address`, whatever it asks for.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn requesting_from(&self, address: IpAddr) -> AppResult<()> {
        self.check(self.requesting_from.as_ref(), &counted(address))
    }

    /// One more request with this session.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn requesting(&self, session: TokenHash) -> AppResult<()> {
        self.check(self.requesting.as_ref(), &session)
    }

    /// One more stream of this session that goes on from the store, since the ring does not reach back to its cursor.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait.
    pub fn replaying(&self, session: TokenHash) -> AppResult<()> {
        self.check(self.replaying.as_ref(), &session)
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

    /// One more try to sign in to the account that is called `name`, whether or not there is one.
    ///
    /// # Errors
    /// `too_fast`, with the seconds to wait, after ten wrong passwords in a minute.
    pub fn sign_in(&self, name: &str) -> AppResult<Attempt<'_>> {
        self.attempts.as_ref().map_or(Ok(Attempt::UNCOUNTED), |attempts| attempts.begin(name))
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
            limiter.shrink_to_fit();
        }
        for limiter in [&self.requesting, &self.replaying].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        for limiter in [&self.posting_from, &self.requesting_from, &self.entering].into_iter().flatten() {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// So many a second, and those of [`BURST_SECONDS`] in one go.
fn by_second<K: Hash + Eq + Clone>(rate: u32, on: bool) -> Option<Keyed<K>> {
    let rate = NonZeroU32::new(rate).filter(|_| on)?;
    Some(RateLimiter::keyed(Quota::per_second(rate).allow_burst(rate.saturating_mul(BURST_SECONDS))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_burst_is_taken_then_words_and_seconds() {
        let limits = Limits::new(Rates { posts_per_second: 1, post_burst: 3, ..Rates::default() });
        for _ in 0..3 {
            assert_eq!(limits.posting(UserId(1), HERE), Ok(()));
        }
        let refused = limits.posting(UserId(1), HERE).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::TooFast, Some(1)));
        assert_eq!(limits.posting(UserId(2), HERE), Ok(()), "another person is not held up");
    }

    #[test]
    fn nought_turns_a_rate_off() {
        let limits = Limits::new(Rates {
            post_burst: 30,
            posts_per_second_per_address: 1,
            requests_per_second: 1,
            requests_per_second_per_address: 1,
            ..Rates::default()
        });
        assert!((0..10_000).all(|_| limits.posting(UserId(1), HERE).is_ok()));
        assert!((0..10_000).all(|_| limits.requesting_from(HERE).is_ok() && limits.requesting([1; 32]).is_ok()));
        assert!((0..10_000).all(|_| limits.replaying([1; 32]).is_ok()));
        assert!((0..10_000).all(|_| limits.entering(HERE).is_ok()));
    }

    #[test]
    fn many_people_at_one_address_are_no_faster_than_the_address_may() {
        let rates = Rates { posts_per_second: 10, post_burst: 30, ..Rates::default() };
        let limits = Limits::new(Rates { posts_per_second_per_address: 2, ..rates });
        let taken = (1..=60).filter(|user| limits.posting(UserId(*user), HERE).is_ok()).count();
        assert_eq!(taken as u32, 2 * BURST_SECONDS.get());
        assert_eq!(limits.posting(UserId(61), IpAddr::from([127, 0, 0, 2])), Ok(()), "another address is not held up");
        let off = Limits::new(rates);
        assert!((1..=1_000).all(|user| off.posting(UserId(user), HERE).is_ok()));
    }

    #[test]
    fn requests_count_by_session_and_by_address_and_refill() {
        let rates =
            Rates { posts_per_second: 1, requests_per_second: 20, requests_per_second_per_address: 50, ..Rates::default() };
        let limits = Limits::new(rates);
        let many = |mut one: Box<dyn FnMut() -> bool + '_>| (0..5_000).filter(|_| one()).count() as u32;
        let burst = BURST_SECONDS.get();
        // What comes back while the test runs may come on top.
        let about = |taken: u32, most: u32| assert!((most..most + most / 2).contains(&taken), "{taken} of {most}");
        about(many(Box::new(|| limits.requesting([1; 32]).is_ok())), 20 * burst);
        about(many(Box::new(|| limits.requesting_from(HERE).is_ok())), 50 * burst);
        about(many(Box::new(|| limits.replaying([1; 32]).is_ok())), REPLAYS.get());
        // On a slow machine one more has come back meanwhile.
        let refused = (0..5_000).find_map(|_| limits.requesting([1; 32]).err()).unwrap();
        assert_eq!((refused.code, refused.retry_after), (Code::TooFast, Some(1)));
        assert_eq!((limits.requesting([2; 32]), limits.replaying([2; 32])), (Ok(()), Ok(())), "another session is not held up");
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(limits.requesting([1; 32]), Ok(()), "one more is there after a while");
    }

    #[test]
    fn whoever_is_quiet_is_forgotten() {
        let rates = Rates { posts_per_second: 1, requests_per_second_per_address: 1_000_000, ..Rates::default() };
        let limits = Limits::new(rates);
        for last in 0..=255 {
            limits.requesting_from(IpAddr::from([127, 0, 1, last])).unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
        limits.tidy();
        assert_eq!(limits.requesting_from.as_ref().map(Keyed::len), Some(0));
    }
}
