//! F6: another process holds the database: for a moment, for long, and a reader that pins the log.

use crate::{
    database::log_size,
    http::Client,
    world::{People, World},
};
use rusqlite::Connection;
use std::{thread::sleep, time::Duration};

/// Holds the right to write, as somebody with a SQLite shell would; for so long.
pub fn hold(world: &World, time: Duration) {
    let conn = Connection::open(world.server.setup.data.join("rill.db")).unwrap();
    conn.busy_timeout(Duration::from_secs(60)).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    sleep(time);
    conn.execute_batch("ROLLBACK").unwrap();
}

#[test]
fn f6_who_holds_the_database_for_a_second_is_waited_for() {
    let world = World::start("f6-second", &People::default(), |setup| setup);
    for _ in 0..3 {
        hold(&world, Duration::from_secs(1));
        world.flow(20);
    }
    let report = world.finish().must_be_good();
    assert_eq!((report.busy, report.unknown), (0, 0), "{report}");
}

#[test]
fn f6_who_holds_it_for_long_makes_posts_busy_and_reading_goes_on() {
    let world = World::start("f6-long", &People::default(), |setup| setup);
    let mut client = world.client();
    std::thread::scope(|scope| {
        let holding = scope.spawn(|| hold(&world, Duration::from_secs(10)));
        while !holding.is_finished() {
            let page = client.post("/api/messages/page", &[("room", "1")]).expect("an answer");
            let (_, stream) = client.listen(None).expect("an answer");
            let well = Client::new(world.shared.address, "").get("/healthz").expect("an answer");
            assert_eq!((page.status, stream.status, well.status), (200, 200, 200), "{}", page.body);
            sleep(Duration::from_millis(100));
        }
    });
    world.flow(20);
    let report = world.finish().must_be_good();
    assert!(report.busy > 0, "{report}");
}

#[test]
fn f6_a_log_that_a_reader_has_pinned_is_bounded_again_once_it_has_left() {
    /// What the log is cut to when it starts over (`LOG_KEPT`).
    const KEPT: u64 = 16 << 20;
    let mut people = People::default();
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_900);
    let world = World::start("f6-pin", &people, |setup| setup);
    let data = world.server.setup.data.clone();
    let reader = Connection::open(data.join("rill.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM messages;").unwrap();
    world.wait("the pinned log grows", |_| log_size(&data) > KEPT + (2 << 20));
    reader.execute_batch("ROLLBACK").unwrap();
    drop(reader);
    world.wait("the log starts over", |_| log_size(&data) <= KEPT);
    world.finish().must_be_good();
}
