//! A parked stream: no task, no timer, no buffer, all of it in its slot. The dispatcher writes what comes, sends `ping` in time,
//! notices that its reader has gone, and makes it a task again for whatever cannot be done in one go.

use crate::{
    database::failpoint::panic_at,
    model::ids::{Seq, UserId},
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

/// A stream with its socket.
#[derive(Debug)]
pub struct Driven {
    /// Does not block.
    pub socket: TcpStream,
    pub stream: Box<EventStream>,
    pub holds: Holds,
    /// What is to be written first: it completes a frame that has begun.
    pub rest: Option<Bytes>,
}

impl Driven {
    /// A stream that begins on `socket`.
    pub fn new(socket: TcpStream, stream: Box<EventStream>, holds: Holds) -> Self {
        let _ = SockRef::from(&socket).set_send_buffer_size(SEND_BUFFER);
        Self { socket, stream, holds, rest: None }
    }
}

/// What a slot holds while its stream is parked.
#[derive(Debug)]
pub struct Idle {
    user: UserId,
    progress: Progress,
    socket: TcpStream,
    /// When its session is over by age.
    expires: Instant,
    stream: Box<EventStream>,
    holds: Holds,
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
pub fn park(driven: Driven) {
    let Driven { socket, mut stream, holds, .. } = driven;
    let (slot, hub) = (stream.slot().clone(), stream.hub().clone());
    let (user, progress, expires) = (stream.user(), stream.progress(), stream.expires());
    let due = progress.ping_at.min(expires);
    {
        let mut parked = slot.parked();
        hub.inbox().watch(slot.id, &socket);
        *parked = Some(Box::new(Idle { user, progress, socket, expires, stream, holds }));
    }
    if !hub.inbox().is_served() {
        // It has ended meanwhile, and those that wait have been cut.
        let idle = slot.parked().take();
        return drop(idle);
    }
    hub.inbox().wake_by(due);
    if slot.is_marked() || slot.ended().is_some() {
        hub.inbox().call(slot);
    }
}

impl Parked for Idle {
    fn due(&self) -> Instant {
        self.progress.ping_at.min(self.expires)
    }
}

/// What a slot keeps: nothing else than [`park`] put there.
type Parking = Option<Box<dyn Parked>>;

/// Returns the parked stream that a slot keeps.
fn idle(parked: &mut Parking) -> Option<&mut Idle> {
    (&mut **parked.as_mut()? as &mut dyn Any).downcast_mut()
}

/// Takes the parked stream out of a slot.
fn take_idle(parked: &mut Parking) -> Option<Box<Idle>> {
    (parked.take()? as Box<dyn Any>).downcast().ok()
}

impl Idle {
    /// Writes as much as goes at once; returns what completes the frame that has begun, where the reader did not take all.
    fn write(&mut self, bytes: Bytes) -> Option<Bytes> {
        // An error comes again when the rest is tried.
        let written = self.socket.write(&bytes).unwrap_or(0);
        if written == bytes.len() {
            return None;
        }
        let (rest, begun) = sse::split_partial_frame(bytes, written);
        if let Some(begun) = begun {
            (self.progress.cursor, self.progress.last_event_id) = (begun, begun);
        }
        Some(rest)
    }

    /// Makes it a task's again; `rest` completes a frame that has begun.
    fn up(self, rest: Option<Bytes>) -> Flushed {
        let Self { progress, socket, mut stream, holds, .. } = self;
        stream.rearm(progress, rest.is_some());
        Flushed::Wakeup(Box::new(Driven { socket, stream, holds, rest }))
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
            let Some(waiting) = idle(&mut parked) else {
                // `park` checks the mark itself.
                awake.push(slot);
                continue;
            };
            let seen = if slot.ended().is_some() || waiting.expires <= now {
                Seen::Up
            } else {
                match taker.take(slot, waiting.user, &mut waiting.progress.next_position, waiting.progress.cursor) {
                    Taken::Frames { bytes, seq, last, more } => {
                        waiting.progress.cursor = seq;
                        Seen::Words { bytes: words(&mut waiting.progress, hub, bytes, last, now), more }
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
            Seen::Words { bytes, more } => match bytes.zip(idle(&mut parked)).and_then(|(bytes, idle)| idle.write(bytes)) {
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
pub(super) fn flush_group(hub: &Hub, slots: &[Arc<Slot>], found: MatchedRoom, more: &mut Vec<Arc<Slot>>, up: &impl Fn(Driven)) {
    flush_parked(hub, slots, found, Instant::now(), |slot, flushed| match flushed {
        Flushed::Done => {}
        Flushed::More => more.push(slot.clone()),
        Flushed::Wakeup(driven) => up(*driven),
        Flushed::Awake => slot.wake(),
    });
}

/// Makes it a task's again, where it is here.
fn up(parked: &mut Parking, rest: Option<Bytes>) -> Flushed {
    take_idle(parked).map_or(Flushed::Awake, |idle| idle.up(rest))
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
pub fn discard_input(hub: &Hub, slot: &Slot) -> Option<Box<Idle>> {
    let mut parked = slot.parked();
    let socket = &mut idle(&mut parked)?.socket;
    let mut unread = [0; 512];
    for _ in 0..READS {
        match socket.read(&mut unread) {
            Ok(1..) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Ok(0) | Err(_) => return take_idle(&mut parked),
        }
    }
    // There is more: it is told again, after others had their turn.
    hub.inbox().watch(slot.id, socket);
    None
}
