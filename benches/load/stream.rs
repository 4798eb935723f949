//! One event stream as its reader sees it: head, chunks, frames. What it reads it counts in `Seen`, for all streams together.

use crate::{
    chunks::Chunks,
    common::histogram::Histogram,
    feed::{Feed, Verdict},
    sys::find,
    text::{Tick, number},
};
use std::{io, net::TcpStream};

/// What all streams together have seen since it was last taken.
#[derive(Default)]
pub struct Seen {
    /// Messages, each for the first time on its stream.
    pub delivered: u64,
    /// Messages a stream skipped.
    pub skipped: u64,
    /// Messages that came on a stream that had them, or that it had skipped.
    pub again: u64,
    /// Ids that did not rise.
    pub fallen: u64,
    /// Frames that are no message: hello, ping and the like.
    pub others: u64,
    pub resets: u64,
    /// Streams the server ended, or that broke.
    pub ended: u64,
    /// From text to arrival.
    pub latency: Histogram,
    /// When the last message came.
    pub last: u64,
}

/// How far a stream has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum State {
    Closed,
    Connecting,
    /// The answer to the connection's first request is awaited; the stream is its second.
    Warming,
    /// The stream's head is awaited.
    AwaitingHead,
    Open,
}

pub struct Stream {
    pub socket: Option<TcpStream>,
    pub state: State,
    /// None: the body is plain, to the end of the connection.
    chunks: Option<Chunks>,
    /// Of a head or a frame, what has come so far.
    part: Vec<u8>,
    /// Place in the feed of what must come next.
    pub next: usize,
    pub last_id: Option<u64>,
    /// Milliseconds to wait before connecting again, as the server said last.
    pub retry: u64,
    /// When to connect again, where that is wanted.
    pub due: u64,
    /// It has stopped reading.
    pub stalled: bool,
}

/// What browsers wait where the server says nothing.
const RETRY: u64 = 3_000;

impl Default for Stream {
    fn default() -> Self {
        let (socket, chunks, part, last_id) = (None, None, Vec::new(), None);
        Self { socket, state: State::Closed, chunks, part, next: 0, last_id, retry: RETRY, due: 0, stalled: false }
    }
}

impl Stream {
    /// Forgets the connection, not the place in the feed.
    pub fn close(&mut self) {
        self.socket = None;
        self.state = State::Closed;
        self.chunks = None;
        self.part = Vec::new();
    }

    /// Takes what has been read, at `now`. True: an answer's head is whole that was waited for.
    pub fn take(&mut self, bytes: &[u8], now: u64, feed: &mut Feed, seen: &mut Seen) -> io::Result<bool> {
        if self.state == State::Open {
            self.body(bytes, now, feed, seen);
            return Ok(false);
        }
        self.part.extend_from_slice(bytes);
        let Some(end) = find(&self.part, b"\r\n\r\n") else { return Ok(false) };
        let whole = std::mem::take(&mut self.part);
        let head = String::from_utf8_lossy(&whole[..end]).to_ascii_lowercase();
        if head.split(' ').nth(1) != Some("200") {
            return Err(io::Error::other(format!("a stream was refused: {:.60}", head)));
        }
        if self.state == State::Warming {
            // A short answer with a length: the server's own to `/healthz`, a file of the peers'.
            let length = head.lines().find_map(|line| number(line.strip_prefix("content-length:")?.as_bytes())).unwrap_or(0);
            if whole.len() < end + 4 + length as usize {
                self.part = whole;
                return Ok(false);
            }
            return Ok(true);
        }
        self.state = State::Open;
        self.chunks = head.contains("transfer-encoding: chunked").then_some(Chunks::Size(0));
        self.body(&whole[end + 4..], now, feed, seen);
        Ok(true)
    }

    fn body(&mut self, mut bytes: &[u8], now: u64, feed: &mut Feed, seen: &mut Seen) {
        let Some(mut chunks) = self.chunks else { return self.frames(bytes, now, feed, seen) };
        while let Some(piece) = chunks.next(&mut bytes) {
            self.frames(piece, now, feed, seen);
        }
        self.chunks = Some(chunks);
    }

    fn frames(&mut self, bytes: &[u8], now: u64, feed: &mut Feed, seen: &mut Seen) {
        if self.part.is_empty() {
            let used = self.whole_frames(bytes, now, feed, seen);
            self.part.extend_from_slice(&bytes[used..]);
            return;
        }
        let mut part = std::mem::take(&mut self.part);
        part.extend_from_slice(bytes);
        let used = self.whole_frames(&part, now, feed, seen);
        // Idle streams hold no buffer: ten thousand of them would.
        if used < part.len() {
            part.drain(..used);
            self.part = part;
        }
    }

