//! Group commit: one transaction for what has queued up, each command for itself, numbers and publishing in order.

use crate::{
    database::{Audience, Database, OpenOptions, params},
    features::people::model::User,
    model::{
        error::{AppError, Code},
        ids::{GENERAL, Seq},
        things::Event,
    },
    sessions::store::NewSession,
    tests::store_fixture::{Fixture, fresh_key, hooks, options},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
    mpsc,
};
use tokio::task::JoinHandle;

/// Lets the other tasks of this thread run until `wanted` of them have begun. One queues its write in its first turn.
async fn until_queued(begun: &AtomicUsize, wanted: usize) {
    while begun.load(Ordering::Relaxed) < wanted {
        tokio::task::yield_now().await;
    }
}

/// Keeps the writer busy until the sender is dropped; returns once it is.
async fn hold_writer(db: &Database) -> (mpsc::Sender<()>, JoinHandle<()>) {
    let (release, released) = mpsc::channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let db = db.clone();
    let held = tokio::spawn(async move {
        let work = move |_: &mut crate::database::Write<'_>| {
            let _ = begun.send(());
            let _ = released.recv();
            Ok(())
        };
        db.write(work).await.unwrap();
    });
    has_begun.await.unwrap();
    (release, held)
}

#[tokio::test]
async fn what_queued_up_is_one_commit() {
    let store = Arc::new(Fixture::new());
    let lin = store.enter("Lin").await;
    store.forget();
    let (release, held) = hold_writer(&store.db).await;
    let begun = Arc::new(AtomicUsize::new(0));
    let sends: Vec<_> = (0..200)
        .map(|n| {
            let (store, author, begun) = (store.clone(), lin.id, begun.clone());
            tokio::spawn(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                store.try_send(author, GENERAL, fresh_key(), &n.to_string()).await.unwrap()
            })
        })
        .collect();
    until_queued(&begun, 200).await;
    drop(release);
    held.await.unwrap();
    for send in sends {
        send.await.unwrap();
    }
    let commits: Vec<usize> = store.commits.lock().unwrap().iter().map(Vec::len).collect();
    assert_eq!(commits, [200]);
    let numbers: Vec<u64> = store.published().iter().map(|event| event.seq().0).collect();
    let first = numbers[0];
    assert_eq!(numbers, (first..first + 200).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_failed_or_panicking_command_leaves_no_trace_in_its_batch() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let head = store.db.head().await.unwrap();
    store.forget();
    let (release, held) = hold_writer(&store.db).await;
    let spoil = |error: Option<AppError>| {
        let lin = lin.clone();
        store.db.write::<()>(move |write| {
            let seq = write.next_seq()?;
            write.later("INSERT INTO rooms (seq, name) VALUES (?1, 'spoilt')", &params![seq])?;
            write.publish(Event::User(User { seq, ..lin }), Audience::Everyone)?;
            match error {
                Some(error) => Err(error),
                None => panic!("a bug in a command"),
            }
        })
    };
    let refused = AppError::new(Code::Forbidden);
    let (first, failed, second, panicked, third, ()) = tokio::join!(
        store.send(&lin, GENERAL, "1"),
        spoil(Some(refused.clone())),
        store.send(&lin, GENERAL, "2"),
        spoil(None),
        store.send(&lin, GENERAL, "3"),
        async { drop(release) }
    );
    held.await.unwrap();
    assert_eq!(failed, Err(refused));
    assert_eq!(panicked, Err(AppError::new(Code::Internal)));
    assert_eq!([first.seq, second.seq, third.seq], [1, 2, 3].map(|more| Seq(head.0 + more)));
    assert_eq!(store.published(), [first, second, third].map(Event::Message));
    assert_eq!(store.commits.lock().unwrap().len(), 1);
    assert_eq!(store.count("SELECT count(*) FROM rooms").await, 1);
}

#[tokio::test]
async fn when_sqlite_takes_the_transaction_back_the_whole_batch_fails() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let head = store.db.head().await.unwrap();
    store.forget();
    let (release, held) = hold_writer(&store.db).await;
    let key = fresh_key();
    let (sent, failed, after, ()) = tokio::join!(
        store.try_send(lin.id, GENERAL, key, "lost"),
        store.db.write::<()>(|write| {
            // What SQLite does by itself when the disk is full or fails.
            write.script("ROLLBACK")?;
            Err(AppError::retry(Code::StorageFull, 5))
        }),
        store.try_send(lin.id, GENERAL, fresh_key(), "not run"),
        async { drop(release) }
    );
    // The held command was a batch of its own.
    held.await.unwrap();
    for answer in [sent.map(drop), failed, after.map(drop)] {
        assert_eq!(answer, Err(AppError::retry(Code::StorageFull, 5)));
    }
    assert_eq!(store.published(), []);
    assert_eq!(store.db.head().await.unwrap(), head);
    let again = store.try_send(lin.id, GENERAL, key, "lost").await.unwrap();
    assert_eq!((again.seq.0, again.n), (head.0 + 1, 1));
}

