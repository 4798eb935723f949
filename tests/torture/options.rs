//! The options of `scripts/torture`: seed, minutes, faults.

use std::{
    env,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

fn given<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not valid")))
}

/// The number of finished rounds of the long form.
static ROUND: AtomicU64 = AtomicU64::new(0);

/// Returns the seed: TORTURE_SEED or 1, plus one for each finished round.
pub fn seed() -> u64 {
    given::<u64>("TORTURE_SEED").unwrap_or(1).wrapping_add(ROUND.load(Ordering::Relaxed))
}

pub fn next_round() {
    ROUND.fetch_add(1, Ordering::Relaxed);
}

/// Returns the duration of the long form.
pub fn duration() -> Duration {
    Duration::from_secs(60 * given::<u64>("TORTURE_MINUTES").unwrap_or(10))
}

/// Returns whether the long form includes a fault; an empty list includes all.
pub fn wanted(fault: &str) -> bool {
    let named: String = given("TORTURE_FAULTS").unwrap_or_default();
    named.is_empty() || named.split([',', ' ']).any(|name| name.eq_ignore_ascii_case(fault))
}

/// Prints why a test is skipped, past the test runner's capture.
pub fn skip(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Prints a line past the capture when TORTURE_REPORT is set.
pub fn print(what: &str) {
    if env::var_os("TORTURE_REPORT").is_some() {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{what}");
    }
}
