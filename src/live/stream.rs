//! One open stream: hello, catching up, live frames, pings, the end. `next` says what to write; who writes it is not its matter.

use super::{
    event::{Hello, Reset},
    place::{Registered, Taken},
    ring::encode,
    slot::End,
    store::{catch_up, missed},
};
use crate::{
    error::AppResult,
    ids::{Seq, UserId},
    server::database::Database,
};
use bytes::Bytes;
use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// A silent stream says `ping` this often.
pub const PING: Duration = Duration::from_secs(15);
/// Changes in one page of a catch-up.
const PAGE: usize = 500;

/// Where a client says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cursor {
    /// It has nothing yet: start at the head.
    Head,
    After(Seq),
    /// Not a number: it cannot be served.
    Nonsense,
}

impl Cursor {
    /// An id is decimal digits only; an empty one is none.
    pub fn parse(text: Option<&str>) -> Self {
        match text {
            None | Some("") => Self::Head,
            Some(text) => text.parse().map_or(Self::Nonsense, Self::After),
        }
    }
}

/// What a stream needs to know of the process.
#[derive(Debug, Clone)]
pub struct Facts {
    pub build: Arc<str>,
    /// Changes a resume replays at most.
    pub replay: usize,
    /// Streams end within this time of a shutdown, each at a moment of its own.
    pub last_words: Duration,
}

/// How the stream stands to the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Behind the ring: the next page comes from the store.
    Store,
    Ring,
    Over,
}

/// The state of one stream. Dropping it closes it.
#[derive(Debug)]
pub struct EventStream {
    place: Registered,
    db: Database,
    source: Source,
    /// Everything up to here has been looked at.
    cursor: Seq,
    /// The last id that went on the wire.
    told: Seq,
    opening: Option<Bytes>,
    next_ping: Instant,
    /// Runs on over many frames, and is set anew only when it has come to its end: a timer a frame would cost more than the
    /// frame. None until the stream first waits.
    timer: Option<Pin<Box<Sleep>>>,
    /// Set once the process ends: when this stream says bye.
    bye_at: Option<Instant>,
    last_words: Duration,
    /// When the session is over by age.
    expires: Instant,
}

impl EventStream {
    /// Opens the stream of a registered owner, whose session (a public tag) still `lasts` so long. `place` was registered, and
    /// the session checked again, before this.
    pub async fn open(
        mut place: Registered,
        db: Database,
        facts: &Facts,
        session: String,
        lasts: Duration,
        cursor: Cursor,
        store: Option<&str>,
    ) -> AppResult<Self> {
        let head = db.committed().max(place.hub().head());
        let same_store = store.is_none_or(|store| store == db.store_id());
        let resumed = match cursor {
            Cursor::Head => Some(place.hub().head()),
            Cursor::After(seq) if same_store && seq <= head => Some(seq),
            _ => None,
        };
        let mut source = Source::Ring;
        let mut start = None;
        if let Some(seq) = resumed {
            if place.resume(seq) {
                start = Some(seq);
            } else if missed(&db, place.user, seq, facts.replay + 1).await? <= facts.replay {
                (start, source) = (Some(seq), Source::Store);
            }
        }
        let cursor = start.unwrap_or(head);
        if start.is_none() && !place.resume(cursor) {
            source = Source::Store;
        }
        let hello = Hello { build: facts.build.to_string(), store: db.store_id().to_owned(), head, me: place.user, session };
        let opening = opening(&hello, start);
        let now = Instant::now();
        Ok(Self {
            place,
            db,
            source,
            cursor,
            told: cursor,
            opening: Some(opening),
            next_ping: now + PING,
            timer: None,
            bye_at: None,
            last_words: facts.last_words,
            expires: now + lasts,
        })
    }

    pub fn user(&self) -> UserId {
        self.place.user
    }

