//! F2: the process dies in the worst moments: committed and not yet published, published and not yet answered, before the commit,
//! in the middle of moving the log, in the middle of making the schema.

use crate::{
    history::Stored,
    server::Setup,
    world::{People, World},
};
use std::os::unix::process::ExitStatusExt;

/// Lets the server die at `place`, three times at drawn passes; `after_death` sees the directory before the next start.
fn deaths(name: &'static str, place: &str, passes: (u64, u64), people: &People, mut after_death: impl FnMut(&World)) -> World {
    let mut world = World::start(name, people, |setup| setup);
    for _ in 0..3 {
        world.server.terminate();
        let aim = format!("{place}:{}", world.dice.between(passes.0, passes.1));
        world.server = world.server.setup.spawn(&[("FAIL_POINT", &aim)]);
        let status = world.server.until_ended();
        assert_eq!(status.signal(), Some(9), "it dies at {aim}: {}", world.server.setup.said());
        after_death(&world);
        world.server.restart();
        world.flow(10);
    }
    world
}

/// Messages that lie on disk when the process has just died.
fn stored(world: &World) -> usize {
    Stored::copied(&world.server.setup.data).messages.len()
}

#[test]
fn f2_what_was_committed_and_never_published_is_delivered_by_catching_up() {
    let mut on_disk = 0;
    let world = deaths("f2-commit", "after_commit", (2, 60), &People::default(), |world| on_disk = stored(world));
    let report = world.finish().must_be_good();
    assert!(on_disk > 0 && report.resolved > 0, "somebody was in doubt, and it was stored: {report}");
}

#[test]
fn f2_what_was_published_and_never_answered_is_one_message_after_the_retry() {
    let world = deaths("f2-publish", "after_publish", (2, 60), &People::default(), |_| {});
    let report = world.finish().must_be_good();
    assert!(report.resolved > 0, "{report}");
}

#[test]
fn f2_what_was_not_yet_committed_is_stored_by_the_retry_alone() {
    let report = deaths("f2-before", "before_commit", (2, 60), &People::default(), |_| {}).finish().must_be_good();
    assert!(report.resolved > 0, "{report}");
}

#[test]
fn f2_a_death_while_the_log_is_moved_loses_nothing() {
    let mut people = People::default();
    people.pace.pause = (0, 2);
    people.pace.padding = 7_000;
    deaths("f2-checkpoint", "mid_checkpoint", (1, 2), &people, |_| {}).finish().must_be_good();
}

#[test]
fn f2_a_death_while_the_schema_is_made_is_made_up_for_by_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup::new(dir.path());
    let mut server = setup.spawn(&[("FAIL_POINT", "mid_migration:1")]);
    assert_eq!(server.until_ended().signal(), Some(9), "{}", setup.said());
    setup.start().terminate();
    let stored = Stored::read(&setup.data);
    assert_eq!((stored.head, stored.complaints), (1, Vec::new()));
}

/// All of them, one after the other.
pub fn all() {
    f2_what_was_committed_and_never_published_is_delivered_by_catching_up();
    f2_what_was_published_and_never_answered_is_one_message_after_the_retry();
    f2_what_was_not_yet_committed_is_stored_by_the_retry_alone();
    f2_a_death_while_the_log_is_moved_loses_nothing();
    f2_a_death_while_the_schema_is_made_is_made_up_for_by_the_next_start();
}
