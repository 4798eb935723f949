//! The one writer: commits what it is given as one transaction, publishes, then answers (group commit).

use super::{
    Change, Read, Write, check_files,
    failpoint::{panic_at, reach},
    now, params,
    sqlite::{
        checkpoint::{Log, Order},
        connection::Connection,
        held_files::HeldFiles,
    },
};
use crate::model::error::{AppError, AppResult, Code};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::SyncSender,
    },
};
use tokio::sync::oneshot;

/// A queued command: runs inside the transaction, answers after it.
pub(crate) trait Command: Send {
    fn run(&mut self, write: &mut Write<'_>) -> AppResult<()>;
    /// `batch` is the error of the whole batch, if it failed.
    fn answer(self: Box<Self>, batch: Option<&AppError>);
}

struct Job<T, F> {
    work: Option<F>,
    done: AppResult<T>,
    to: oneshot::Sender<AppResult<T>>,
}

pub(crate) fn command<T: Send + 'static>(
    work: impl FnOnce(&mut Write<'_>) -> AppResult<T> + Send + 'static,
    to: oneshot::Sender<AppResult<T>>,
) -> Box<dyn Command> {
    Box::new(Job { work: Some(work), done: Err(AppError::new(Code::Internal)), to })
}

impl<T: Send, F: FnOnce(&mut Write<'_>) -> AppResult<T> + Send> Command for Job<T, F> {
    fn run(&mut self, write: &mut Write<'_>) -> AppResult<()> {
        if let Some(work) = self.work.take() {
            self.done = catch_unwind(AssertUnwindSafe(|| work(write))).unwrap_or_else(|_| {
                tracing::error!("a command of the store panicked");
                Err(AppError::new(Code::Internal))
            });
        }
        self.done.as_ref().map(drop).map_err(Clone::clone)
    }

    fn answer(self: Box<Self>, batch: Option<&AppError>) {
        // An asker that has gone does not undo what was asked.
        let _ = self.to.send(batch.map_or(self.done, |error| Err(error.clone())));
    }
}

pub(crate) type OnCommit = Box<dyn Fn(Vec<Change>) + Send + Sync>;

pub(crate) struct Writer {
    conn: Connection,
    on_commit: OnCommit,
    log: Log,
    committed: Arc<AtomicU64>,
    erase_due: Arc<AtomicBool>,
    files: HeldFiles,
}

impl Writer {
    pub(crate) fn new(
        conn: Connection,
        on_commit: OnCommit,
        checkpointer: SyncSender<Order>,
        committed: Arc<AtomicU64>,
        erase_due: Arc<AtomicBool>,
        files: HeldFiles,
    ) -> Self {
        Self { conn, on_commit, log: Log::new(checkpointer), committed, erase_due, files }
    }

    /// Answers each command once all of them are on disk and published, or with what went wrong.
    pub(crate) fn write(&mut self, mut batch: Vec<Box<dyn Command>>) {
        self.log.written(batch.len());
        let failed = match self.commit(&mut batch) {
            Ok(changes) => {
                reach("after_commit");
                self.publish(changes);
                reach("after_publish");
                None
            }
            Err(error) => Some(error),
        };
        for command in batch {
            command.answer(failed.as_ref());
        }
    }

    /// Keeps the log short. It may take as long as a write, now and then a second: after the answers.
    pub(crate) fn tidy(&mut self) {
        self.log.look(&self.conn);
    }

    fn execute(&self, sql: &str) -> super::Result<()> {
        self.conn.execute(sql, &[]).map(drop)
    }

    /// The whole batch or nothing of it.
    fn commit(&self, batch: &mut [Box<dyn Command>]) -> AppResult<Vec<Change>> {
        check_files(&self.files)?;
        // A rollback that failed before is made up for here: nothing ever runs in a leftover transaction.
        if self.conn.is_in_transaction() {
            self.execute("ROLLBACK")?;
        }
        self.execute("BEGIN IMMEDIATE")?;
        panic_at("commit");
        let erases = Cell::new(false);
        let done = self.run_all(batch, &erases).and_then(|(changes, seq)| {
            reach("before_commit");
            self.execute("COMMIT")?;
            self.committed.store(seq, Ordering::Release);
            // Here, and not where the answer goes: whoever asked may have gone, and the text has to leave the log all the same.
            if erases.get() {
                self.erase_due.store(true, Ordering::Release);
            }
            Ok(changes)
        });
        if done.is_err()
            && self.conn.is_in_transaction()
            && let Err(error) = self.execute("ROLLBACK")
        {
            tracing::error!(%error, "a batch could not be rolled back");
        }
        done
    }

    fn run_all(&self, batch: &mut [Box<dyn Command>], erases: &Cell<bool>) -> AppResult<(Vec<Change>, u64)> {
        let start = Read::new(&self.conn).head()?.0;
        let mut seq = start;
        let mut changes = Vec::new();
        // A command alone is taken back with the transaction.
        let is_alone = batch.len() == 1;
        for command in batch {
            let (seq_before, changes_before) = (seq, changes.len());
            if !is_alone {
                self.execute("SAVEPOINT command")?;
            }
            let mut write = Write::new(&self.conn, &mut seq, &mut changes, erases, now());
            let done = command.run(&mut write);
            if !self.conn.is_in_transaction() {
                // SQLite took the whole transaction back (full, I/O, no memory): so does the batch.
                return Err(done.err().unwrap_or_else(|| AppError::new(Code::Internal)));
            }
            if is_alone {
                done?;
                continue;
            }
            if done.is_err() {
                self.execute("ROLLBACK TO command")?;
                seq = seq_before;
                changes.truncate(changes_before);
            }
            self.execute("RELEASE command")?;
        }
        if seq != start {
            self.conn.execute("UPDATE sequence SET value = ?1", &params![seq])?;
        }
        Ok((changes, seq))
    }

    fn publish(&self, changes: Vec<Change>) {
        if changes.is_empty() {
            return;
        }
        // What is committed stays committed: streams catch up from the store.
        if catch_unwind(AssertUnwindSafe(|| (self.on_commit)(changes))).is_err() {
            tracing::error!("publishing a commit panicked");
        }
    }
}
