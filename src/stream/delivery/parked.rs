//! A parked stream: no task, no timer, no buffer, all of it in its slot. The dispatcher writes what comes, sends `ping` in time,
//! notices that its reader has gone, and makes it a task again for whatever cannot be done in one go.

use crate::{
    database::failpoint::panic_at,
    model::ids::Seq,
    stream::{
        event_stream::EventStream,
        hub::{Hub, MatchedRoom},
        slot::{Parked, Progress, Slot},
        sse::{self, PING},
        subscription::{Taken, Taker},
    },
};
use bytes::Bytes;
use socket2::SockRef;
use std::{
    any::Any,
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::Arc,
};
use tokio::time::Instant;

/// Bytes the kernel buffers for a reader (it doubles this): a backlog stays in the ring, where all readers share it.
const SEND_BUFFER: usize = 64 * 1024;
/// Streams whose rights are checked under one lock; they are written to right after it.
pub(super) const GROUP: usize = 32;
/// Reads from one reader before others get their turn.
const READS: usize = 16;

/// What a connection holds as long as it lasts, such as its place under the caps: to a stream it is a value to be dropped.
pub type Holds = Box<dyn Any + Send>;

/// A stream with its socket: one allocation, in the slot's hands while the stream is parked, in its task's otherwise.
#[derive(Debug)]
pub struct Driven {
    /// Does not block.
    pub socket: TcpStream,
    pub stream: EventStream,
    /// Dropped with the stream.
    pub holds: Holds,
}

impl Driven {
    /// A stream that begins on `socket`.
    pub fn new(socket: TcpStream, stream: EventStream, holds: Holds) -> Box<Self> {
        let _ = SockRef::from(&socket).set_send_buffer_size(SEND_BUFFER);
        Box::new(Self { socket, stream, holds })
    }
}

/// The outcome of flushing a parked stream.
#[derive(Debug)]
pub enum Flushed {
    /// Everything pending is written.
    Done,
    /// There is more than goes at once.
    More,
    /// It becomes a task again.
    Wakeup(Box<Driven>),
    /// A task is at work on it and checks the mark itself.
    Awake,
}

/// Leaves the stream to the dispatcher, which is woken if anything has come meanwhile.
pub fn park(mut driven: Box<Driven>) {
    let (slot, hub) = (driven.stream.slot().clone(), driven.stream.hub().clone());
    driven.stream.drop_timer();
    let due = driven.due();
    {
        let mut parked = slot.parked();
        hub.inbox().watch(slot.id, &driven.socket);
        *parked = Some(driven);
    }
    if !hub.inbox().is_served() {
        // It has ended meanwhile, and those that wait have been cut.
        let parked = slot.parked().take();
        return drop(parked);
    }
    hub.inbox().wake_by(due);
    if slot.is_marked() || slot.ended().is_some() {
        hub.inbox().call(slot);
    }
}

impl Parked for Driven {
    fn due(&self) -> Instant {
        self.stream.due_at()
    }
}

/// What a slot keeps: nothing else than [`park`] put there.
type Parking = Option<Box<dyn Parked>>;

/// Returns the parked stream that a slot keeps.
fn driven(parked: &mut Parking) -> Option<&mut Driven> {
    (&mut **parked.as_mut()? as &mut dyn Any).downcast_mut()
}

/// Takes the parked stream out of a slot.
fn take_driven(parked: &mut Parking) -> Option<Box<Driven>> {
    (parked.take()? as Box<dyn Any>).downcast().ok()
}

impl Driven {
    /// Writes as much as goes at once; returns what completes the frame that has begun, where the reader did not take all.
    fn write(&mut self, bytes: Bytes) -> Option<Bytes> {
        // An error comes again when the rest is tried.
        let written = self.socket.write(&bytes).unwrap_or(0);
        if written == bytes.len() {
            return None;
        }
        let (rest, begun) = sse::split_partial_frame(bytes, written);
        if let Some(begun) = begun {
            let progress = self.stream.progress_mut();
            (progress.cursor, progress.last_event_id) = (begun, begun);
        }
        Some(rest)
    }
}

