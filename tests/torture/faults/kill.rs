//! F1: `kill -9` under load at random moments, followed by a restart.

use crate::scenario::{People, Scenario};
use std::thread::sleep;

/// Kills and restarts the server so many times, 50 to 2,000 ms after each start.
pub fn kills(scenario: &mut Scenario, times: u64) {
    for _ in 0..times {
        sleep(scenario.rng.millis(50, 2_000));
        scenario.server.kill();
        scenario.server.restart();
    }
}

#[test]
fn f1_acknowledged_messages_survive_twenty_kills() {
    let mut scenario = Scenario::start("f1", &People::default(), |setup| setup);
    kills(&mut scenario, 20);
    let report = scenario.finish().assert_valid();
    assert!(report.resolved > 0 && report.cut >= 20 && report.resumed >= 20 && report.left > 0, "{report}");
}

#[test]
fn f1_events_outside_a_small_ring_come_from_the_database_after_a_kill() {
    let small = |setup: crate::server::Setup| setup.set("RILL_RING_FRAMES", 4).set("RILL_REPLAY_EVENTS", 50);
    let mut scenario = Scenario::start("f1-small", &People::default(), small);
    kills(&mut scenario, 3);
    let report = scenario.finish().assert_valid();
    assert!(report.resumed > 0, "{report}");
}
