//! The long form: one fault after the other, with a new seed each round, until the time is over.

use super::{busy, descriptors, failpoints, full, kill, restarts, stalled, terminate};
use crate::{
    options,
    reader::Habit,
    scenario::{People, Scenario},
};
use std::time::{Duration, Instant};

/// Each runs in its own scenario; `mix` draws from several.
const FAULTS: [&str; 9] = ["f1", "f2", "f4", "f6", "f13", "f15", "f16", "f17", "mix"];

fn round(fault: &'static str) {
    // These run their short forms with another seed.
    match fault {
        "f2" => return failpoints::all(),
        "f4" => return full::f4_writes_are_refused_when_the_disk_is_full_and_work_again_without_a_restart(),
        "f13" => return stalled::all(),
        _ => {}
    }
    let start = |people: &People| Scenario::start(fault, people, |setup| setup);
    let mut scenario = match fault {
        "f15" => {
            let people = People { habits: vec![Habit::Steady; 3], leaver: false, ..People::default() };
            let few = ["sh", "-c", r#"ulimit -n 256 && exec "$@""#, "sh"];
            Scenario::start(fault, &people, |setup| setup.wrapped_by(&few).set("RILL_STREAMS_PER_SESSION", 0))
        }
        "mix" => {
            // A small ring, so that resumes read the database, and a short replay, so that some streams are reset.
            Scenario::start(fault, &People::default(), |setup| setup.set("RILL_RING_FRAMES", 32).set("RILL_REPLAY_EVENTS", 300))
        }
        _ => start(&People::default()),
    };
    match fault {
        "f1" => kill::kills(&mut scenario, 100),
        "f6" => {
            for seconds in [1, 10, 1, 3] {
                busy::hold_lock(&scenario, Duration::from_secs(seconds));
                scenario.wait_for_messages(50);
            }
        }
        "f15" => (0..10).for_each(|turn| descriptors::crowd(&scenario, turn)),
        "f16" => terminate::terminations(&mut scenario, 50),
        "f17" => restarts::overlapping(&mut scenario, 120, Duration::from_millis(500)),
        _ => {
            for _ in 0..20 {
                match scenario.rng.below(4) {
                    0 => kill::kills(&mut scenario, 2),
                    1 => terminate::terminations(&mut scenario, 2),
                    2 => restarts::overlapping(&mut scenario, 2, Duration::from_millis(50)),
                    _ => busy::hold_lock(&scenario, Duration::from_secs(1)),
                }
                scenario.wait_for_messages(20);
            }
        }
    }
    scenario.finish().assert_valid();
}

#[test]
#[ignore = "long: scripts/torture runs it"]
fn long() {
    let (began, mut wanted) = (Instant::now(), FAULTS.into_iter().filter(|fault| options::wanted(fault)).collect::<Vec<_>>());
    while let Some(fault) = wanted.first().copied() {
        round(fault);
        wanted.rotate_left(1);
        options::next_round();
        if began.elapsed() >= options::duration() {
            break;
        }
    }
}
