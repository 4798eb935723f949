//! What must come: the messages of a run, each once, in the order the first reader saw them. Every stream is held against it.
//!
//! A reader compares bytes with what another has read before it, so a million frames a second are checked one by one without
//! being parsed one by one.

use crate::text::Tick;

/// A message seen for the first time.
struct Frame {
    begins: usize,
    ends: usize,
    sent: u64,
    id: Option<u64>,
}

/// A message that another reader has seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    pub length: usize,
    pub sent: u64,
    pub id: Option<u64>,
}

/// How a frame stands to the stream that brought it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The next one.
    InOrder,
    /// So many before it are missing; it is the next after them.
    After(usize),
    /// The stream had it, or skipped it, before.
    Again,
}

#[derive(Default)]
pub struct Feed {
    bytes: Vec<u8>,
    frames: Vec<Frame>,
    /// For each poster its messages' places in `frames`, by count; `ABSENT` for those nobody has seen yet.
    places: Vec<Vec<usize>>,
}

const ABSENT: usize = usize::MAX;

impl Feed {
    /// The message at `place`, if that is what `bytes` begin with.
    pub fn expected(&self, place: usize, bytes: &[u8]) -> Option<Expected> {
        let Frame { begins, ends, sent, id } = *self.frames.get(place)?;
        bytes.starts_with(&self.bytes[begins..ends]).then_some(Expected { length: ends - begins, sent, id })
    }

    /// Checks a frame whose bytes differ from the expected ones, and moves the stream's `next` place on.
    pub fn check(&mut self, next: &mut usize, tick: Tick, id: Option<u64>, frame: &[u8]) -> Verdict {
        if self.places.len() <= tick.poster {
            self.places.resize_with(tick.poster + 1, Vec::new);
        }
        let places = &mut self.places[tick.poster];
        if places.len() <= tick.count {
            places.resize(tick.count + 1, ABSENT);
        }
        if places[tick.count] == ABSENT {
            places[tick.count] = self.frames.len();
            let begins = self.bytes.len();
            self.bytes.extend_from_slice(frame);
            self.frames.push(Frame { begins, ends: self.bytes.len(), sent: tick.sent, id });
        }
        let place = places[tick.count];
        if place < *next {
            return Verdict::Again;
        }
        let missing = place - *next;
        *next = place + 1;
        if missing == 0 { Verdict::InOrder } else { Verdict::After(missing) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tick(poster: usize, count: usize) -> Tick {
        Tick { sent: 7, poster, count, long: false }
    }

    #[test]
    fn the_second_reader_needs_no_parsing() {
        let mut feed = Feed::default();
        let mut next = 0;
        assert_eq!(feed.check(&mut next, tick(0, 0), None, b"one"), Verdict::InOrder);
        assert_eq!(feed.check(&mut next, tick(3, 0), None, b"two"), Verdict::InOrder);
        assert_eq!(feed.expected(0, b"onetwo"), Some(Expected { length: 3, sent: 7, id: None }));
        assert_eq!(feed.expected(1, b"two"), Some(Expected { length: 3, sent: 7, id: None }));
        assert_eq!(feed.expected(1, b"tw"), None);
        assert_eq!(feed.expected(2, b"two"), None);
    }

    #[test]
    fn what_is_missing_or_comes_again_is_told() {
        let mut feed = Feed::default();
        let mut first = 0;
        for count in 0..3 {
            feed.check(&mut first, tick(0, count), None, b"x");
        }
        let mut second = 0;
        assert_eq!(feed.check(&mut second, tick(0, 0), None, b"x"), Verdict::InOrder);
        assert_eq!(feed.check(&mut second, tick(0, 0), None, b"x"), Verdict::Again);
        assert_eq!(feed.check(&mut second, tick(0, 2), None, b"x"), Verdict::After(1));
        assert_eq!(feed.check(&mut second, tick(0, 1), None, b"x"), Verdict::Again);
        assert_eq!(second, 3);
    }
}
