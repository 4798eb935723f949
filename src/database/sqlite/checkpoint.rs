//! Moving the log into the database file. The bulk goes off the writer's thread, so that no post waits for it; the writer takes
//! the little that came meanwhile, so that the log starts over and stays bounded.

use super::connection::{BUSY, Connection};
use crate::{
    database::{Error, failpoint::reach},
    model::error::{AppError, AppResult, Code},
};
use std::{
    io,
    sync::mpsc::{Receiver, SyncSender},
    thread::{Builder, JoinHandle},
    time::Duration,
};
use tokio::sync::oneshot;

/// Pages in the log before a checkpoint is due: 4 MB, SQLite's own default.
const DUE: i64 = 1_000;
/// Pages the writer moves by itself; more are the other thread's.
const LITTLE: i64 = 250;
/// Pages from which the writer waits for readers to leave the log, and how long: 32 MB.
const LARGE: i64 = 8_192;
/// Writes from one look at the log to the next, some six pages each: SQLite prepares the question anew each time, and it costs as
/// much as a write's own statements.
const SELDOM: usize = 16;
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);

pub(crate) enum Order {
    /// The log has grown.
    Checkpoint,
    /// Empty it now and say so.
    Truncate(oneshot::Sender<AppResult<()>>),
}

/// Works until every sender has gone, then empties the log a last time.
pub(crate) fn start(conn: Connection, orders: Receiver<Order>) -> io::Result<JoinHandle<()>> {
    Builder::new().name("store-checkpoint".to_owned()).spawn(move || {
        while let Ok(order) = orders.recv() {
            match order {
                Order::Checkpoint => {
                    if let Err(error) = run(&conn, "passive") {
                        tracing::error!(%error, "a checkpoint failed");
                    }
                    reach("mid_checkpoint");
                }
                Order::Truncate(answer) => {
                    // The caller may have gone.
                    let _ = answer.send(truncate(&conn));
                }
            }
        }
        if let Err(error) = truncate(&conn) {
            tracing::warn!(?error, "the log could not be emptied at the end; the next start does it");
        }
    })
}

/// The log as the writer sees it between its commits.
pub(crate) struct Log {
    orders: SyncSender<Order>,
    pages: i64,
    /// Writes since it was looked at.
    writes: usize,
    /// Pages at which something is to be done next.
    due: i64,
    /// Pages from which the writer may wait for readers again.
    wait_from: i64,
}

impl Log {
    pub(crate) fn new(orders: SyncSender<Order>) -> Self {
        Self { orders, pages: 0, writes: 0, due: DUE, wait_from: LARGE }
    }

    /// So much was written, perhaps.
    pub(crate) fn written(&mut self, writes: usize) {
        self.writes += writes;
    }

    /// Sees to it that the log starts over once it has grown. A log that only ever grew would make every commit slower: on ext4 a
    /// new file length has to reach the disk, too, and costs as much again as the pages.
    pub(crate) fn look(&mut self, writer: &Connection) {
        if self.writes < SELDOM {
            return;
        }
        self.writes = 0;
        if let Err(error) = self.check(writer) {
            tracing::warn!(%error, "a checkpoint failed");
        }
    }

    fn check(&mut self, writer: &Connection) -> rusqlite::Result<()> {
        let Progress { pages, moved, .. } = run(writer, "noop")?;
        if pages < self.pages {
            // It has started over.
            (self.due, self.wait_from) = (DUE, LARGE);
        }
        self.pages = pages;
        if pages < self.due {
            return Ok(());
        }
        if pages - moved > LITTLE {
            // One order waiting is as good as two.
            let _ = self.orders.try_send(Order::Checkpoint);
            return Ok(());
        }
        // If somebody reads just now, the log cannot start over; the next try comes when as much again has been written.
        self.due = pages + DUE;
        if pages < LARGE {
            return run(writer, "passive").map(drop);
        }
        // The other thread may be at it, too, and be done in a moment: soon again, but waiting only now and then.
        let timeout = if pages >= self.wait_from { BUSY_TIMEOUT } else { Duration::ZERO };
        writer.0.busy_timeout(timeout)?;
        let done = run(writer, "restart");
        writer.0.busy_timeout(BUSY)?;
        if done?.busy {
            // At the next look.
            self.due = pages;
            if timeout.is_zero() {
                return Ok(());
            }
            self.wait_from = pages + DUE;
            tracing::warn!(pages, "a reader holds the log, and it grows");
        }
        Ok(())
    }
}

fn truncate(conn: &Connection) -> AppResult<()> {
    if run(conn, "truncate").map_err(Error::from)?.busy { Err(AppError::retry(Code::Busy, 1)) } else { Ok(()) }
}

/// Empties the log that the process before has left; false when that is still to be done.
pub(crate) fn empty(conn: &Connection) -> bool {
    let done = run(conn, "truncate").map(|progress| !progress.busy);
    done.unwrap_or_else(|error| {
        tracing::warn!(%error, "the log of the last run could not be emptied yet");
        false
    })
}

struct Progress {
    /// Somebody was in the way.
    busy: bool,
    /// Pages in the log, and how many of them are in the database file as well.
    pages: i64,
    moved: i64,
}

fn run(conn: &Connection, mode: &str) -> rusqlite::Result<Progress> {
    let progress = |row: &rusqlite::Row<'_>| Ok(Progress { busy: row.get(0)?, pages: row.get(1)?, moved: row.get(2)? });
    conn.0.prepare_cached(&format!("PRAGMA wal_checkpoint({mode})"))?.query_row([], progress)
}
