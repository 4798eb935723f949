//! Moving the log into the database file, off the writer thread, so that no post waits for it and the log stays bounded.

use crate::error::{AppError, AppResult, Code};
use rusqlite::Connection;
use std::{
    io,
    sync::mpsc::Receiver,
    thread::{Builder, JoinHandle},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Pages in the log from which it is emptied by force, holding the writer back for a moment: 32 MB. Below that a passive
/// checkpoint does, which waits for nobody, but cannot start the log over while somebody reads.
pub(super) const LARGE_LOG: i64 = 8_192;
/// How long emptying by force waits for readers, and how long after a try the next one may come.
const PATIENCE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_secs(5);

pub(super) enum Order {
    /// The log has grown.
    Due,
    /// Empty it now and say so.
    Truncate(oneshot::Sender<AppResult<()>>),
}

/// Works until every sender has gone, then empties the log a last time.
pub(super) fn start(conn: Connection, orders: Receiver<Order>) -> io::Result<JoinHandle<()>> {
    Builder::new().name("store-checkpoint".to_owned()).spawn(move || {
        let mut forced = None;
        while let Ok(order) = orders.recv() {
            match order {
                Order::Due => due(&conn, &mut forced),
                Order::Truncate(answer) => {
                    // Whoever asked may have gone.
                    let _ = answer.send(truncate(&conn));
                }
            }
        }
        if let Err(error) = truncate(&conn) {
            tracing::warn!(?error, "the log could not be emptied at the end; the next start does it");
        }
    })
}

fn due(conn: &Connection, forced: &mut Option<Instant>) {
    let pages = match checkpoint(conn, "PRAGMA wal_checkpoint(passive)") {
        Ok((_, pages)) => pages,
        Err(error) => return tracing::error!(%error, "a checkpoint failed"),
    };
    if pages < LARGE_LOG || forced.is_some_and(|at| at.elapsed() < PAUSE) {
        return;
    }
    *forced = Some(Instant::now());
    let done = conn.busy_timeout(PATIENCE).and_then(|()| checkpoint(conn, "PRAGMA wal_checkpoint(truncate)"));
    match done {
        Ok((false, _)) => {}
        Ok((true, pages)) => tracing::warn!(pages, "the log is large and a reader holds it"),
        Err(error) => tracing::error!(%error, "a checkpoint failed"),
    }
}

fn truncate(conn: &Connection) -> AppResult<()> {
    match checkpoint(conn, "PRAGMA wal_checkpoint(truncate)")? {
        (false, _) => Ok(()),
        (true, _) => Err(AppError::retry(Code::Busy, 1)),
    }
}

/// Whether somebody was in the way, and how many pages the log holds.
fn checkpoint(conn: &Connection, pragma: &str) -> rusqlite::Result<(bool, i64)> {
    conn.prepare_cached(pragma)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
}
