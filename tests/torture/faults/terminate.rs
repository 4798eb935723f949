//! F16: SIGTERM under load, repeated.

use crate::scenario::{People, Scenario};
use std::thread::sleep;

/// Terminates and restarts the server so many times.
pub fn terminations(scenario: &mut Scenario, times: u64) {
    for _ in 0..times {
        sleep(scenario.rng.millis(50, 500));
        scenario.server.terminate();
        scenario.server.restart();
    }
}

#[test]
fn f16_ten_terminations_under_load_lose_no_post_and_break_no_stream() {
    let mut scenario = Scenario::start("f16", &People::default(), |setup| setup);
    terminations(&mut scenario, 10);
    let report = scenario.finish().assert_valid();
    // Streams end with `bye` and its `retry`; a broken stream would have no `retry`.
    assert!(report.byes >= 10 && report.cut == 0, "{report}");
}
