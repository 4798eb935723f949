//! One open stream: hello, catching up, live frames, pings, the end. `next` says what to write; who writes it is not its matter.

use super::{
    hub::Hub,
    replay::{count_pending, replay},
    ring::encode,
    slot::{End, Progress, Slot},
    source::Sources,
    sse::{self, PING},
    subscription::{Subscription, Taken},
};
use crate::{
    database::Database,
    model::{
        error::AppResult,
        ids::{Seq, UserId},
        things::Hello,
    },
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

/// Changes in one page of a replay.
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

/// What a stream is given by the process: the build, the sources and its limits.
#[derive(Debug, Clone)]
pub struct StreamConfig {
    pub build: Arc<str>,
    /// Where replay reads things.
    pub sources: Sources,
    /// Changes a resume replays at most.
    pub replay: usize,
    /// Streams end within this time of a shutdown, each at a moment of its own.
    pub shutdown_spread: Duration,
}

/// How the stream stands to the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReadFrom {
    /// Behind the ring: the next page comes from the store.
    Store,
    Ring,
    Over,
}

/// The state of one stream. Dropping it closes it.
#[derive(Debug)]
pub struct EventStream {
    place: Subscription,
    db: Database,
    sources: Sources,
    source: ReadFrom,
    progress: Progress,
    /// What is to be written before anything else: the opening, or what completes a frame that has begun.
    first: Option<Bytes>,
    /// Runs on over many frames, and is set anew only when it has come to its end: a timer a frame would cost more than the
    /// frame. None unless a task waits with the stream: the dispatcher has its own.
    timer: Option<Pin<Box<Sleep>>>,
    /// Set once the process ends: when this stream says bye.
    bye_at: Option<Instant>,
    shutdown_spread: Duration,
    /// When the session is over by age.
    expires: Instant,
}

impl EventStream {
    /// Opens the stream of a registered owner, whose session (a public tag) still `lasts` so long. `place` was registered, and
    /// the session checked again, before this.
    pub async fn open(
        place: Subscription,
        db: Database,
        stream_config: &StreamConfig,
        session: &str,
        lasts: Duration,
        cursor: Cursor,
        store: Option<&str>,
    ) -> AppResult<Self> {
        let head = db.committed().max(place.hub().head());
        let same_store = store.is_none_or(|store| store == db.store_id());
        let resumed = match cursor {
            Cursor::Head => Some(place.hub().head()),
            Cursor::After(seq) if same_store && seq <= head && seq >= place.hub().visible_since(place.user) => Some(seq),
            _ => None,
        };
        let mut start = None;
        let mut next = None;
        if let Some(seq) = resumed {
            next = place.resume(seq);
            if next.is_some() || is_within(&db, &place, seq, stream_config.replay).await? {
                start = Some(seq);
            }
        }
        let cursor = start.unwrap_or(head);
        if start.is_none() {
            next = place.resume(cursor);
        }
        let source = if next.is_some() { ReadFrom::Ring } else { ReadFrom::Store };
        let hello = Hello {
            build: stream_config.build.to_string(),
            store: db.store_id().to_owned(),
            head,
            me: place.user,
            session: session.to_owned(),
        };
        let opening = sse::opening(&hello, start);
        let now = Instant::now();
        Ok(Self {
            place,
            db,
            sources: stream_config.sources,
            source,
            progress: Progress { next_position: next.unwrap_or(0), cursor, last_event_id: cursor, ping_at: now + PING },
            first: Some(opening),
            timer: None,
            bye_at: None,
            shutdown_spread: stream_config.shutdown_spread,
            expires: now + lasts,
        })
    }

    pub fn user(&self) -> UserId {
        self.place.user
    }

    /// Puts the answer's head before everything, so that one write holds all of it.
    pub fn begin_with(&mut self, head: &[u8]) {
        let first = self.first.take().unwrap_or_default();
        self.first = Some([head, &first].concat().into());
    }

