//! Mark and wake: what the hub and one stream share. A mark is set only where none is pending. A parked stream has no task: all
//! of it lies here, and the dispatcher writes to it.

use super::sync::{AtomicU8, AtomicU64, AtomicWaker, Mutex, MutexGuard};
use crate::model::ids::Seq;
use std::{
    any::Any,
    fmt::Debug,
    sync::{PoisonError, atomic::Ordering},
    task::{Context, Poll},
};
use tokio::time::Instant;

const NO_MARK: u64 = u64::MAX;

/// Why a stream has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Session,
    Shutdown,
}

/// How far a stream has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Position of the first frame in the ring that has not been looked at.
    pub next_position: u64,
    /// Everything up to here has been looked at.
    pub cursor: Seq,
    /// The last id that went on the wire.
    pub last_event_id: Seq,
    /// When a `ping` is due unless a frame goes first.
    pub ping_at: Instant,
}

/// A parked stream, as `delivery/parked.rs` has it: to the slot it is a value it keeps.
pub trait Parked: Any + Debug + Send {
    /// When the next `ping` or the session's end is due.
    fn due(&self) -> Instant;
}

/// What the hub knows of one open stream.
#[derive(Debug)]
pub struct Slot {
    /// The stream's number in the hub.
    pub id: u64,
    /// Position of the first frame that may concern this stream and has not been taken; `NO_MARK` when there is none.
    mark: AtomicU64,
    /// Number of the owner's newest own thing. The ring has none of these: a stream below it reads from the store.
    own: AtomicU64,
    end: AtomicU8,
    /// Of the task that waits for a mark, where one does: a stream that is an answer's body, or that is about to end.
    waker: AtomicWaker,
    parked: Mutex<Option<Box<dyn Parked>>>,
}

impl Slot {
    /// Nothing is pending but own things up to `own`.
    pub fn new(id: u64, own: Seq) -> Self {
        let (mark, own, end) = (AtomicU64::new(NO_MARK), AtomicU64::new(own.0), AtomicU8::new(0));
        Self { id, mark, own, end, waker: AtomicWaker::new(), parked: Mutex::new(None) }
    }

    /// Sets the mark unless one is pending; false where one was, and somebody is to see to it already. Positions come in
    /// rising order.
    pub fn mark(&self, position: u64) -> bool {
        self.mark.compare_exchange(NO_MARK, position, Ordering::AcqRel, Ordering::Relaxed).is_ok()
    }

    /// Takes the mark; none where nothing is pending.
    pub fn take(&self) -> Option<u64> {
        Some(self.mark.swap(NO_MARK, Ordering::AcqRel)).filter(|position| *position != NO_MARK)
    }

    /// Marks that something is pending from `position` on. Wakes nobody: the caller checks the mark again itself.
    pub fn mark_dirty(&self, position: u64) {
        self.mark.fetch_min(position, Ordering::AcqRel);
    }

    /// There is an own thing with this number. Called under the lock that the ring moves on under, as [`own`](Self::own) is.
    pub fn mark_own(&self, seq: Seq) {
        self.own.store(seq.0, Ordering::Release);
    }

    /// Number of the owner's newest own thing.
    pub fn own(&self) -> Seq {
        Seq(self.own.load(Ordering::Acquire))
    }

    pub fn wake(&self) {
        self.waker.wake();
    }

    /// Tells the stream to end and wakes its task; for a parked stream the caller wakes the dispatcher. A session's end
    /// outranks a shutdown: it must be immediate.
    pub fn finish(&self, end: End) {
        let code = if end == End::Session { 2 } else { 1 };
        self.end.fetch_max(code, Ordering::AcqRel);
        self.wake();
    }

    pub fn ended(&self) -> Option<End> {
        match self.end.load(Ordering::Acquire) {
            0 => None,
            1 => Some(End::Shutdown),
            _ => Some(End::Session),
        }
    }

    pub fn is_marked(&self) -> bool {
        self.mark.load(Ordering::Acquire) != NO_MARK
    }

    /// Ready once a mark is set, or the end has changed from what the task `knows` of it.
    pub fn poll_woken(&self, cx: &mut Context<'_>, knows: Option<End>) -> Poll<()> {
        let due = || self.is_marked() || self.ended() != knows;
        if due() {
            return Poll::Ready(());
        }
        self.waker.register(cx.waker());
        // What came between the look and the registration woke nobody.
        if due() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Ready once it is to end.
    pub fn poll_ended(&self, cx: &mut Context<'_>) -> Poll<()> {
        if self.ended().is_none() {
            self.waker.register(cx.waker());
        }
        // Also what came between the look and the registration.
        if self.ended().is_some() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Locks the parked stream; none while a task is at work on it.
    pub(crate) fn parked(&self) -> MutexGuard<'_, Option<Box<dyn Parked>>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mark_stays_until_it_is_taken() {
        let slot = Slot::new(0, Seq(0));
        assert_eq!(slot.take(), None);
        assert!(slot.mark(3) && !slot.mark(4));
        assert_eq!(slot.take(), Some(3));
        assert_eq!(slot.take(), None);
        slot.mark(9);
        slot.mark_dirty(5);
        assert_eq!(slot.take(), Some(5));
    }

    #[test]
    fn a_sessions_end_is_not_softened_by_a_shutdown() {
        let slot = Slot::new(0, Seq(0));
        slot.finish(End::Session);
        slot.finish(End::Shutdown);
        assert_eq!(slot.ended(), Some(End::Session));
    }
}
