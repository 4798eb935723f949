//! The long form: one fault after the other, with a new seed each round, until the time is over.

use super::{busy, descriptors, failpoints, full, kill, stalled, storm, terminate};
use crate::{
    options,
    reader::Habit,
    world::{People, World},
};
use std::time::{Duration, Instant};

/// Each has a world of its own; `mix` draws from several.
const FAULTS: [&str; 9] = ["f1", "f2", "f4", "f6", "f13", "f15", "f16", "f17", "mix"];

fn round(fault: &'static str) {
    // Their short forms go through all there is; only the seed is another.
    match fault {
        "f2" => return failpoints::all(),
        "f4" => return full::f4_a_full_disk_refuses_writes_and_is_got_over_without_a_restart(),
        "f13" => return stalled::all(),
        _ => {}
    }
    let start = |people: &People| World::start(fault, people, |setup| setup);
    let mut world = match fault {
        "f15" => {
            let people = People { habits: vec![Habit::Steady; 3], leaver: false, ..People::default() };
            let few = ["sh", "-c", r#"ulimit -n 256 && exec "$@""#, "sh"];
            World::start(fault, &people, |setup| setup.within(&few).set("RILL_STREAMS_PER_SESSION", 0))
        }
        "mix" => {
            // A ring so small that resumes go to the store, and a replay so short that some are reset.
            World::start(fault, &People::default(), |setup| setup.set("RILL_RING_FRAMES", 32).set("RILL_REPLAY_EVENTS", 300))
        }
        _ => start(&People::default()),
    };
    match fault {
        "f1" => kill::kills(&mut world, 100),
        "f6" => {
            for seconds in [1, 10, 1, 3] {
                busy::hold(&world, Duration::from_secs(seconds));
                world.flow(50);
            }
        }
        "f15" => (0..10).for_each(|turn| descriptors::crowd(&world, turn)),
        "f16" => terminate::ends(&mut world, 50),
        "f17" => storm::storm(&mut world, 120, Duration::from_millis(500)),
        _ => {
            for _ in 0..20 {
                match world.dice.below(4) {
                    0 => kill::kills(&mut world, 2),
                    1 => terminate::ends(&mut world, 2),
                    2 => storm::storm(&mut world, 2, Duration::from_millis(50)),
                    _ => busy::hold(&world, Duration::from_secs(1)),
                }
                world.flow(20);
            }
        }
    }
    world.finish().must_be_good();
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
