//! Places where a debug build can be told to die or to panic, so that tests see what that leaves behind. A release build has
//! `failpoint/none.rs` in its place.

use rustix::process::{Signal, getpid, kill_process};
use std::{
    cell::Cell,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The variable that names the place and the time: `FAIL_POINT=after_commit:7`.
const VARIABLE: &str = "FAIL_POINT";

thread_local! {
    /// Where this thread is to panic next.
    static ARMED: Cell<Option<&'static str>> = const { Cell::new(None) };
}

/// Has this thread panic the next time that it comes to `place`.
pub fn arm(place: &'static str) {
    ARMED.set(Some(place));
}

/// Panics where [`arm`] says so, once.
pub fn panic_at(place: &str) {
    if ARMED.get() == Some(place) {
        ARMED.set(None);
        panic!("as the test has asked for, at {place}");
    }
}

/// Where to die, and how many times still to pass there.
struct Aim {
    place: String,
    left: AtomicU64,
}

/// Kills the process, as `kill -9` does, when it comes to `place` for the time that the environment says.
pub fn reach(place: &str) {
    static AIM: OnceLock<Option<Aim>> = OnceLock::new();
    let aim = AIM.get_or_init(|| {
        let aim = std::env::var(VARIABLE).ok()?;
        let (place, times) = aim.split_once(':')?;
        Some(Aim { place: place.to_owned(), left: AtomicU64::new(times.parse().ok()?) })
    });
    if let Some(aim) = aim
        && aim.place == place
        && aim.left.fetch_sub(1, Ordering::Relaxed) == 1
    {
        // A signal to oneself cannot fail, and nothing after it runs.
        let _ = kill_process(getpid(), Signal::KILL);
    }
}
