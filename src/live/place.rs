//! A stream's place in the hub: where it stands in the ring, and what its owner may take from there now.

use super::{
    hub::Hub,
    slot::{End, Slot},
};
use crate::ids::{Seq, UserId};
use bytes::{BufMut, Bytes, BytesMut};
use std::sync::Arc;

/// Bytes a stream takes in one go, unless a single frame is larger: what a stalled reader makes us hold at most, and enough
/// that a burst is one write.
pub const TAKE: usize = 32 * 1024;

/// What a stream took from the ring.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// Everything up to `seq` has been looked at; `bytes` is empty where none of it was for this stream, else `last` is its
    /// newest id.
    Frames {
        bytes: Bytes,
        seq: Seq,
        last: Option<Seq>,
        more: bool,
    },
    /// The cursor has fallen out of the ring: read from the store.
    Overrun,
    Ended(End),
}

/// An open stream's place in the hub; dropping it closes the place.
#[derive(Debug)]
pub struct Registered {
    hub: Arc<Hub>,
    pub user: UserId,
    pub slot: Arc<Slot>,
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.hub.forget(self.slot.id);
    }
}

impl Registered {
    pub(super) fn new(hub: Arc<Hub>, user: UserId, slot: Arc<Slot>) -> Self {
        Self { hub, user, slot }
    }

    /// Goes on from `cursor` in the ring, at the position this answers; none when the ring no longer holds all that came after
    /// it.
    pub fn resume(&self, cursor: Seq) -> Option<u64> {
        let position = self.hub.read().ring.position_after(cursor)?;
        self.slot.put_back(position);
        Some(position)
    }

    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Frames the ring holds at most.
    pub fn ring_capacity(&self) -> usize {
        self.hub.read().ring.capacity()
    }

    /// As [`take`].
    pub fn take(&self, next: &mut u64, cursor: Seq) -> Taken {
        take(&self.hub, &self.slot, self.user, next, cursor)
    }
}

/// Takes what `user` may see now, from the mark on and above `cursor`, at most [`TAKE`] bytes or one larger frame. `next` is the
/// position of the first frame that has not been looked at, and moves on.
///
/// No mark means that nothing up to what the hub had settled before is pending, whatever the ring has moved on by meanwhile; so
/// a stream of a quiet room never overruns. A frame may be taken before its mark is set: the mark then finds it looked at.
pub fn take(hub: &Hub, slot: &Slot, user: UserId, next: &mut u64, cursor: Seq) -> Taken {
    let inner = hub.read();
    if slot.ended() == Some(End::Session) {
        return Taken::Ended(End::Session);
    }
    let settled = hub.lanes().settled(slot.id);
    let Some(marked) = slot.take() else {
        return Taken::Frames { bytes: Bytes::new(), seq: settled.max(cursor), last: None, more: false };
    };
    let Some(frames) = inner.ring.from(marked.max(*next)) else {
        slot.put_back(marked);
        return Taken::Overrun;
    };
    let (mut bytes, mut first) = (BytesMut::new(), Bytes::new());
    let mut last = None;
    for (at, frame) in frames {
        let new = frame.thing.is_none() || frame.seq > cursor;
        if frame.bytes.is_empty() || !new || !inner.may_see(user, frame.audience) {
            continue;
        }
        let size = bytes.len().max(first.len());
        if size > 0 && size + frame.bytes.len() > TAKE {
            *next = at;
            slot.put_back(at);
            // All before this frame has been looked at.
            let seq = Seq(frame.seq.0.saturating_sub(1)).max(cursor);
            return Taken::Frames { bytes: if bytes.is_empty() { first } else { bytes.freeze() }, seq, last, more: true };
        }
        if frame.thing.is_some() {
            last = Some(frame.seq);
        }
        if size == 0 {
            // One frame alone is shared, not copied.
            first = frame.bytes.clone();
        } else {
            if bytes.is_empty() {
                bytes.reserve(TAKE);
                bytes.put_slice(&first);
            }
            bytes.put_slice(&frame.bytes);
        }
    }
    *next = inner.ring.end();
    let seq = inner.ring.head().max(cursor);
    Taken::Frames { bytes: if bytes.is_empty() { first } else { bytes.freeze() }, seq, last, more: false }
}
