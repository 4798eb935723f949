//! F17: started again and again before it can do anything; and two processes on one data directory.

use crate::{
    history::Stored,
    options,
    server::Setup,
    world::{People, World},
};
use std::{thread::sleep, time::Duration};

/// Kills the server so many times after so long, whether it has come up or not.
pub fn storm(world: &mut World, times: u64, every: Duration) {
    for _ in 0..times {
        let fresh = world.server.setup.spawn(&[]);
        // The old one still holds the directory: the fresh one has to refuse, or to come second.
        world.server.kill();
        world.server = fresh;
        sleep(every);
        if world.server.until_well().is_err() {
            world.server.restart();
        }
    }
}

#[test]
fn f17_starts_that_overlap_and_die_early_lose_nothing() {
    let mut world = World::start("f17", &People::default(), |setup| setup);
    storm(&mut world, 5, Duration::from_millis(50));
    world.finish().must_be_good();
}

#[test]
fn f17_a_second_process_on_the_same_data_refuses_and_harms_nobody() {
    let world = World::start("f17-second", &People::default(), |setup| setup);
    let dir = tempfile::tempdir().unwrap();
    let other = Setup { data: world.server.setup.data.clone(), ..Setup::new(dir.path()) };
    for _ in 0..3 {
        let status = other.spawn(&[]).until_ended();
        assert_eq!(status.code(), Some(1), "{}", other.said());
        assert!(other.said().contains("in use"), "{}", other.said());
    }
    world.flow(20);
    world.finish().must_be_good();
}

#[test]
fn f17_starts_that_die_while_the_directory_is_new_leave_one_that_can_be_used() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup::new(dir.path());
    let mut dice = crate::dice::Dice::new(options::seed());
    for _ in 0..15 {
        let mut server = setup.spawn(&[]);
        sleep(dice.millis(0, 60));
        server.kill();
    }
    setup.start().terminate();
    let stored = Stored::read(&setup.data);
    assert_eq!((stored.head, stored.complaints), (1, Vec::new()));
}
