//! How the work for a text grows with its length. It is measured in time of the thread itself, so that it does not matter how
//! busy the machine is, and only compared with itself.

use rustix::time::{ClockId, clock_gettime};
use std::{hint::black_box, time::Duration};

/// Characters of the shorter text; of the longer one, which is the longest message there is, eight times as many.
const SHORT: usize = 1_000;
const TIMES: usize = 8;
/// Work that grows with the square takes 64 times as long for the longer text, work that grows with the length 8 times.
const MOST: u32 = 24;
/// Less than this is nothing to compare with.
const LEAST: Duration = Duration::from_micros(20);

fn thread_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec as u64, now.tv_nsec as u32)
}

/// The least of several runs: nothing but the work itself is in all of them.
fn least(text: &str, work: impl Fn(&str)) -> Duration {
    let run = || {
        let began = thread_time();
        work(black_box(text));
        thread_time() - began
    };
    (0..3).map(|_| run()).min().unwrap()
}

/// Panics where `work` for a text made of many `piece`s, in `before` and `after`, grows faster than the text.
pub fn assert_linear(before: &str, piece: &str, after: &str, work: impl Fn(&str) + Copy) {
    let text = |length: usize| {
        let count = length / (before.len() + piece.len() + after.len()).max(1);
        [before.repeat(count), piece.repeat(count), after.repeat(count)].concat()
    };
    let (short, long) = (text(SHORT), text(SHORT * TIMES));
    let measured = || (least(&short, work).max(LEAST), least(&long, work));
    let is_linear = |(short, long): &(Duration, Duration)| *long < *short * MOST;
    let tries: Vec<_> = (0..3).map(|_| measured()).take_while(|times| !is_linear(times)).collect();
    assert!(tries.len() < 3, "{before:?} {piece:?} {after:?}: {tries:?}");
}

#[test]
fn work_that_grows_with_the_square_is_found() {
    let square = |text: &str| {
        let mut found = 0;
        for at in (0..text.len()).step_by(8) {
            found += text.as_bytes()[at..].iter().filter(|byte| **byte == b'x').count();
        }
        black_box(found);
    };
    assert!(std::panic::catch_unwind(|| assert_linear("", "a", "", square)).is_err());
    assert_linear("", "a", "", |text| {
        black_box(text.chars().rev().collect::<String>());
    });
}
