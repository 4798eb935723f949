//! What `scripts/torture` hands over: seed, minutes, faults.

use std::{
    env,
    str::FromStr,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

fn given<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name}={text} is not what was expected")))
}

/// Rounds of the long form so far.
static ROUND: AtomicU64 = AtomicU64::new(0);

/// The schedule's seed: 1, unless asked otherwise; one more each round.
pub fn seed() -> u64 {
    given::<u64>("TORTURE_SEED").unwrap_or(1).wrapping_add(ROUND.load(Ordering::Relaxed))
}

pub fn next_round() {
    ROUND.fetch_add(1, Ordering::Relaxed);
}

/// How long the long form goes on.
pub fn duration() -> Duration {
    Duration::from_secs(60 * given::<u64>("TORTURE_MINUTES").unwrap_or(10))
}

/// Which faults the long form draws from; none named is all.
pub fn wanted(fault: &str) -> bool {
    let named: String = given("TORTURE_FAULTS").unwrap_or_default();
    named.is_empty() || named.split([',', ' ']).any(|name| name.eq_ignore_ascii_case(fault))
}

/// Says why a test does less than its name, past the test runner's capture.
pub fn skip(why: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {why}");
}

/// Says something past the capture where the long form asks for reports.
pub fn say(what: &str) {
    if env::var_os("TORTURE_REPORT").is_some() {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "{what}");
    }
}
