//! Mark and wake: what the hub and one stream's task share. A mark is set only where none is pending, and only then is the
//! task woken; so a burst is one wake, and a stream that is busy writing costs the hub one comparison a frame.

use futures_util::task::AtomicWaker;
use std::{
    sync::atomic::{AtomicU8, AtomicU64, Ordering},
    task::{Context, Poll},
};

const NO_MARK: u64 = u64::MAX;

/// Why a stream has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Session,
    Shutdown,
}

/// What the hub knows of one open stream.
#[derive(Debug)]
pub struct Slot {
    /// Position of the first frame that may concern this stream and has not been taken; `NO_MARK` when there is none.
    mark: AtomicU64,
    end: AtomicU8,
    waker: AtomicWaker,
}

impl Default for Slot {
    /// Nothing is pending.
    fn default() -> Self {
        Self { mark: AtomicU64::new(NO_MARK), end: AtomicU8::new(0), waker: AtomicWaker::new() }
    }
}

impl Slot {
    /// Sets the mark unless one is pending, and wakes the task only then. Positions come in rising order.
    pub fn mark(&self, position: u64) {
        if self.mark.compare_exchange(NO_MARK, position, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
            self.waker.wake();
        }
    }

    /// Takes the mark; none where nothing is pending.
    pub fn take(&self) -> Option<u64> {
        Some(self.mark.swap(NO_MARK, Ordering::AcqRel)).filter(|position| *position != NO_MARK)
    }

    /// The task's own: there is something from `position` on. It wakes nobody, for it is the task that looks next.
    pub fn put_back(&self, position: u64) {
        self.mark.fetch_min(position, Ordering::AcqRel);
    }

    /// Tells the stream to end. A session's end outranks a shutdown: it must be immediate.
    pub fn finish(&self, end: End) {
        let code = if end == End::Session { 2 } else { 1 };
        self.end.fetch_max(code, Ordering::AcqRel);
        self.waker.wake();
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mark_stays_until_it_is_taken() {
        let slot = Slot::default();
        assert_eq!(slot.take(), None);
        slot.mark(3);
        slot.mark(4);
        assert_eq!(slot.take(), Some(3));
        assert_eq!(slot.take(), None);
        slot.mark(9);
        slot.put_back(5);
        assert_eq!(slot.take(), Some(5));
    }

    #[test]
    fn a_sessions_end_is_not_softened_by_a_shutdown() {
        let slot = Slot::default();
        slot.finish(End::Session);
        slot.finish(End::Shutdown);
        assert_eq!(slot.ended(), Some(End::Session));
    }
}
