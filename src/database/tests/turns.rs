//! Whose thread writes: a lone asker's own, the writer's for several, and the same outcome on either.

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

fn here() -> Option<String> {
    thread::current().name().map(str::to_owned)
}

async fn writes_on(store: &Fixture) -> Option<String> {
    store.db.write(|_| Ok(here())).await.unwrap()
}

const WRITER: Option<&str> = Some("store-write");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_asker_writes_by_itself_and_is_published_before_it_is_answered() {
    let store = Arc::new(Fixture::new());
    let lin = store.enter("Lin").await;
    store.forget();
    let on_a_worker = store.clone();
    tokio::spawn(async move {
        let store = on_a_worker;
        assert_ne!(writes_on(&store).await.as_deref(), WRITER);
        // Now and then the thread looks after the log, and takes what comes meanwhile: no different to whoever asks.
        for n in 1..=40 {
            let sent = store.try_send(lin.id, GENERAL, fresh_key(), &format!("{n}")).await.unwrap();
            assert_eq!(store.published().last().map(|event| event.seq()), Some(sent.seq));
            assert_eq!(store.db.committed(), sent.seq);
            assert_eq!(store.db.head().await.unwrap(), sent.seq, "it is on disk");
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn where_nothing_else_could_go_on_meanwhile_the_thread_writes() {
    let store = Fixture::new();
    assert_eq!(writes_on(&store).await.as_deref(), WRITER);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_while_another_writes_is_written_by_the_thread_all_in_one() {
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
            Ok(here())
        };
        db.write(work).await.unwrap()
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
    assert_ne!(slow.await.unwrap().as_deref(), WRITER);
    for sent in sends {
        sent.await.unwrap().unwrap();
    }
    let commits: Vec<usize> = store.commits.lock().unwrap().iter().map(Vec::len).collect();
    // The thread waited with the first of them; the others it found when its turn came, but for one that was on its way.
    assert!(commits.len() <= 2 && commits.iter().sum::<usize>() == 20, "{commits:?}");
    // Several came at once: so they may again, and a sync for all of them is worth a thread that wakes.
    assert_eq!(writes_on(&store).await.as_deref(), WRITER);
    // Nobody else did: from when the thread is done with its turn.
    while writes_on(&store).await.as_deref() == WRITER {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_asker_that_fails_or_panics_leaves_no_trace() {
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
async fn closing_waits_for_who_writes_and_then_nobody_does() {
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