/// Writes to each of `slots` what is pending for it, as much as goes at once, or a `ping` that is due by `now`. Rights are
/// checked and frames taken under one lock; the writing follows right after it.
pub fn flush_parked(hub: &Hub, slots: &[Arc<Slot>], found: MatchedRoom, now: Instant, mut each: impl FnMut(&Arc<Slot>, Flushed)) {
    let (mut outcomes, mut awake) = (Vec::with_capacity(slots.len()), Vec::new());
    {
        let inner = hub.read();
        let mut taker = Taker::new(hub, &inner, found);
        for slot in slots {
            let mut parked = slot.parked();
            let Some(Driven { stream, .. }) = driven(&mut parked) else {
                // `park` checks the mark itself.
                awake.push(slot);
                continue;
            };
            let seen = if slot.ended().is_some() || stream.expires() <= now {
                Seen::Up
            } else {
                let (user, progress) = (stream.user(), stream.progress_mut());
                match taker.take(slot, user, &mut progress.next_position, progress.cursor) {
                    Taken::Frames { bytes, seq, last, more } => {
                        progress.cursor = seq;
                        Seen::Words { bytes: words(progress, hub, bytes, last, now), more }
                    }
                    // An end, or a place that has fallen out of the ring.
                    _ => Seen::Up,
                }
            };
            outcomes.push((slot, parked, seen));
        }
    }
    panic_at("taken");
    for (slot, mut parked, seen) in outcomes {
        let flushed = match seen {
            Seen::Up => up(&mut parked, None),
            Seen::Words { bytes, more } => match bytes.zip(driven(&mut parked)).and_then(|(bytes, driven)| driven.write(bytes)) {
                Some(rest) => up(&mut parked, Some(rest)),
                None if more => Flushed::More,
                None => Flushed::Done,
            },
        };
        drop(parked);
        each(slot, flushed);
    }
    awake.into_iter().for_each(|slot| each(slot, Flushed::Awake));
}

/// Writes one chunk to each stream of one group, under one lock.
pub(super) fn flush_group(
    hub: &Hub,
    slots: &[Arc<Slot>],
    found: MatchedRoom,
    more: &mut Vec<Arc<Slot>>,
    up: &impl Fn(Box<Driven>),
) {
    flush_parked(hub, slots, found, Instant::now(), |slot, flushed| match flushed {
        Flushed::Done => {}
        Flushed::More => more.push(slot.clone()),
        Flushed::Wakeup(driven) => up(driven),
        Flushed::Awake => slot.wake(),
    });
}

/// Makes it a task's again, where it is here; `rest` completes a frame that has begun.
fn up(parked: &mut Parking, rest: Option<Bytes>) -> Flushed {
    let Some(mut driven) = take_driven(parked) else { return Flushed::Awake };
    if let Some(rest) = rest {
        driven.stream.go_on_with(rest);
    }
    Flushed::Wakeup(driven)
}

/// The outcome of taking for one stream under the lock.
enum Seen {
    /// It needs a task again.
    Up,
    /// These bytes are to be written; `more` when others follow.
    Words { bytes: Option<Bytes>, more: bool },
}

/// What was taken, or a `ping` where nothing was and one is due.
fn words(progress: &mut Progress, hub: &Hub, bytes: Bytes, last: Option<Seq>, now: Instant) -> Option<Bytes> {
    let bytes = if bytes.is_empty() {
        if progress.ping_at > now {
            return None;
        }
        sse::ping(progress, hub.ring_capacity())
    } else {
        progress.last_event_id = last.unwrap_or(progress.last_event_id);
        bytes
    };
    progress.ping_at = now + PING;
    Some(bytes)
}

/// Reads and drops what the reader has sent, as its request was whole. Returns the stream when the reader has gone.
pub fn discard_input(hub: &Hub, slot: &Slot) -> Option<Box<Driven>> {
    let mut parked = slot.parked();
    let socket = &mut driven(&mut parked)?.socket;
    let mut unread = [0; 512];
    for _ in 0..READS {
        match socket.read(&mut unread) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return take_driven(&mut parked),
        }
    }
    // There is more: it is told again, after others had their turn.
    hub.inbox().watch(slot.id, socket);
    None
}
