//! Whether the system's clock can be relied on for what cannot be undone.

use std::time::Duration;

/// The clock counts as even again after this long without a jump.
const EVEN_FOR: Duration = Duration::from_secs(3600);
/// Milliseconds that the two clocks may drift apart before it is a jump: five minutes.
const JUMP: u64 = 300_000;

/// Compares the system's clock, which can be set, with the monotonic one, which cannot.
#[derive(Debug, Default)]
pub struct EvenClock {
    /// Both clocks when the stretch without a jump began.
    since: Option<(Duration, u64)>,
}

impl EvenClock {
    /// Returns whether the clock has not jumped for an hour. `passed` is the monotonic clock, `now` the system's in
    /// milliseconds since 1970.
    pub fn is_even(&mut self, passed: Duration, now: u64) -> bool {
        let (began, then) = *self.since.get_or_insert((passed, now));
        let passed_since = passed.saturating_sub(began);
        let expected = then + u64::try_from(passed_since.as_millis()).unwrap_or(u64::MAX - then);
        if expected.abs_diff(now) > JUMP {
            self.since = Some((passed, now));
            return false;
        }
        passed_since >= EVEN_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const MONTH: u64 = 31 * 24 * 3_600_000;

    #[test]
    fn a_clock_is_even_an_hour_after_its_last_jump() {
        let mut clock = EvenClock::default();
        let at = |minute: u32| (MINUTE * minute, u64::from(minute) * 60_000 + 1_000_000);
        let mut is_even = |minute, jump: i64| {
            let (passed, now) = at(minute);
            clock.is_even(passed, now.checked_add_signed(jump).unwrap())
        };
        assert_eq!([is_even(0, 0), is_even(59, 0), is_even(60, 0)], [false, false, true]);
        let month = MONTH as i64;
        assert_eq!([is_even(61, month), is_even(100, month), is_even(101, 0)], [false; 3], "there and back");
        assert_eq!([is_even(160, 0), is_even(161, 0), is_even(162, 60_000)], [false, true, true], "a minute is no jump");
    }
}
