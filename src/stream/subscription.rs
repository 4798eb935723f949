//! A stream's place in the hub: where it stands in the ring, and what its owner may take from there now.

use super::{
    hub::{Hub, Inner, MatchedRoom, Owner},
    slot::{End, Slot},
};
use crate::{
    database::Audience,
    model::ids::{Seq, UserId},
};
use bytes::{Bytes, BytesMut};
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
    /// The ring does not hold all that comes after the cursor, which has fallen out of it or is below an own thing: read from the
    /// store.
    Overrun,
    Ended(End),
}

/// An open stream's place in the hub; dropping it closes the place.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    pub user: UserId,
    pub slot: Arc<Slot>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.forget(self.slot.id);
    }
}

impl Subscription {
    /// Opens a stream; none over a cap or while the process is ending.
    pub fn open(hub: &Arc<Hub>, owner: Owner) -> Option<Self> {
        let user = owner.user;
        hub.register(owner).map(|slot| Self { hub: hub.clone(), user, slot })
    }

    /// Goes on from `cursor` in the ring, at the position this answers; none when the ring does not hold all that came after it.
    pub fn resume(&self, cursor: Seq) -> Option<u64> {
        let inner = self.hub.read();
        let position = inner.ring.position_after(cursor).filter(|_| self.slot.own() <= cursor)?;
        drop(inner);
        self.slot.mark_dirty(position);
        Some(position)
    }

    /// Returns whether the ring holds all that came after `cursor`, so that the store is not needed for it.
    pub fn is_in_ring(&self, cursor: Seq) -> bool {
        self.slot.own() <= cursor && self.hub.read().ring.position_after(cursor).is_some()
    }

    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// As `Taker::take`, for one stream by itself.
    pub fn take(&self, next: &mut u64, cursor: Seq) -> Taken {
        let inner = self.hub.read();
        Taker::new(&self.hub, &inner, MatchedRoom::default()).take(&self.slot, self.user, next, cursor)
    }
}

/// Takes for many streams under one lock. Streams that stand at the same place and may see the same share the bytes: those of the
/// last one are kept, and never longer than the lock is held, for a frame may be emptied after that.
pub(crate) struct Taker<'a> {
    hub: &'a Hub,
    inner: &'a Inner,
    /// The audience that all of the streams belong to, if known.
    known_audience: Option<Audience>,
    /// The frames that `bytes` is made of.
    positions: Vec<u64>,
    bytes: Bytes,
    /// Those of the stream that is being looked at.
    found: Vec<u64>,
}

impl<'a> Taker<'a> {
    /// For streams that were `found` so.
    pub(crate) fn new(hub: &'a Hub, inner: &'a Inner, found: MatchedRoom) -> Self {
        Self { hub, inner, known_audience: inner.found(found), positions: Vec::new(), bytes: Bytes::new(), found: Vec::new() }
    }

    /// Takes what `user` may see now, from the mark on and above `cursor`, at most [`TAKE`] bytes or one larger frame. `next` is
    /// the position of the first frame that has not been looked at, and moves on.
    ///
    /// No mark means that nothing up to `delivered_up_to`, read before, is pending, however far the ring has moved on
    /// meanwhile; so a stream of a quiet room never overruns. A frame may be taken before its mark is set: the mark then finds
    /// it looked at.
    pub fn take(&mut self, slot: &Slot, user: UserId, next: &mut u64, cursor: Seq) -> Taken {
        if slot.ended() == Some(End::Session) {
            return Taken::Ended(End::Session);
        }
        if slot.own() > cursor {
            return Taken::Overrun;
        }
        let delivered_up_to = self.hub.inbox().delivered_up_to();
        let Some(marked) = slot.take() else {
            return Taken::Frames { bytes: Bytes::new(), seq: delivered_up_to.max(cursor), last: None, more: false };
        };
        let ring = &self.inner.ring;
        let Some(frames) = ring.from(marked.max(*next)) else {
            slot.mark_dirty(marked);
            return Taken::Overrun;
        };
        self.found.clear();
        let (mut size, mut last, mut rest) = (0, None, None);
        for (at, frame) in frames {
            let new = frame.thing.is_none() || frame.seq > cursor;
            let sees = || self.known_audience == Some(frame.audience) || self.inner.may_see(user, frame.audience);
            if frame.bytes.is_empty() || !new || !sees() {
                continue;
            }
            if size > 0 && size + frame.bytes.len() > TAKE {
                // All before this frame has been looked at.
                rest = Some((at, Seq(frame.seq.0.saturating_sub(1)).max(cursor)));
                break;
            }
            if frame.thing.is_some() {
                last = Some(frame.seq);
            }
            size += frame.bytes.len();
            self.found.push(at);
        }
        let more = rest.is_some();
        let seq = match rest {
            Some((at, seq)) => {
                *next = at;
                slot.mark_dirty(at);
                seq
            }
            None => {
                *next = ring.end();
                ring.head().max(cursor)
            }
        };
        if self.found != self.positions {
            self.copy(size);
        }
        Taken::Frames { bytes: self.bytes.clone(), seq, last, more }
    }

    /// A copy also where it is one frame: all who hold a part of the ring's own would count themselves in and out at one place in
    /// memory, from all cores at once.
    fn copy(&mut self, size: usize) {
        let mut bytes = BytesMut::with_capacity(size);
        for at in &self.found {
            if let Some((_, frame)) = self.inner.ring.from(*at).and_then(|mut frames| frames.next()) {
                bytes.extend_from_slice(&frame.bytes);
            }
        }
        self.bytes = bytes.freeze();
        std::mem::swap(&mut self.found, &mut self.positions);
    }
}
