//! The dispatcher's inbox: what was published and which streams called since its last turn, and how it is woken.

use super::poller::{self, Watch};
use crate::{
    database::Audience,
    model::ids::Seq,
    stream::{
        slot::Slot,
        sync::{AtomicBool, AtomicU64, AtomicWaker, Mutex, MutexGuard},
    },
};
use mio::Registry;
use std::{
    net::TcpStream,
    sync::{Arc, OnceLock, PoisonError, atomic::Ordering},
    task::Context,
    time::Duration,
};
use tokio::time::Instant;

const NEVER: u64 = u64::MAX;

/// The audiences of what was published, each with the position of its first frame.
pub type PendingAudiences = Vec<(Audience, u64)>;

/// The work that waits for the dispatcher.
#[derive(Debug)]
struct Waiting {
    due: PendingAudiences,
    head: Seq,
    /// Streams to flush, whatever the reason.
    calls: Vec<Arc<Slot>>,
}

/// What the dispatcher is woken for.
#[derive(Debug)]
pub struct Inbox {
    waiting: Mutex<Waiting>,
    waker: AtomicWaker,
    /// Every stream that may see a frame up to here has been marked for it.
    delivered_up_to: AtomicU64,
    /// When the next `ping` or end of a parked stream is due, in milliseconds since `began`.
    wakeup_at: AtomicU64,
    began: Instant,
    registry: OnceLock<Registry>,
    /// Whether the dispatcher is at work; until then the publishing thread wakes the streams.
    runs: AtomicBool,
}

impl Inbox {
    pub fn new(head: Seq) -> Self {
        Self {
            waiting: Mutex::new(Waiting { due: Vec::new(), head, calls: Vec::new() }),
            waker: AtomicWaker::new(),
            delivered_up_to: AtomicU64::new(head.0),
            wakeup_at: AtomicU64::new(NEVER),
            began: Instant::now(),
            registry: OnceLock::new(),
            runs: AtomicBool::new(false),
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number up to which everything has been marked. Read it before a mark is read.
    pub fn delivered_up_to(&self) -> Seq {
        Seq(self.delivered_up_to.load(Ordering::Acquire))
    }

    /// Records that everything up to `head` has been marked.
    pub fn set_delivered_up_to(&self, head: Seq) {
        self.delivered_up_to.store(head.0, Ordering::Release);
    }

    /// Whether the dispatcher is at work.
    pub fn is_served(&self) -> bool {
        self.runs.load(Ordering::Acquire)
    }

    /// Takes over what was published up to `head`.
    pub fn hand_on(&self, due: PendingAudiences, head: Seq) {
        {
            let mut waiting = self.waiting();
            for (audience, position) in due {
                // The first position stands for all after it, so this is never longer than there are audiences.
                if waiting.due.iter().all(|(other, _)| *other != audience) {
                    waiting.due.push((audience, position));
                }
            }
            waiting.head = head;
        }
        self.waker.wake();
    }

    /// Has the dispatcher flush a stream if it is parked.
    pub(crate) fn call(&self, slot: Arc<Slot>) {
        // Without a running dispatcher no stream is parked.
        if self.is_served() {
            self.waiting().calls.push(slot);
            self.waker.wake();
        }
    }

    /// Wakes the dispatcher at that time: some stream's `ping` or end is due then.
    pub(crate) fn wake_by(&self, at: Instant) {
        // Rounded up: a wake-up that comes too early finds nothing due.
        let at = at.saturating_duration_since(self.began).as_millis() as u64 + 1;
        if self.wakeup_at.fetch_min(at, Ordering::AcqRel) > at {
            self.waker.wake();
        }
    }

    /// Has the dispatcher notice input from the reader of stream `id`, or its end. If the poller refuses, a reader that has
    /// gone is noticed when it is written to.
    pub(crate) fn watch(&self, id: u64, socket: &TcpStream) {
        if let Some(registry) = self.registry.get()
            && let Err(error) = poller::add(registry, id, socket)
        {
            tracing::debug!(%error, "a reader is not watched");
        }
    }

    /// Records that the dispatcher is at work from now on.
    pub fn begins(&self) {
        self.runs.store(true, Ordering::Release);
    }

    /// Records that the dispatcher is at work no more.
    pub fn ends(&self) {
        self.runs.store(false, Ordering::Release);
    }

    /// Creates the dispatcher's poller; streams that are parked from now on are watched by it.
    ///
    /// # Errors
    /// The system gives none.
    pub fn poller(&self) -> std::io::Result<Watch> {
        let watch = Watch::new()?;
        let _ = self.registry.set(watch.registry()?);
        Ok(watch)
    }

    /// Takes what waits: the audiences of what was published, up to which number, and the streams to flush.
    pub(super) fn take(&self) -> (PendingAudiences, Seq, Vec<Arc<Slot>>) {
        let mut waiting = self.waiting();
        (std::mem::take(&mut waiting.due), waiting.head, std::mem::take(&mut waiting.calls))
    }

    /// Has the task of `cx` woken when something comes.
    pub(super) fn register(&self, cx: &Context<'_>) {
        self.waker.register(cx.waker());
    }

    /// Returns when the next `ping` or end of a parked stream is due; none when none is.
    pub(super) fn wakeup_at(&self) -> Option<Instant> {
        let at = self.wakeup_at.load(Ordering::Acquire);
        (at != NEVER).then(|| self.began + Duration::from_millis(at))
    }

    /// Forgets when something is due: it is searched for anew.
    pub(super) fn clear_wakeup(&self) {
        self.wakeup_at.store(NEVER, Ordering::Release);
    }
}

/// Keeps each stream once: it is locked while it is flushed together with others.
pub(crate) fn once(slots: &mut Vec<Arc<Slot>>) {
    slots.sort_unstable_by_key(|slot| slot.id);
    slots.dedup_by_key(|slot| slot.id);
}
