//! The store's narrow interface: open a data directory, write in batches, read snapshots, close. SQLite stands behind it.

mod change;
mod error;
#[cfg(debug_assertions)]
pub mod failpoint;
#[cfg(not(debug_assertions))]
#[path = "failpoint/none.rs"]
pub mod failpoint;
mod read;
mod readers;
mod sqlite;
mod value;
mod write;
mod write_queue;
mod writer;

#[cfg(test)]
mod tests;

pub use change::{Audience, Change};
pub use error::{Error, OpenError};
pub use read::Read;
pub use sqlite::{connection::Row, files::open};
pub(crate) use value::params;
pub use value::{Bind, Cell, Column};
pub use write::Write;

use crate::model::{
    error::{AppError, AppResult, Code},
    ids::Seq,
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sqlite::{checkpoint::Order, held_files::HeldFiles};
use std::{
    fs::File,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{SyncSender, TrySendError},
    },
    thread::JoinHandle,
    time::{SystemTime, UNIX_EPOCH},
};
use tokio::sync::oneshot;
use write_queue::WriteQueue;

/// What a statement answers, or why it failed.
pub type Result<T> = std::result::Result<T, Error>;

/// How to open a data directory.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions<'a> {
    /// Made if it is not there.
    pub dir: &'a Path,
    /// Threads (each with its connection) that read; at least one is made.
    pub readers: usize,
    /// Writes that may wait; beyond that `busy`. 1,024 is usual.
    pub queue: usize,
}

/// An open data directory. Cheap to clone; the last clone closes it.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    store_id: String,
    secret: [u8; 32],
    /// The newest number on disk; kept by the writer, which is the only one to change it.
    committed: Arc<AtomicU64>,
    /// The log may hold a text that was deleted; set by the writer.
    erase_due: Arc<AtomicBool>,
    write_queue: Arc<WriteQueue>,
    files: HeldFiles,
    /// None once closed.
    channels: Mutex<Option<Channels>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Holds the directory's flock as long as anything of the store lives.
    _lock: File,
}

struct Channels {
    writer: SyncSender<Box<dyn writer::Command>>,
    readers: SyncSender<readers::Job>,
    checkpointer: SyncSender<Order>,
}

impl Database {
    /// Random id of this data directory (32 hex digits). Numbers of one store mean nothing in another.
    pub fn store_id(&self) -> &str {
        &self.0.store_id
    }

    /// Runs `work` in a savepoint of the batch's transaction. The answer comes after the commit is on disk. An error of
    /// `work`, or a panic in it, undoes what it wrote, takes its numbers back and drops what it published.
    ///
    /// # Errors
    /// What `work` answers; `busy` when the queue is full, another process holds the file, or the store is closed;
    /// `storage_full`; `internal`. After an error of the whole batch nothing of it is stored.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> AppResult<T> + Send + 'static,
    ) -> AppResult<T> {
        let (answer, answered) = oneshot::channel();
        self.queue(writer::command(work, answer))?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Runs `work` on a reader thread, over one snapshot of the store.
    ///
    /// # Errors
    /// What `work` answers; `busy` when too many wait or the store is closed.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&Read<'_>) -> AppResult<T> + Send + 'static) -> AppResult<T> {
        let (answer, answered) = oneshot::channel();
        self.enqueue(|channels| drop_rest(channels.readers.try_send(readers::job(work, answer))))?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// The newest number on disk, without asking the disk: as of the last commit, and never behind what was published.
    pub fn committed(&self) -> Seq {
        Seq(self.0.committed.load(Ordering::Acquire))
    }

    /// Writes that wait for others to be on disk.
    pub fn waiting(&self) -> usize {
        self.0.write_queue.waiting()
    }

    /// The newest number on disk, read there.
    pub async fn head(&self) -> AppResult<Seq> {
        self.read(|read| Ok(read.head()?)).await
    }

    /// Whether the store answers, and what it answers is on disk where it belongs.
    ///
    /// # Errors
    /// Those of a read; `busy` when a file was replaced or removed.
    pub async fn ping(&self) -> AppResult<()> {
        self.head().await?;
        check_files(&self.0.files)
    }

    /// Moves everything from the log into the database file and empties the log, so that nothing deleted stays on disk.
    ///
    /// # Errors
    /// `busy` when a reader or another process holds the log.
    pub async fn checkpoint_truncate(&self) -> AppResult<()> {
        let (answer, answered) = oneshot::channel();
        let order = Order::Truncate(answer);
        self.enqueue(|channels| drop_rest(channels.checkpointer.try_send(order)))?;
        answered.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Empties the log if it may hold a text that was deleted: since the last time, or before the start.
    ///
    /// # Errors
    /// Those of [`Self::checkpoint_truncate`]; it is still to be done then.
    pub async fn erase_deleted(&self) -> AppResult<()> {
        if !self.0.erase_due.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        // Also when this is dropped while it waits.
        let still_due = StillDue(&self.0.erase_due);
        self.checkpoint_truncate().await?;
        std::mem::forget(still_due);
        Ok(())
    }

    /// Takes no more work, finishes what has queued up, empties the log and waits for all of it. Blocks; further calls do
    /// nothing. Dropping the last clone does the same.
    pub fn close(&self) {
        self.0.close();
    }

    /// HMAC-SHA256 of `parts`, each with its length before it, under the store's own secret.
    pub(crate) fn keyed_digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC takes a key of any length, so this cannot fail.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0.secret).expect("a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    fn queue(&self, command: Box<dyn writer::Command>) -> AppResult<()> {
        self.0.write_queue.enter();
        let queued = self.enqueue(|channels| drop_rest(channels.writer.try_send(command)));
        if queued.is_err() {
            self.0.write_queue.refuse();
        }
        queued
    }

    fn enqueue(&self, send: impl FnOnce(&Channels) -> std::result::Result<(), TrySendError<()>>) -> AppResult<()> {
        let channels = self.0.channels.lock().unwrap_or_else(PoisonError::into_inner);
        match channels.as_ref().map(send) {
            Some(Ok(())) => Ok(()),
            Some(Err(TrySendError::Full(()))) => Err(AppError::retry(Code::Busy, 1)),
            Some(Err(TrySendError::Disconnected(()))) | None => Err(closed()),
        }
    }
}

/// Says, unless it is forgotten, that the log is still to be emptied.
struct StillDue<'a>(&'a AtomicBool);

impl Drop for StillDue<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("store_id", &self.0.store_id).finish_non_exhaustive()
    }
}

impl Inner {
    fn close(&self) {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).take();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last clone may go inside a command; a thread cannot wait for itself.
            if thread.thread().id() != std::thread::current().id() && thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// Milliseconds since 1970; 0 on a clock set before it.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX))
}

/// Refuses to go on with files that were replaced or removed.
fn check_files(files: &HeldFiles) -> AppResult<()> {
    files.replaced().map_or(Ok(()), |path| {
        let path = path.display();
        tracing::error!(%path, "a file was replaced or removed while Rill runs; nothing is written until it is back");
        Err(AppError::retry(Code::Busy, 10))
    })
}

/// A refused job is dropped; only why matters.
fn drop_rest<T>(sent: std::result::Result<(), TrySendError<T>>) -> std::result::Result<(), TrySendError<()>> {
    sent.map_err(|error| match error {
        TrySendError::Full(_) => TrySendError::Full(()),
        TrySendError::Disconnected(_) => TrySendError::Disconnected(()),
    })
}

/// The store is closing: the process is about to end, and another one may answer soon.
fn closed() -> AppError {
    AppError::retry(Code::Busy, 1)
}
