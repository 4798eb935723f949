//! The ring: recent frames in order, shared by all streams, bounded by frames and by bytes. It never replays an old state.

use super::sse::chunk;
use crate::{
    database::Audience,
    model::{
        ids::Seq,
        json::escape_line_ends,
        things::{Event, Thing},
    },
};
use bytes::{BufMut, Bytes, BytesMut};
use rustc_hash::FxHashMap;
use std::{borrow::Cow, collections::VecDeque};

/// One encoded SSE event. `bytes` is empty once a newer state of the same thing has been published.
#[derive(Debug, Clone)]
pub struct Frame {
    /// Sequence number of the newest durable frame up to and including this one.
    pub seq: Seq,
    pub audience: Audience,
    /// None for signals, which are no state of anything.
    pub thing: Option<Thing>,
    pub bytes: Bytes,
}

/// One durable change as it goes on the wire: `id: 5120\ndata: {…}\n\n`, as a chunk.
pub fn encode(event: &Event) -> Bytes {
    let mut out = BytesMut::with_capacity(1024).writer();
    let buffer = out.get_mut();
    buffer.put_slice(b"id: ");
    buffer.put_slice(event.seq().to_string().as_bytes());
    buffer.put_slice(b"\ndata: ");
    // Cannot fail: an Event has string keys only and a BytesMut never refuses to grow.
    if serde_json::to_writer(&mut out, event).is_err() {
        tracing::error!(seq = event.seq().0, "an event could not be encoded");
    }
    let mut buffer = out.into_inner();
    if let Ok(Cow::Owned(escaped)) = str::from_utf8(&buffer).map(escape_line_ends) {
        buffer = BytesMut::from(escaped.as_bytes());
    }
    buffer.put_slice(b"\n\n");
    chunk(&buffer)
}

/// Frames `first .. end` by position; positions count every frame ever published, signals too.
#[derive(Debug)]
pub struct Ring {
    frames: VecDeque<Frame>,
    first: u64,
    bytes: usize,
    /// Every durable change above `floor` and up to `head` is here (or has a newer state here).
    floor: Seq,
    head: Seq,
    newest: FxHashMap<Thing, u64>,
    max_frames: usize,
    max_bytes: usize,
}

impl Ring {
    /// An empty ring that begins after `floor`.
    pub fn new(floor: Seq, max_frames: usize, max_bytes: usize) -> Self {
        Self {
            frames: VecDeque::new(),
            first: 0,
            bytes: 0,
            floor,
            head: floor,
            newest: FxHashMap::default(),
            max_frames: max_frames.max(1),
            max_bytes,
        }
    }

    /// Position the next frame will have.
    pub fn end(&self) -> u64 {
        self.first + self.frames.len() as u64
    }

    /// Sequence number of the newest durable frame.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// Frames held, bytes held.
    pub fn size(&self) -> (usize, usize) {
        (self.frames.len(), self.bytes)
    }

    /// How many frames the ring can hold.
    pub fn capacity(&self) -> usize {
        self.max_frames
    }

    /// Adds a durable frame and empties the older frame of the same thing, so that a deleted body is never replayed.
    pub fn push(&mut self, seq: Seq, thing: Thing, audience: Audience, bytes: Bytes) -> u64 {
        let position = self.end();
        if let Some(older) = self.newest.insert(thing, position)
            && let Some(frame) = older.checked_sub(self.first).and_then(|at| self.frames.get_mut(at as usize))
        {
            self.bytes -= frame.bytes.len();
            frame.bytes = Bytes::new();
            frame.thing = None;
        }
        self.head = seq;
        self.append(Frame { seq, audience, thing: Some(thing), bytes });
        position
    }

    /// Moves the head past a change that has no frame here, since it is of one person alone.
    pub fn pass(&mut self, seq: Seq) {
        self.head = seq;
    }

    /// Forgets all frames: what came up to `head` is read from the store. No earlier position is held any more, the end neither.
    pub fn restart(&mut self, head: Seq) {
        self.first = self.end() + 1;
        self.frames.clear();
        self.newest.clear();
        self.bytes = 0;
        (self.floor, self.head) = (head, head);
    }

    /// Every durable change above this is here, or has a newer state here, or was passed over.
    pub fn floor(&self) -> Seq {
        self.floor
    }

    fn append(&mut self, frame: Frame) {
        self.bytes += frame.bytes.len();
        self.frames.push_back(frame);
        // The newest frame stays whatever its size: someone has to be told.
        while self.frames.len() > self.max_frames || (self.bytes > self.max_bytes && self.frames.len() > 1) {
            let Some(gone) = self.frames.pop_front() else { break };
            if let Some(thing) = gone.thing {
                self.newest.remove(&thing);
            }
            self.bytes -= gone.bytes.len();
            self.floor = gone.seq;
            self.first += 1;
        }
    }

