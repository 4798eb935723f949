//! F17: overlapping starts, starts that die at once, and two processes on one data directory.

use crate::{
    history::Stored,
    options,
    scenario::{People, Scenario},
    server::Setup,
};
use std::{thread::sleep, time::Duration};

/// Starts a second process and kills the first so many times, whether the second is healthy or not.
pub fn overlapping(scenario: &mut Scenario, times: u64, every: Duration) {
    for _ in 0..times {
        let fresh = scenario.server.setup.spawn(&[]);
        // The old process still holds the directory, so the fresh one exits or waits for it.
        scenario.server.kill();
        scenario.server = fresh;
        sleep(every);
        if scenario.server.wait_until_healthy().is_err() {
            scenario.server.restart();
        }
    }
}

#[test]
fn f17_overlapping_starts_lose_nothing() {
    let mut scenario = Scenario::start("f17", &People::default(), |setup| setup);
    overlapping(&mut scenario, 5, Duration::from_millis(50));
    scenario.finish().assert_valid();
}

#[test]
fn f17_a_second_process_exits_when_the_data_is_in_use() {
    let scenario = Scenario::start("f17-second", &People::default(), |setup| setup);
    let dir = tempfile::tempdir().unwrap();
    let other = Setup { data: scenario.server.setup.data.clone(), ..Setup::new(dir.path()) };
    for _ in 0..3 {
        let status = other.spawn(&[]).wait_for_exit();
        assert_eq!(status.code(), Some(1), "{}", other.log_tail());
        assert!(other.log_tail().contains("in use"), "{}", other.log_tail());
    }
    scenario.wait_for_messages(20);
    scenario.finish().assert_valid();
}

#[test]
fn f17_a_new_data_directory_stays_usable_when_starts_die_early() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup::new(dir.path());
    let mut rng = crate::rng::Rng::new(options::seed());
    for _ in 0..15 {
        let mut server = setup.spawn(&[]);
        sleep(rng.millis(0, 60));
        server.kill();
    }
    setup.start().terminate();
    let stored = Stored::read(&setup.data);
    assert_eq!((stored.head, stored.complaints), (1, Vec::new()));
}
