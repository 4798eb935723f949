//! The queue of writes and the one thread that takes from it: what has queued up while it wrote is its next transaction.

use super::writer::{Command, Writer};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::Receiver,
    },
    thread::{Builder, JoinHandle},
};

/// Commands in one transaction at most.
const MAX_BATCH: usize = 256;

/// What others know of the queue.
#[derive(Default)]
pub(crate) struct WriteQueue {
    waiting: AtomicUsize,
}

impl WriteQueue {
    /// Counts a command that is about to be queued.
    pub(crate) fn enter(&self) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    /// Takes back the count of a command that the queue had no room for.
    pub(crate) fn refuse(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    /// Returns how many commands wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// Starts the writer's thread. It ends once every sender is gone and the queue is empty, and drops `writer` then:
    /// the checkpoint's thread runs as long as there is a writer.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn start(self: Arc<Self>, mut writer: Writer, commands: Receiver<Box<dyn Command>>) -> io::Result<JoinHandle<()>> {
        Builder::new().name("store-write".to_owned()).spawn(move || {
            while let Ok(first) = commands.recv() {
                let mut batch = vec![first];
                batch.extend(commands.try_iter().take(MAX_BATCH - 1));
                self.waiting.fetch_sub(batch.len(), Ordering::AcqRel);
                // A command's own panic is caught nearer to it. After any other the queue must not stand still for good: what was
                // in hand is refused, and an open transaction is rolled back before the next one.
                let done = catch_unwind(AssertUnwindSafe(|| {
                    writer.write(batch);
                    writer.tidy();
                }));
                if done.is_err() {
                    tracing::error!("the writer panicked; what it had in hand was refused");
                }
            }
        })
    }
}
