//! F1: kill -9 under load, at any moment, and up again at once.

use crate::world::{People, World};
use std::thread::sleep;

/// So many kills, each 50 to 2,000 ms after the start.
pub fn kills(world: &mut World, times: u64) {
    for _ in 0..times {
        sleep(world.dice.millis(50, 2_000));
        world.server.kill();
        world.server.restart();
    }
}

#[test]
fn f1_what_was_acknowledged_outlives_twenty_kills() {
    let mut world = World::start("f1", &People::default(), |setup| setup);
    kills(&mut world, 20);
    let report = world.finish().must_be_good();
    assert!(report.resolved > 0 && report.cut >= 20 && report.resumed >= 20 && report.left > 0, "{report}");
}

#[test]
fn f1_what_fell_out_of_a_small_ring_comes_from_the_store_after_a_kill() {
    let small = |setup: crate::server::Setup| setup.set("RILL_RING_FRAMES", 4).set("RILL_REPLAY_EVENTS", 50);
    let mut world = World::start("f1-small", &People::default(), small);
    kills(&mut world, 3);
    let report = world.finish().must_be_good();
    assert!(report.resumed > 0, "{report}");
}