#[tokio::test]
async fn a_full_queue_is_busy_at_once() {
    let store = Fixture::with(|dir| OpenOptions { queue: 1, ..options(dir) });
    let (release, held) = hold_writer(&store.db).await;
    let (db, begun) = (store.db.clone(), Arc::new(AtomicUsize::new(0)));
    let started = begun.clone();
    let waiting = tokio::spawn(async move {
        started.fetch_add(1, Ordering::Relaxed);
        db.write(|_| Ok(())).await
    });
    until_queued(&begun, 1).await;
    assert_eq!(store.db.write(|_| Ok(())).await, Err(AppError::retry(Code::Busy, 1)));
    drop(release);
    held.await.unwrap();
    assert_eq!(waiting.await.unwrap(), Ok(()));
    assert_eq!(store.db.write(|_| Ok(())).await, Ok(()));
}

#[tokio::test]
async fn the_answer_comes_after_the_hub_was_told() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    for n in 0..50 {
        let sent = store.send(&lin, GENERAL, &n.to_string()).await;
        assert_eq!(store.published().last(), Some(&Event::Message(sent)));
    }
}

#[tokio::test]
async fn a_hub_that_panics_loses_no_commit() {
    let dir = tempfile::tempdir().unwrap();
    let db = crate::database::open(options(dir.path()), |_| panic!("a bug in the hub")).unwrap();
    let name = crate::features::people::names::check("Lin").unwrap();
    let lin = crate::features::accounts::store::add_person(&db, &hooks(), name, NewSession::new([1; 32], "tag".to_owned()))
        .await
        .unwrap();
    assert_eq!(crate::features::people::store::people(&db, lin.id, vec![lin.id]).await.unwrap(), [lin]);
}

#[tokio::test]
async fn a_read_is_one_snapshot_and_cannot_write() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let before = store.db.head().await.unwrap();
    let (read_once, has_read) = tokio::sync::oneshot::channel();
    let (resume, may_resume) = mpsc::channel::<()>();
    let db = store.db.clone();
    let reading = tokio::spawn(async move {
        db.read(move |read| {
            let first = read.head()?;
            let _ = read_once.send(());
            let _ = may_resume.recv();
            Ok((first, read.head()?))
        })
        .await
    });
    has_read.await.unwrap();
    store.send(&lin, GENERAL, "meanwhile").await;
    drop(resume);
    assert_eq!(reading.await.unwrap(), Ok((before, before)));
    let written = store.db.read(|read| Ok(read.exists("UPDATE users SET name = 'x' RETURNING 1", &[])?)).await;
    assert_eq!(written, Err(AppError::new(Code::Internal)));
    assert_eq!(store.db.read::<()>(|_| panic!("a bug in a read")).await, Err(AppError::new(Code::Internal)));
    assert_eq!(store.db.ping().await, Ok(()));
}

#[tokio::test]
async fn closing_finishes_what_has_queued_up_and_takes_no_more() {
    let store = Fixture::new();
    let done = Arc::new(Mutex::new(0));
    let (release, held) = hold_writer(&store.db).await;
    let begun = Arc::new(AtomicUsize::new(0));
    let queued: Vec<_> = (0..20)
        .map(|_| {
            let (db, done, begun) = (store.db.clone(), done.clone(), begun.clone());
            tokio::spawn(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                let work = move |_: &mut crate::database::Write<'_>| {
                    *done.lock().unwrap() += 1;
                    Ok(())
                };
                db.write(work).await
            })
        })
        .collect();
    until_queued(&begun, 20).await;
    drop(release);
    let db = store.db.clone();
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
    assert_eq!(*done.lock().unwrap(), 20);
    held.await.unwrap();
    for write in queued {
        assert_eq!(write.await.unwrap(), Ok(()));
    }
    assert_eq!(store.db.write(|_| Ok(())).await, Err(AppError::retry(Code::Busy, 1)));
    assert_eq!(store.db.ping().await, Err(AppError::retry(Code::Busy, 1)));
    let log = std::fs::metadata(store.dir.path().join("rill.db-wal")).map_or(0, |log| log.len());
    assert_eq!(log, 0, "the log was emptied");
}
