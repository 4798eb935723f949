//! The queue of writes: one transaction for all that wait, one outcome for each, and an end in order.

use crate::{
    model::{
        error::{AppError, Code},
        ids::GENERAL,
    },
    tests::store_fixture::{Fixture, fresh_key},
};
use std::{
    sync::{Arc, mpsc},
    thread,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_wait_for_another_are_one_transaction() {
    let store = Arc::new(Fixture::new());
    let lin = store.enter("Lin").await;
    store.forget();
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let db = store.db.clone();
    let slow = tokio::spawn(async move {
        let work = move |_: &mut crate::database::Write<'_>| {
            let _ = begun.send(());
            let _ = released.recv();
            Ok(())
        };
        db.write(work).await
    });
    has_begun.await.unwrap();
    let sends: Vec<_> = (0..20)
        .map(|n| {
            let (store, author) = (store.clone(), lin.id);
            tokio::spawn(async move { store.try_send(author, GENERAL, fresh_key(), &format!("{n}")).await })
        })
        .collect();
    // The rest of the runtime goes on: this, the sends, and reads.
    while store.db.waiting() < 20 {
        store.db.head().await.unwrap();
        tokio::task::yield_now().await;
    }
    release.send(()).unwrap();
    assert_eq!(slow.await.unwrap(), Ok(()));
    for sent in sends {
        sent.await.unwrap().unwrap();
    }
    let commits: Vec<usize> = store.commits.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(commits, [20]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn write_leaves_no_trace_when_it_fails_or_panics() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let head = store.db.head().await.unwrap();
    store.forget();
    let spoil = |how: &'static str| {
        store.db.write(move |write| {
            write.next_seq()?;
            write.script("UPDATE rooms SET last_n = 99")?;
            assert_ne!(how, "panics");
            Err::<(), _>(AppError::new(Code::Forbidden))
        })
    };
    assert_eq!(spoil("fails").await, Err(AppError::new(Code::Forbidden)));
    assert_eq!(spoil("panics").await, Err(AppError::new(Code::Internal)));
    assert_eq!(store.db.head().await.unwrap(), head);
    let sent = store.try_send(lin.id, GENERAL, fresh_key(), "after them").await.unwrap();
    assert_eq!((sent.seq.0, sent.n), (head.0 + 1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn close_waits_for_the_write_and_refuses_further_ones() {
    let store = Fixture::new();
    let (begun, has_begun) = mpsc::channel();
    let (release, released) = mpsc::channel::<()>();
    let db = store.db.clone();
    let slow = tokio::spawn(async move {
        let work = move |write: &mut crate::database::Write<'_>| {
            begun.send(()).unwrap();
            let _ = released.recv();
            write.script("UPDATE rooms SET last_n = 7")?;
            Ok(())
        };
        db.write(work).await
    });
    tokio::task::block_in_place(|| has_begun.recv()).unwrap();
    let db = store.db.clone();
    let closed = thread::spawn(move || db.close());
    // A write would wait for its turn.
    while store.db.head().await.is_ok() {}
    assert!(!closed.is_finished());
    release.send(()).unwrap();
    tokio::task::block_in_place(|| closed.join()).unwrap();
    assert_eq!(slow.await.unwrap(), Ok(()));
    assert_eq!(store.db.write(|_| Ok(())).await, Err(AppError::retry(Code::Busy, 1)));
    let stored = rusqlite::Connection::open(store.dir.path().join("rill.db")).unwrap();
    assert_eq!(stored.query_row("SELECT last_n FROM rooms", [], |row| row.get(0)), Ok(7));
}
