//! Disk full, a file that cannot be written, another process's lock, a reader that holds the log: refused, and recovered from.

use crate::{
    database::failpoint::arm,
    features::messages::{model::PageRange, store::page},
    model::{
        error::{AppError, Code},
        ids::GENERAL,
    },
    request::hooks::Hooks,
    tests::store_fixture::{Fixture, fresh_key},
};
use rusqlite::Connection;
use std::{sync::mpsc, time::Duration};

#[tokio::test]
async fn a_full_disk_acknowledges_nothing_and_recovers() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let kept = store.send(&lin, GENERAL, "kept").await;
    store.forget();
    let pages = store.count("PRAGMA page_count").await;
    let limit = |pages: u64| {
        store.db.write(move |write| Ok(write.row(&format!("PRAGMA max_page_count = {pages}"), &[], |row| row.get::<u64>(0))?))
    };
    assert_eq!(limit(pages).await, Ok(Some(pages)));
    // More than what the migration has left free.
    let (key, text) = (fresh_key(), "too much ".repeat(20_000));
    let full = Err(AppError::retry(Code::StorageFull, 5));
    for _ in 0..3 {
        assert_eq!(store.try_send(lin.id, GENERAL, key, &text).await, full);
    }
    assert_eq!(store.published(), []);
    let page_now = page(&store.db, &Hooks::default(), lin.id, GENERAL, PageRange::Newest, 50).await.unwrap();
    assert_eq!((page_now.messages, page_now.head), (vec![kept.clone()], kept.seq));
    // Ending a session still works: it needs no room.
    assert!(crate::sessions::store::seen(&store.db, lin.id, [0; 32]).await.is_ok());
    limit(1 << 30).await.unwrap();
    let sent = store.try_send(lin.id, GENERAL, key, &text).await.unwrap();
    assert_eq!((sent.seq.0, sent.n), (kept.seq.0 + 1, 2));
}

#[tokio::test]
async fn a_panic_of_the_writer_refuses_its_batch_and_the_next_one_is_stored() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let kept = store.send(&lin, GENERAL, "kept").await;
    // On the writer's thread.
    store
        .db
        .write(|_| {
            arm("commit");
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(store.try_send(lin.id, GENERAL, fresh_key(), "refused").await, Err(AppError::retry(Code::Busy, 1)));
    assert_eq!(store.db.waiting(), 0);
    let next = store.send(&lin, GENERAL, "next").await;
    assert_eq!((next.seq.0, next.n), (kept.seq.0 + 1, 2));
}

#[tokio::test]
async fn a_file_that_cannot_be_written_acknowledges_nothing() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    store.forget();
    // As SQLite answers on a file system that was mounted read-only meanwhile.
    store.sql("PRAGMA query_only = 1").await;
    for _ in 0..2 {
        assert_eq!(store.try_send(lin.id, GENERAL, fresh_key(), "a").await, Err(AppError::new(Code::Internal)));
    }
    assert_eq!(store.published(), []);
    assert_eq!(store.db.ping().await, Ok(()), "reads go on");
    let store = store.restart();
    assert_eq!(store.send(&lin, GENERAL, "b").await.n, 1);
}

#[tokio::test]
async fn another_processs_lock_is_busy_after_a_bounded_wait_and_recovers() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    store.forget();
    store.sql("PRAGMA busy_timeout = 20").await;
    let other = Connection::open(store.dir.path().join("rill.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let key = fresh_key();
    for _ in 0..2 {
        assert_eq!(store.try_send(lin.id, GENERAL, key, "a").await, Err(AppError::retry(Code::Busy, 1)));
    }
    assert_eq!(store.db.ping().await, Ok(()), "reads go on");
    assert_eq!(store.published(), []);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.try_send(lin.id, GENERAL, key, "a").await.unwrap().n, 1);
}

#[tokio::test]
async fn the_log_shrinks_once_a_reader_that_held_it_has_gone() {
    let store = Fixture::new();
    let log = store.dir.path().join("rill.db-wal");
    let size = || std::fs::metadata(&log).unwrap().len();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let (release, released) = mpsc::channel::<()>();
    let db = store.db.clone();
    let reading = tokio::spawn(async move {
        db.read(move |read| {
            read.head()?;
            let _ = begun.send(());
            let _ = released.recv();
            Ok(())
        })
        .await
    });
    has_begun.await.unwrap();
    for _ in 0..3 {
        store.sql("INSERT OR REPLACE INTO meta (key, value) VALUES ('large', randomblob(12000000))").await;
    }
    let held = size();
    assert!(held > 30 << 20, "{held}");
    drop(release);
    reading.await.unwrap().unwrap();
    // The checkpoint runs beside the writer, so it may take a few commits more.
    for _ in 0..400 {
        store.sql("INSERT OR REPLACE INTO meta (key, value) VALUES ('small', randomblob(10))").await;
        if size() <= 17 << 20 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the log is still {} bytes", size());
}
