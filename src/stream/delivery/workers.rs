//! Who helps the carrier where many streams are to be written to: a thread for each further core. Below that number one thread alone
//! is quicker: several get into each other's way, and into that of those who post and read.

use super::{
    dispatcher::{TOGETHER, write_together},
    socket::Driven,
};
use crate::stream::{
    hub::{Found, Hub},
    slot::Slot,
};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

/// From so many streams on it pays to call hands: a single thread takes some 7 ms for them, as long as the readers.
pub const MANY: usize = 1_024;

/// One round's streams. Whoever works on it takes the next few until there are none.
struct Load {
    hub: Arc<Hub>,
    slots: Vec<Arc<Slot>>,
    found: Found,
    next: AtomicUsize,
    more: Mutex<Vec<Arc<Slot>>>,
}

impl Load {
    fn carry(&self, up: &impl Fn(Driven)) {
        let mut more = Vec::new();
        while let Some(together) = self.slots.chunks(TOGETHER).nth(self.next.fetch_add(1, Ordering::Relaxed)) {
            write_together(&self.hub, together, self.found, &mut more, up);
        }
        self.more.lock().unwrap_or_else(PoisonError::into_inner).append(&mut more);
    }
}

/// A piece of work for a hand, and who waits for it.
type Job = (Box<dyn FnOnce() + Send>, Sender<()>);

/// The helping threads; they end with this.
#[derive(Clone, Default)]
pub struct Hands {
    jobs: Vec<Sender<Job>>,
    many: usize,
}

impl Hands {
    /// So many of them, called for rounds of at least so `many` streams.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn new(count: usize, many: usize) -> io::Result<Self> {
        let hand = |number| {
            let (give, jobs): (_, Receiver<Job>) = channel();
            thread::Builder::new().name(format!("streams-hand-{number}")).spawn(move || {
                for (work, done) in jobs {
                    work();
                    // Whoever has waited has gone with the runtime.
                    let _ = done.send(());
                }
            })?;
            Ok(give)
        };
        Ok(Self { jobs: (0..count).map(hand).collect::<io::Result<_>>()?, many })
    }

    /// Writes one chunk to each of many `slots`, all hands and this thread together, and answers those for whom there is more. Gives
    /// back what is too little for that.
    pub(crate) fn share(
        &self,
        hub: &Arc<Hub>,
        slots: Vec<Arc<Slot>>,
        found: Found,
        up: &(impl Fn(Driven) + Clone + Send + 'static),
    ) -> Result<Vec<Arc<Slot>>, Vec<Arc<Slot>>> {
        if self.jobs.is_empty() || slots.len() < self.many {
            return Err(slots);
        }
        let load = Arc::new(Load { hub: hub.clone(), slots, found, next: AtomicUsize::new(0), more: Mutex::default() });
        let (done, all_done) = channel();
        for hand in &self.jobs {
            let (load, up) = (load.clone(), up.clone());
            // A hand that is gone has done nothing: the others do its part.
            let _ = hand.send((Box::new(move || load.carry(&up)), done.clone()));
        }
        drop(done);
        load.carry(up);
        // Ends when each hand has said so, or is gone.
        while all_done.recv().is_ok() {}
        Ok(std::mem::take(&mut load.more.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}
