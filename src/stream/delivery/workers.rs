//! The worker pool of the dispatcher: one thread for each further core, used when many streams have something to be written.
//! Below that number one thread is quicker: several disturb each other, the posts and the reads.

use super::parked::{Driven, GROUP, flush_group};
use crate::stream::{
    hub::{Hub, MatchedRoom},
    slot::Slot,
};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// From so many streams on it pays to use workers: a single thread takes some 7 ms for them, as long as the readers.
pub const MIN_STREAMS: usize = 1_024;

/// One round's streams. Each worker takes the next group until none is left.
struct Round {
    hub: Arc<Hub>,
    slots: Vec<Arc<Slot>>,
    found: MatchedRoom,
    next: AtomicUsize,
    more: Mutex<Vec<Arc<Slot>>>,
}

impl Round {
    fn flush(&self, up: &impl Fn(Box<Driven>)) {
        let mut more = Vec::new();
        while let Some(together) = self.slots.chunks(GROUP).nth(self.next.fetch_add(1, Ordering::Relaxed)) {
            flush_group(&self.hub, together, self.found, &mut more, up);
        }
        self.more.lock().unwrap_or_else(PoisonError::into_inner).append(&mut more);
    }
}

/// A piece of work for a worker, and the sender that reports it done, or its panic.
type Job = (Box<dyn FnOnce() + Send>, Sender<thread::Result<()>>);

/// The helping threads; they end with this.
#[derive(Clone, Default)]
pub struct Workers {
    jobs: Vec<Sender<Job>>,
    many: usize,
}

impl Workers {
    /// So many of them, called for rounds of at least so `many` streams.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(count: usize, many: usize) -> io::Result<Self> {
        let worker = |number| {
            let (give, jobs): (_, Receiver<Job>) = channel();
            thread::Builder::new().name(format!("streams-worker-{number}")).spawn(move || {
                for (work, done) in jobs {
                    // The receiver has gone with the runtime.
                    let _ = done.send(catch_unwind(AssertUnwindSafe(work)));
                }
            })?;
            Ok(give)
        };
        Ok(Self { jobs: (0..count).map(worker).collect::<io::Result<_>>()?, many })
    }

    /// Writes one chunk to each of many `slots`, on all workers and this thread together; returns the streams with more pending.
    ///
    /// # Errors
    /// Returns `slots` when they are too few for that.
    ///
    /// # Panics
    /// Where the writing panics on any thread, once all of them are done: what was in hand there may be lost.
    pub(crate) fn share(
        &self,
        hub: &Arc<Hub>,
        slots: Vec<Arc<Slot>>,
        found: MatchedRoom,
        up: &(impl Fn(Box<Driven>) + Clone + Send + 'static),
    ) -> Result<Vec<Arc<Slot>>, Vec<Arc<Slot>>> {
        if self.jobs.is_empty() || slots.len() < self.many {
            return Err(slots);
        }
        let round = Arc::new(Round { hub: hub.clone(), slots, found, next: AtomicUsize::new(0), more: Mutex::default() });
        let (done, all_done) = channel();
        for worker in &self.jobs {
            let (round, up) = (round.clone(), up.clone());
            // A worker that is gone has done nothing: the others do its part.
            let _ = worker.send((Box::new(move || round.flush(&up)), done.clone()));
        }
        drop(done);
        let mut outcome = catch_unwind(AssertUnwindSafe(|| round.flush(up)));
        // Ends when each worker has said so, or is gone.
        while let Ok(done) = all_done.recv() {
            outcome = outcome.and(done);
        }
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
        Ok(std::mem::take(&mut round.more.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