    /// Where a stream with this cursor goes on; none when the ring no longer holds everything after it.
    pub fn position_after(&self, cursor: Seq) -> Option<u64> {
        if cursor < self.floor {
            return None;
        }
        Some(self.first + self.frames.partition_point(|frame| frame.seq <= cursor) as u64)
    }

    /// Frames from `position` on; none when it has fallen out.
    pub fn from(&self, position: u64) -> Option<impl Iterator<Item = (u64, &Frame)>> {
        let skip = position.checked_sub(self.first)? as usize;
        let skip = skip.min(self.frames.len());
        Some((position..).zip(self.frames.range(skip..)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ids::RoomId, things::Kind};

    fn push(ring: &mut Ring, seq: u64, message: u64, text: &'static str) {
        ring.push(
            Seq(seq),
            Thing::new(Kind::Message, (message, 0)),
            Audience::Room(RoomId(1)),
            Bytes::from_static(text.as_bytes()),
        );
    }

    fn texts(ring: &Ring, position: u64) -> Option<Vec<String>> {
        let frames = ring.from(position)?;
        Some(frames.filter(|(_, f)| !f.bytes.is_empty()).map(|(_, f)| String::from_utf8_lossy(&f.bytes).into_owned()).collect())
    }

    #[test]
    fn a_cursor_goes_on_after_its_frame() {
        let mut ring = Ring::new(Seq(10), 8, 1000);
        push(&mut ring, 11, 11, "a");
        push(&mut ring, 12, 12, "b");
        assert_eq!(texts(&ring, ring.position_after(Seq(11)).unwrap()).unwrap(), ["b"]);
        assert_eq!(texts(&ring, ring.position_after(Seq(10)).unwrap()).unwrap(), ["a", "b"]);
        assert_eq!(ring.position_after(Seq(9)), None);
        assert_eq!(ring.position_after(Seq(99)), Some(ring.end()));
    }

    #[test]
    fn an_older_state_is_emptied_before_the_newer_is_visible() {
        let mut ring = Ring::new(Seq(0), 8, 1000);
        push(&mut ring, 1, 1, "secret");
        push(&mut ring, 2, 2, "other");
        push(&mut ring, 3, 1, "gone");
        assert_eq!(texts(&ring, 0).unwrap(), ["other", "gone"]);
        assert_eq!(ring.size(), (3, "othergone".len()));
    }

    #[test]
    fn it_is_bounded_by_frames_and_by_bytes() {
        let mut ring = Ring::new(Seq(0), 3, 10);
        for seq in 1..=5 {
            push(&mut ring, seq, seq, "1234");
        }
        assert_eq!(ring.size(), (2, 8));
        assert_eq!(ring.position_after(Seq(2)), None);
        assert_eq!(texts(&ring, ring.position_after(Seq(3)).unwrap()).unwrap().len(), 2);
        assert!(texts(&ring, 0).is_none(), "a position that has fallen out says so");
        push(&mut ring, 6, 6, "a frame larger than the whole ring stays");
        assert_eq!(ring.size().0, 1);
        push(&mut ring, 7, 6, "x");
        assert_eq!(texts(&ring, ring.position_after(Seq(6)).unwrap()).unwrap(), ["x"]);
    }

    #[test]
    fn a_ring_that_restarts_holds_no_position_from_before() {
        let mut ring = Ring::new(Seq(0), 8, 1000);
        push(&mut ring, 1, 1, "a");
        let positions = [0, ring.end()];
        ring.restart(Seq(2));
        assert!(positions.iter().all(|position| texts(&ring, *position).is_none()));
        assert_eq!((ring.position_after(Seq(1)), ring.size(), ring.head()), (None, (0, 0), Seq(2)));
        push(&mut ring, 3, 1, "b");
        assert_eq!(texts(&ring, ring.position_after(Seq(2)).unwrap()).unwrap(), ["b"]);
    }

    #[test]
    fn an_emptied_frame_that_leaves_does_not_forget_the_newer_one() {
        let mut ring = Ring::new(Seq(0), 2, 1000);
        push(&mut ring, 1, 1, "old");
        push(&mut ring, 2, 1, "new");
        push(&mut ring, 3, 3, "x");
        push(&mut ring, 4, 1, "newest");
        assert_eq!(texts(&ring, ring.position_after(Seq(2)).unwrap()).unwrap(), ["x", "newest"]);
    }
}