    /// Reads the frames that are whole; how many bytes they were.
    fn whole_frames(&mut self, bytes: &[u8], now: u64, feed: &mut Feed, seen: &mut Seen) -> usize {
        let mut used = 0;
        loop {
            let rest = &bytes[used..];
            if let Some(known) = feed.expected(self.next, rest) {
                self.next += 1;
                self.set_last_id(known.id, seen);
                seen.arrived(known.sent, now);
                used += known.length;
            } else if let Some(end) = find(rest, b"\n\n") {
                self.frame(&rest[..end + 2], now, feed, seen);
                used += end + 2;
            } else {
                return used;
            }
        }
    }

    fn frame(&mut self, frame: &[u8], now: u64, feed: &mut Feed, seen: &mut Seen) {
        let mut id = None;
        for line in frame.split(|byte| *byte == b'\n') {
            if let Some(value) = line.strip_prefix(b"retry:") {
                self.retry = number(value).unwrap_or(self.retry);
            } else if let Some(value) = line.strip_prefix(b"id:") {
                id = number(value);
            } else if line == b"event: reset" {
                seen.resets += 1;
            }
        }
        let Some(tick) = Tick::read(frame) else {
            // `hello` says the cursor again: that is no newer id.
            self.last_id = id.or(self.last_id);
            seen.others += 1;
            return;
        };
        let verdict = feed.check(&mut self.next, tick, id, frame);
        if verdict == Verdict::Again {
            seen.again += 1;
            return;
        }
        if let Verdict::After(missing) = verdict {
            seen.skipped += missing as u64;
        }
        self.set_last_id(id, seen);
        seen.arrived(tick.sent, now);
    }

    fn set_last_id(&mut self, id: Option<u64>, seen: &mut Seen) {
        if id.is_some() {
            seen.fallen += u64::from(id <= self.last_id);
            self.last_id = id;
        }
    }
}

impl Seen {
    fn arrived(&mut self, sent: u64, now: u64) {
        self.delivered += 1;
        self.last = now;
        self.latency.add(now.saturating_sub(sent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: u64, count: usize) -> String {
        format!("id: {id}\ndata: {{\"text\":\"{}\"}}\n\n", Tick { sent: 5, poster: 0, count, long: false }.text())
    }

    #[test]
    fn frames_are_counted_wherever_the_bytes_are_cut() {
        let hello = "HTTP/1.1 200 OK\r\na: b\r\n\r\nretry: 1234\nevent: hello\nid: 3\ndata: {}\n\n";
        let wire = format!("{hello}{}event: ping\ndata: {{}}\n\n{}", message(4, 0), message(5, 1));
        for cut in 0..wire.len() {
            let (mut feed, mut seen) = (Feed::default(), Seen::default());
            for _ in 0..2 {
                let mut stream = Stream { state: State::AwaitingHead, ..Stream::default() };
                for part in [&wire[..cut], &wire[cut..]] {
                    stream.take(part.as_bytes(), 9, &mut feed, &mut seen).unwrap();
                }
                assert_eq!((stream.next, stream.last_id, stream.retry), (2, Some(5), 1_234), "cut at {cut}");
            }
            assert_eq!((seen.delivered, seen.others, seen.skipped, seen.again, seen.fallen), (4, 4, 0, 0, 0), "cut at {cut}");
        }
    }

    #[test]
    fn a_loss_a_repeat_and_a_fallen_id_are_counted() {
        let (mut feed, mut seen) = (Feed::default(), Seen::default());
        let read = |wire: String, feed: &mut Feed, seen: &mut Seen| {
            let mut stream = Stream { state: State::Open, ..Stream::default() };
            stream.take(wire.as_bytes(), 9, feed, seen).unwrap();
        };
        read((0..4).map(|n| message(n + 1, n as usize)).collect(), &mut feed, &mut seen);
        assert_eq!((seen.delivered, seen.skipped, seen.again, seen.fallen), (4, 0, 0, 0));
        read([message(1, 0), message(4, 3), message(4, 3)].concat(), &mut feed, &mut seen);
        assert_eq!((seen.delivered, seen.skipped, seen.again, seen.fallen), (6, 2, 1, 0));
        read([message(9, 4), message(8, 5)].concat(), &mut feed, &mut seen);
        assert_eq!(seen.fallen, 1);
    }
}
