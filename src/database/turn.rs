//! Whose turn it is to write: an asker's own where nobody else asks, so that it waits for no other thread; else that of the writer's
//! thread, which commits what has queued up as one.

use super::writer::{Command, Writer};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::Receiver,
    },
    thread::{Builder, JoinHandle},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

/// Commands in one transaction at most.
const MAX_BATCH: usize = 256;

/// The writer, and who waits for it.
pub(crate) struct Turn {
    /// None once the store is closed.
    writer: Mutex<Option<Writer>>,
    /// Commands in the thread's queue.
    waiting: AtomicUsize,
    /// The last transaction had one command. Where there are several at a time, one sync for all is worth more than a thread that need
    /// not be waited for.
    alone: AtomicBool,
}

/// What came of asking for a turn.
pub(crate) enum Asked {
    /// It is done and answered. The log wants to be looked after: by the thread, since nobody is to wait for that.
    Done { untidy: bool },
    /// It is the thread's to do.
    Later(Box<dyn Command>),
}

impl Turn {
    pub(crate) fn new(writer: Writer) -> Self {
        Self { writer: Mutex::new(Some(writer)), waiting: AtomicUsize::new(0), alone: AtomicBool::new(true) }
    }

    /// Writes on this very thread where nobody else asks and the runtime's other work goes on elsewhere meanwhile: a disk may be slow.
    pub(crate) fn at_once(&self, command: Box<dyn Command>) -> Asked {
        let goes_on = || Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
        if self.waiting.load(Ordering::Acquire) > 0 || !self.alone.load(Ordering::Relaxed) || !goes_on() {
            return Asked::Later(command);
        }
        match self.writer.try_lock().as_deref_mut() {
            Ok(Some(writer)) => {
                block_in_place(|| writer.write(vec![command]));
                Asked::Done { untidy: writer.is_untidy() }
            }
            _ => Asked::Later(command),
        }
    }

    /// Before a command is put into the thread's queue.
    pub(crate) fn queues(&self) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
    }

    /// It has not come into it.
    pub(crate) fn refused(&self) {
        self.waiting.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    /// The thread: until every sender has gone and the queue is empty.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(crate) fn serve(self: Arc<Self>, commands: Receiver<Box<dyn Command>>) -> io::Result<JoinHandle<()>> {
        Builder::new().name("store-write".to_owned()).spawn(move || {
            // Also when it panics: the checkpoint's thread goes on as long as there is a writer.
            let _end = End(&self);
            while let Ok(first) = commands.recv() {
                // Whoever panicked with it has left no transaction behind that the next one does not roll back.
                let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
                let mut batch = vec![first];
                batch.extend(commands.try_iter().take(MAX_BATCH - 1));
                self.waiting.fetch_sub(batch.len(), Ordering::AcqRel);
                self.alone.store(batch.len() == 1, Ordering::Relaxed);
                if let Some(writer) = writer.as_mut() {
                    writer.write(batch);
                    writer.tidy();
                }
            }
        })
    }
}

/// Ends the writer's time.
struct End<'a>(&'a Turn);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