    /// The next frames, for a body that somebody else frames; none once the stream is over. What is dropped half-way has lost
    /// nothing.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            match self.step().await {
                Step::Say(chunks) => return Some(sse::unchunked(&chunks)),
                Step::Wait => self.due().await,
                Step::Over => return None,
            }
        }
    }

    /// Returns what is to be done now.
    pub async fn step(&mut self) -> Step {
        if let Some(first) = self.first.take() {
            return Step::Say(first);
        }
        loop {
            match (self.source, self.place.slot.ended()) {
                (ReadFrom::Over, _) => return Step::Over,
                (_, Some(End::Session)) => return self.bye(),
                (_, Some(End::Shutdown)) if self.bye_at.is_none() => {
                    self.bye_at = Some(Instant::now() + self.shutdown_spread.mul_f64(sse::random() * 0.9));
                    self.timer = None;
                }
                _ => {}
            }
            let now = Instant::now();
            if self.expires <= now || self.bye_at.is_some_and(|at| at <= now) {
                return self.bye();
            }
            let found = match self.source {
                // On the heap while it lasts: a quiet stream does not carry the room for it.
                ReadFrom::Store => Box::pin(self.take_from_store()).await,
                _ => self.take_from_ring(),
            };
            match found {
                Batch::Over => return self.bye(),
                Batch::Frames(bytes) if bytes.is_empty() => continue,
                // A frame that has just come goes first, and is as good as a ping.
                Batch::Frames(bytes) => {
                    self.progress.ping_at = now + PING;
                    return Step::Say(bytes);
                }
                Batch::Nothing if self.source != ReadFrom::Ring => continue,
                Batch::Nothing if self.progress.ping_at <= now => {
                    self.progress.ping_at = now + PING;
                    return Step::Say(sse::ping(&mut self.progress, self.place.hub().ring_capacity()));
                }
                Batch::Nothing => return Step::Wait,
            }
        }
    }

    /// Waits for a mark, the end, or the time of a ping, a goodbye or the session's end.
    fn poll_due(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.place.slot.poll_woken(cx, self.knows()).is_ready() {
            return Poll::Ready(());
        }
        self.poll_time(self.progress.ping_at, cx)
    }

    /// As [`Step::Wait`] asks for.
    pub async fn due(&mut self) {
        poll_fn(|cx| self.poll_due(cx)).await;
    }

    pub fn slot(&self) -> &Arc<Slot> {
        &self.place.slot
    }

    pub fn hub(&self) -> &Arc<Hub> {
        self.place.hub()
    }

    /// When its session is over by age.
    pub fn expires(&self) -> Instant {
        self.expires
    }

    /// Returns how long a reader is waited for once the stream is to end.
    pub fn shutdown_spread(&self) -> Duration {
        self.shutdown_spread
    }

    /// Whether it has heard that the process ends: it keeps its own time then.
    pub fn is_leaving(&self) -> bool {
        self.bye_at.is_some()
    }

    /// When a `ping` or the session's end is due.
    pub fn due_at(&self) -> Instant {
        self.progress.ping_at.min(self.expires)
    }

    /// Returns its progress, for the dispatcher that writes in its stead while it is parked.
    pub(super) fn progress_mut(&mut self) -> &mut Progress {
        &mut self.progress
    }

    /// The dispatcher keeps the time of a parked stream.
    pub(super) fn drop_timer(&mut self) {
        self.timer = None;
    }

    /// Goes on from the cursor with `rest`, which completes the frame before it: the reader did not take everything.
    pub(super) fn go_on_with(&mut self, rest: Bytes) {
        self.resume();
        self.first = Some(rest);
    }

    /// What this stream knows of its end.
    fn knows(&self) -> Option<End> {
        self.bye_at.map(|_| End::Shutdown)
    }

    fn poll_time(&mut self, ping: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let until = self.bye_at.map_or(ping, |bye| bye.min(ping)).min(self.expires);
        loop {
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(until)));
            if timer.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            if until <= Instant::now() {
                return Poll::Ready(());
            }
            // What was said since has moved the ping.
            timer.as_mut().reset(until);
        }
    }

    /// Of `bytes`, which this stream gave last, `written` were written and the reader takes no more for now: answers what
    /// completes the frame that has begun, and goes back to before the others. So a reader that stalls holds one frame, and
    /// its backlog stays in the ring.
    pub fn go_back(&mut self, bytes: Bytes, written: usize) -> Bytes {
        let (rest, begun) = sse::split_partial_frame(bytes, written);
        if let Some(seq) = begun {
            (self.progress.cursor, self.progress.last_event_id) = (seq, seq);
            self.resume();
        }
        rest
    }

    /// Goes on in the ring from the cursor, if the ring still holds what comes after it; else in the store.
    fn resume(&mut self) {
        let next = self.place.resume(self.progress.cursor);
        self.progress.next_position = next.unwrap_or(self.progress.next_position);
        self.source = if next.is_some() { ReadFrom::Ring } else { ReadFrom::Store };
    }

    fn take_from_ring(&mut self) -> Batch {
        match self.place.take(&mut self.progress.next_position, self.progress.cursor) {
            Taken::Ended(_) => Batch::Over,
            Taken::Overrun => {
                self.source = ReadFrom::Store;
                Batch::Nothing
            }
            Taken::Frames { bytes, seq, last, more } => {
                self.progress.cursor = seq;
                self.progress.last_event_id = last.unwrap_or(self.progress.last_event_id);
                if bytes.is_empty() && !more { Batch::Nothing } else { Batch::Frames(bytes) }
            }
        }
    }

    async fn take_from_store(&mut self) -> Batch {
        let turn = self.place.hub().replay_turn().await;
        if self.place.slot.ended() == Some(End::Session) {
            return Batch::Over;
        }
        let page = match replay(&self.db, self.sources, self.place.user, self.progress.cursor, PAGE).await {
            Ok(page) => page,
            Err(error) => {
                // Ending is honest: the client comes back with its cursor.
                tracing::warn!(user = self.place.user.0, ?error, "a stream could not catch up");
                return Batch::Over;
            }
        };
        if self.place.slot.ended() == Some(End::Session) {
            return Batch::Over;
        }
        drop(turn);
        // Read before the rights: the hub checks by whatever it has published by now.
        let published = self.place.hub().head();
        let (mut reached, mut more) = (page.cursor, page.more);
        let mut out = bytes::BytesMut::new();
        for change in &page.events {
            // Rights are checked again when the frame is taken, as in the ring.
            if self.place.hub().may_see(self.place.user, change.audience) {
                out.extend_from_slice(&encode(&change.event));
                self.progress.last_event_id = change.event.seq();
            } else if change.event.seq() > published {
                // The store is a moment ahead: the hub has not heard of the membership that this is for. It comes by the ring.
                (reached, more) = (Seq(change.event.seq().0 - 1), false);
                break;
            }
        }
        self.progress.cursor = reached.max(self.progress.cursor);
        if !more {
            self.resume();
        }
        Batch::Frames(out.freeze())
    }

    fn bye(&mut self) -> Step {
        self.source = ReadFrom::Over;
        Step::Say(sse::bye())
    }
}

/// Whether at most `most` changes are to be replayed after `cursor`.
async fn is_within(db: &Database, place: &Subscription, cursor: Seq, most: usize) -> AppResult<bool> {
    let _turn = place.hub().replay_turn().await;
    Ok(count_pending(db, place.user, cursor, most + 1).await? <= most)
}

/// What a stream does next. What it says are whole chunks.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    Say(Bytes),
    Wait,
    Over,
}

enum Batch {
    Frames(Bytes),
    Nothing,
    Over,
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
}
