//! F2: the process dies between commit and publishing, between publishing and answering, before the commit, during a checkpoint,
//! or during the first migration.

use crate::{
    history::Stored,
    scenario::{People, Scenario},
    server::Setup,
};
use std::os::unix::process::ExitStatusExt;

/// Lets the server die three times at the failpoint `point`, at drawn passes. `after_death` sees the files before the restart.
fn deaths(
    name: &'static str,
    point: &str,
    passes: (u64, u64),
    people: &People,
    mut after_death: impl FnMut(&Scenario),
) -> Scenario {
    let mut scenario = Scenario::start(name, people, |setup| setup);
    for _ in 0..3 {
        scenario.server.terminate();
        let aim = format!("{point}:{}", scenario.rng.between(passes.0, passes.1));
        scenario.server = scenario.server.setup.spawn(&[("FAIL_POINT", &aim)]);
        let status = scenario.server.wait_for_exit();
        assert_eq!(status.signal(), Some(9), "the server dies at {aim}: {}", scenario.server.setup.log_tail());
        after_death(&scenario);
        scenario.server.restart();
        scenario.wait_for_messages(10);
    }
    scenario
}

/// Returns the number of messages on disk after the process has died.
fn stored(scenario: &Scenario) -> usize {
    Stored::copied(&scenario.server.setup.data).messages.len()
}

#[test]
fn f2_a_committed_message_is_replayed_when_the_process_dies_before_publishing() {
    let mut on_disk = 0;
    let scenario = deaths("f2-commit", "after_commit", (2, 60), &People::default(), |scenario| on_disk = stored(scenario));
    let report = scenario.finish().assert_valid();
    assert!(on_disk > 0 && report.resolved > 0, "a message with unknown tries was stored: {report}");
}

#[test]
fn f2_a_published_message_is_stored_once_when_the_process_dies_before_answering() {
    let scenario = deaths("f2-publish", "after_publish", (2, 60), &People::default(), |_| {});
    let report = scenario.finish().assert_valid();
    assert!(report.resolved > 0, "{report}");
}

#[test]
fn f2_an_uncommitted_message_is_stored_by_its_retry() {
    let report = deaths("f2-before", "before_commit", (2, 60), &People::default(), |_| {}).finish().assert_valid();
    assert!(report.resolved > 0, "{report}");
}

#[test]
fn f2_a_checkpoint_loses_nothing_when_the_process_dies_in_it() {
    let mut people = People::default();
    people.pace.pause = (0, 2);
    people.pace.padding = 7_000;
    deaths("f2-checkpoint", "mid_checkpoint", (1, 2), &people, |_| {}).finish().assert_valid();
}

#[test]
fn f2_the_next_start_completes_a_migration_when_the_process_dies_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup::new(dir.path());
    let mut server = setup.spawn(&[("FAIL_POINT", "mid_migration:1")]);
    assert_eq!(server.wait_for_exit().signal(), Some(9), "{}", setup.log_tail());
    setup.start().terminate();
    let stored = Stored::read(&setup.data);
    assert_eq!((stored.head, stored.complaints), (1, Vec::new()));
}

/// Runs all tests of this file.
pub fn all() {
    f2_a_committed_message_is_replayed_when_the_process_dies_before_publishing();
    f2_a_published_message_is_stored_once_when_the_process_dies_before_answering();
    f2_an_uncommitted_message_is_stored_by_its_retry();
    f2_a_checkpoint_loses_nothing_when_the_process_dies_in_it();
    f2_the_next_start_completes_a_migration_when_the_process_dies_in_it();
}
