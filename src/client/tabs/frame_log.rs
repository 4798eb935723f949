//! FrameLog: what the leading tab keeps for the others, and how a tab tells whether a batch follows on what it has. Pure.

use super::tab_message::{EventBatch, StreamPosition, TabMessage};
use crate::model::{ids::Seq, things::Thing};

/// Most things the leader keeps, and most bytes of them: what a tab that opens late or was asleep for a while has missed.
const MOST: (usize, usize) = (512, 512 * 1024);
/// A tab further behind than this many changes is not waited for when a new leader connects; it fetches what it shows.
const REACH: u64 = 2_000;

struct Frame {
    seq: Seq,
    /// None for what this build does not know.
    thing: Option<Thing>,
    data: String,
}

/// The newest part of the stream, as the leader has taken it.
pub struct FrameLog {
    /// Everything after this is kept.
    floor: Seq,
    /// Up to here the stream has been read.
    head: Seq,
    kept: Vec<Frame>,
    bytes: usize,
    most: (usize, usize),
}

impl FrameLog {
    /// Nothing yet, of a stream that starts behind `head`.
    pub fn from(head: Seq) -> Self {
        Self { floor: head, head, kept: Vec::new(), bytes: 0, most: MOST }
    }

    pub fn head(&self) -> Seq {
        self.head
    }

    /// The stream has moved on to `to` without anything for this person.
    pub fn moved(&mut self, to: Seq) {
        self.head = self.head.max(to);
    }

    /// Takes the next thing. An older state of the same thing is let go: what was deleted is not said again.
    pub fn push(&mut self, seq: Seq, thing: Option<Thing>, data: String) {
        if seq <= self.head {
            return;
        }
        if thing.is_some() {
            self.kept.retain(|kept| kept.thing != thing);
        }
        self.head = seq;
        self.kept.push(Frame { seq, thing, data });
        self.bytes = self.kept.iter().map(|kept| kept.data.len()).sum();
        while self.kept.len() > self.most.0 || self.bytes > self.most.1 {
            let gone = self.kept.remove(0);
            self.bytes -= gone.data.len();
            self.floor = gone.seq;
        }
    }

    /// What a tab at `place` is told: what came since, or that it has to fetch. `store` is the one the stream is from.
    pub fn answer(&self, store: &str, place: &StreamPosition) -> TabMessage {
        let store = store.to_owned();
        if place.store != store || place.cursor < self.floor {
            return TabMessage::Missed { store, below: self.floor, to: self.head };
        }
        let news = self.kept.iter().filter(|kept| kept.seq > place.cursor);
        let things = news.map(|kept| kept.data.clone()).collect();
        TabMessage::Frames(EventBatch { store, from: place.cursor.min(self.head), to: self.head, things })
    }
}

/// What a batch is to a tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All of it is on the page.
    Applied,
    /// Takes the tab to the batch's end. Some of it may be known: what is not above the cursor.
    Follows,
    /// Something lies between.
    Gap,
}

/// How `batch` stands to a tab at `place`.
pub fn check_batch(place: &StreamPosition, batch: &EventBatch) -> Verdict {
    if batch.store != place.store || batch.from > place.cursor {
        Verdict::Gap
    } else if batch.to > place.cursor {
        Verdict::Follows
    } else {
        Verdict::Applied
    }
}

/// From where a new leader connects: the lowest cursor that is not out of reach of the newest.
pub fn start(own: Seq, others: &[Seq]) -> Seq {
    let newest = others.iter().copied().fold(own, Seq::max);
    let near = |seq: &Seq| newest.0 - seq.0 <= REACH;
    others.iter().copied().filter(near).fold(own, Seq::min)
}

#[cfg(test)]
mod tests;