    /// The next bytes to write; none once the stream is over. What is dropped half-way has lost nothing.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(opening) = self.opening.take() {
            return Some(opening);
        }
        loop {
            match (self.source, self.place.slot.ended()) {
                (Source::Over, _) => return None,
                (_, Some(End::Session)) => return Some(self.bye()),
                _ if self.expires <= Instant::now() => return Some(self.bye()),
                (_, Some(End::Shutdown)) if self.bye_at.is_none() => {
                    self.bye_at = Some(Instant::now() + self.last_words.mul_f64(random() * 0.9));
                    self.timer = None;
                }
                _ => {}
            }
            let found = match self.source {
                // On the heap while it lasts: a quiet stream does not carry the room for it.
                Source::Store => Box::pin(self.take_from_store()).await,
                _ => self.take_from_ring(),
            };
            match found {
                Some(bytes) if bytes.is_empty() => continue,
                Some(bytes) => return Some(self.said(bytes)),
                None if self.source != Source::Ring => continue,
                None => {}
            }
            if poll_fn(|cx| self.poll_due(cx)).await == Due::Time {
                let now = Instant::now();
                if self.expires <= now || self.bye_at.is_some_and(|at| at <= now) {
                    return Some(self.bye());
                }
                // A frame may have arrived in this very moment: it goes first, and is as good as a ping.
                return Some(match self.take_from_ring() {
                    Some(bytes) if !bytes.is_empty() => self.said(bytes),
                    _ => self.ping(),
                });
            }
        }
    }

    /// Waits for a mark, the end, or the time of a ping, a goodbye or the session's end.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<Due> {
        let knows = self.bye_at.map(|_| End::Shutdown);
        if self.place.slot.poll_woken(cx, knows).is_ready() {
            return Poll::Ready(Due::Frames);
        }
        loop {
            let until = self.bye_at.map_or(self.next_ping, |bye| bye.min(self.next_ping)).min(self.expires);
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if until <= Instant::now() {
                return Poll::Ready(Due::Time);
            }
            // What was said since has moved the ping.
            timer.as_mut().reset(until);
        }
    }

    /// Of `bytes`, which this stream gave last, `written` were written and the reader takes no more for now: keeps what
    /// completes the frame that has begun, and goes back to before the others. So a reader that stalls holds one frame, and
    /// its backlog stays in the ring.
    pub fn go_back(&mut self, bytes: &Bytes, written: usize) -> Bytes {
        let rest = bytes.slice(written.min(bytes.len())..);
        let Some((end, seq)) = begun(bytes, written).filter(|(end, _)| *end < bytes.len()) else { return rest };
        // Only what the ring or the store can give again is given back.
        self.cursor = seq;
        self.told = seq;
        self.source = if self.place.resume(seq) { Source::Ring } else { Source::Store };
        Bytes::copy_from_slice(&bytes[written..end])
    }

    fn said(&mut self, bytes: Bytes) -> Bytes {
        self.next_ping = Instant::now() + PING;
        bytes
    }

    /// None: nothing to say now.
    fn take_from_ring(&mut self) -> Option<Bytes> {
        match self.place.take(self.cursor) {
            Taken::Ended(_) => Some(self.bye()),
            Taken::Overrun => {
                self.source = Source::Store;
                None
            }
            Taken::Frames { bytes, seq, last, more } => {
                self.cursor = seq;
                self.told = last.unwrap_or(self.told);
                if bytes.is_empty() && !more { None } else { Some(bytes) }
            }
        }
    }

    async fn take_from_store(&mut self) -> Option<Bytes> {
        let page = match catch_up(&self.db, self.place.user, self.cursor, PAGE).await {
            Ok(page) => page,
            Err(error) => {
                // Ending is honest: the client comes back with its cursor.
                tracing::warn!(user = self.place.user.0, ?error, "a stream could not catch up");
                return Some(self.bye());
            }
        };
        if self.place.slot.ended() == Some(End::Session) {
            return Some(self.bye());
        }
        // Asked before the rights: whatever the hub has published by now, it judges by.
        let published = self.place.hub().head();
        let (mut reached, mut more) = (page.cursor, page.more);
        let mut out = bytes::BytesMut::new();
        for change in &page.events {
            // Rights are judged again when the frame is taken, as in the ring.
            if self.place.hub().may_see(self.place.user, change.audience) {
                out.extend_from_slice(&encode(&change.event));
                self.told = change.event.seq();
            } else if change.event.seq() > published {
                // The store is a moment ahead: the hub has not heard of the membership that this is for. It comes by the ring.
                (reached, more) = (Seq(change.event.seq().0 - 1), false);
                break;
            }
        }
        self.cursor = reached.max(self.cursor);
        if !more && self.place.resume(self.cursor) {
            self.source = Source::Ring;
        }
        Some(out.freeze())
    }

    fn ping(&mut self) -> Bytes {
        self.next_ping = Instant::now() + PING;
        // The id moves an idle cursor along, long before the ring has gone past it.
        if self.cursor.0.saturating_sub(self.told.0) > (self.place.ring_capacity() / 4) as u64 {
            self.told = self.cursor;
            return Bytes::from(format!("event: ping\nid: {}\ndata: {{}}\n\n", self.cursor));
        }
        Bytes::from_static(b"event: ping\ndata: {}\n\n")
    }

    fn bye(&mut self) -> Bytes {
        self.source = Source::Over;
        Bytes::from(format!("retry: {}\nevent: bye\ndata: {{}}\n\n", retry()))
    }
}

