//! F6: another process locks the database for a moment or for long, and a reader pins the write-ahead log.

use crate::{
    database::log_size,
    http::Client,
    scenario::{People, Scenario},
};
use rusqlite::Connection;
use std::{thread::sleep, time::Duration};

/// Holds SQLite's write lock for the given time, as another process may.
pub fn hold_lock(scenario: &Scenario, time: Duration) {
    let conn = Connection::open(scenario.server.setup.data.join("rill.db")).unwrap();
    conn.busy_timeout(Duration::from_secs(60)).unwrap();
    conn.execute_batch("BEGIN IMMEDIATE").unwrap();
    sleep(time);
    conn.execute_batch("ROLLBACK").unwrap();
}

#[test]
fn f6_posts_wait_when_the_database_is_locked_for_a_second() {
    let scenario = Scenario::start("f6-second", &People::default(), |setup| setup);
    for _ in 0..3 {
        hold_lock(&scenario, Duration::from_secs(1));
        scenario.wait_for_messages(20);
    }
    let report = scenario.finish().assert_valid();
    assert_eq!((report.busy, report.unknown), (0, 0), "{report}");
}

#[test]
fn f6_posts_are_busy_and_reading_works_when_the_database_is_locked_for_ten_seconds() {
    let scenario = Scenario::start("f6-long", &People::default(), |setup| setup);
    let mut client = scenario.client();
    std::thread::scope(|scope| {
        let holding = scope.spawn(|| hold_lock(&scenario, Duration::from_secs(10)));
        while !holding.is_finished() {
            let page = client.post("/api/messages/page", &[("room", "1")]).expect("an answer");
            let (_, stream) = client.listen(None).expect("an answer");
            let well = Client::new(scenario.shared.address, "").get("/healthz").expect("an answer");
            assert_eq!((page.status, stream.status, well.status), (200, 200, 200), "{}", page.body);
            sleep(Duration::from_millis(100));
        }
    });
    scenario.wait_for_messages(20);
    let report = scenario.finish().assert_valid();
    assert!(report.busy > 0, "{report}");
}

#[test]
fn f6_the_log_shrinks_when_a_pinning_reader_has_left() {
    /// The size to which the log is truncated when it restarts (`LOG_KEPT`).
    const KEPT: u64 = 16 << 20;
    let mut people = People::default();
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_900);
    let scenario = Scenario::start("f6-pin", &people, |setup| setup);
    let data = scenario.server.setup.data.clone();
    let reader = Connection::open(data.join("rill.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM messages;").unwrap();
    scenario.wait_until("the pinned log grows", |_| log_size(&data) > KEPT + (2 << 20));
    reader.execute_batch("ROLLBACK").unwrap();
    drop(reader);
    scenario.wait_until("the log restarts", |_| log_size(&data) <= KEPT);
    scenario.finish().assert_valid();
}