/// Why a stream that waited goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Frames,
    Time,
}

/// Where the frame ends that `written` bytes have begun or just completed, and its number; none where the frames carry none.
fn begun(bytes: &[u8], written: usize) -> Option<(usize, Seq)> {
    // No frame holds an empty line: data is JSON on one line.
    let ends = |from: usize| Some(from + bytes.get(from..)?.windows(2).position(|two| two == b"\n\n")? + 2);
    let end = ends(written.checked_sub(2)?)?;
    let start = bytes[..end - 2].windows(2).rposition(|two| two == b"\n\n").map_or(0, |at| at + 2);
    let id = bytes[start..end].strip_prefix(b"id: ")?.split(|byte| *byte == b'\n').next()?;
    Some((end, std::str::from_utf8(id).ok()?.parse().ok()?))
}

/// `hello`, and the `reset` where the cursor could not be served, as one write.
fn opening(hello: &Hello, start: Option<Seq>) -> Bytes {
    let data = serde_json::to_string(hello).unwrap_or_default();
    let retry = retry();
    Bytes::from(match start {
        Some(seq) => format!("retry: {retry}\nevent: hello\nid: {seq}\ndata: {data}\n\n"),
        None => {
            let head = hello.head;
            let reset = serde_json::to_string(&Reset { head }).unwrap_or_default();
            format!("retry: {retry}\nevent: hello\ndata: {data}\n\nevent: reset\nid: {head}\ndata: {reset}\n\n")
        }
    })
}

/// Between 0 and 1.
fn random() -> f64 {
    let mut bytes = [0; 4];
    // Only spreads load: without randomness all streams share one value, and nothing breaks.
    let _ = getrandom::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// Milliseconds a client waits before it reconnects, drawn for each stream so that a restart is no stampede.
fn retry() -> u32 {
    1_000 + (random() * 4_000.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_digits_only() {
        assert_eq!(Cursor::parse(None), Cursor::Head);
        assert_eq!(Cursor::parse(Some("")), Cursor::Head);
        assert_eq!(Cursor::parse(Some("12")), Cursor::After(Seq(12)));
        for wrong in ["-1", "1.5", "word", "18446744073709551616", "0x10", " 1"] {
            assert_eq!(Cursor::parse(Some(wrong)), Cursor::Nonsense, "{wrong}");
        }
    }

    #[test]
    fn each_stream_draws_its_own_retry() {
        let drawn: std::collections::HashSet<u32> = (0..64).map(|_| retry()).collect();
        assert!(drawn.len() > 8);
        assert!(drawn.iter().all(|ms| (1_000..=5_000).contains(ms)));
    }

    #[test]
    fn a_frame_that_has_begun_is_found_to_its_end() {
        let bytes = b"id: 7\ndata: {}\n\nid: 12\ndata: {\"a\":1}\n\nid: 13\ndata: {}\n\n";
        let (first, second) = (16, 16 + 22);
        assert_eq!(&bytes[first - 2..first], b"\n\n");
        assert_eq!(&bytes[second - 2..second], b"\n\n");
        for written in [2, 9, first - 1, first] {
            assert_eq!(begun(bytes, written), Some((first, Seq(7))), "{written}");
        }
        for written in [first + 1, first + 2, first + 9, second - 1, second] {
            assert_eq!(begun(bytes, written), Some((second, Seq(12))), "{written}");
        }
        assert_eq!(begun(bytes, bytes.len()), Some((bytes.len(), Seq(13))));
        assert_eq!(begun(bytes, 1), None, "too little to say: all of it is kept");
        assert_eq!(begun(b"event: ping\ndata: {}\n\n", 5), None);
    }

    #[test]
    fn a_reset_takes_the_id_from_hello() {
        let hello = Hello { build: "b".into(), store: "s".into(), head: Seq(9), me: UserId(1), session: "t".into() };
        let text = String::from_utf8(opening(&hello, None).to_vec()).unwrap();
        let (first, second) = text.split_once("\n\n").unwrap();
        assert!(!first.contains("\nid:") && second.contains("event: reset\nid: 9\n"));
        let text = String::from_utf8(opening(&hello, Some(Seq(4))).to_vec()).unwrap();
        assert!(text.contains("\nid: 4\n") && !text.contains("reset"));
    }
}
