//! A reader: one stream after the other, each resumed from the last id, until the last number has arrived.

use crate::{
    history::{End, Reader, Seen, Stream},
    http::Client,
    rng::Rng,
    scenario::Shared,
    sse::{Frame, Parser},
    wire::Wire,
};
use socket2::SockRef;
use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// The read timeout, after which a reader checks whether the run has ended.
const TICK: Duration = Duration::from_millis(50);
/// The longest wait for the last number.
const LAST_NUMBER_TIMEOUT: Duration = Duration::from_secs(90);

/// The behaviour of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Reads everything at once.
    Steady,
    /// Closes its stream now and then and resumes.
    Restless,
    /// Reads little at a time, with pauses.
    Slow,
    /// Reads nothing while `Shared::paused` is set.
    Paused,
}

#[derive(Debug)]
pub struct Watcher {
    pub name: String,
    pub cookie: String,
    pub rooms: BTreeSet<u64>,
    pub habit: Habit,
    pub rng: Rng,
}

impl Watcher {
    /// Reads until the run ends; returns what it saw and the problems.
    pub fn run(mut self, shared: &Shared) -> (Reader, Vec<String>) {
        let client = Client::new(shared.address, &self.cookie);
        let mut problems = Vec::new();
        let mut log = Reader { name: self.name.clone(), rooms: self.rooms.clone(), ..Reader::default() };
        let mut cursor = None;
        let mut waiting = None;
        loop {
            let until = shared.until.load(Ordering::Relaxed);
            let late = until > 0 && waiting.get_or_insert_with(Instant::now).elapsed() > LAST_NUMBER_TIMEOUT;
            if until > 0 && cursor >= Some(until) || late || shared.aborted.load(Ordering::Relaxed) {
                return (log, problems);
            }
            match client.listen(cursor) {
                Ok((wire, answer)) if answer.status == 200 => {
                    let mut open = OpenStream::new(wire, cursor);
                    self.read(&mut open, shared, &mut cursor, &mut problems);
                    if log.streams.is_empty() && open.log.hello.is_some() {
                        log.since = open.log.hello.unwrap_or_default();
                        shared.listening.fetch_add(1, Ordering::Relaxed);
                    }
                    // A connection that broke before `hello` counts as no stream.
                    if open.log.hello.is_some() || open.log.reset.is_some() {
                        log.streams.push(open.log);
                    }
                }
                Ok((_, answer)) if answer.status != 503 => {
                    problems.push(format!("{}: the stream was refused: {}", self.name, answer.text));
                    sleep(TICK);
                }
                _ => sleep(self.rng.millis(5, 40)),
            }
        }
    }

    /// Reads one stream to its end. Of the very first stream it reads `hello` alone.
    fn read(&mut self, open: &mut OpenStream, shared: &Shared, cursor: &mut Option<u64>, problems: &mut Vec<String>) {
        let first = cursor.is_none();
        let mut left = if self.habit == Habit::Restless { self.rng.between(1, 150) } else { u64::MAX };
        if self.habit == Habit::Slow {
            let _ = SockRef::from(&open.wire.socket).set_recv_buffer_size(32 << 10);
        }
        let mut waiting = None;
        loop {
            while self.habit == Habit::Paused && shared.paused.load(Ordering::Relaxed) && !shared.aborted.load(Ordering::Relaxed)
            {
                sleep(TICK);
            }
            let until = shared.until.load(Ordering::Relaxed);
            let late = until > 0 && waiting.get_or_insert_with(Instant::now).elapsed() > LAST_NUMBER_TIMEOUT;
            if until > 0 && *cursor >= Some(until) || late || shared.aborted.load(Ordering::Relaxed) || left == 0 {
                open.log.end = End::Dropped;
                return;
            }
            let Some(frames) = open.next() else { return };
            for frame in frames {
                left = left.saturating_sub(1);
                *cursor = frame.id.or(*cursor);
                open.take(frame, &self.name, problems);
            }
            if open.fetch_due {
                open.fetch_due = false;
                open.log.fetched = self.fetch(shared);
            }
            if first && open.log.hello.is_some() {
                // The stream is open, so the run may begin. The next stream resumes from here.
                open.log.end = End::Dropped;
                return;
            }
            if self.habit == Habit::Slow && until == 0 {
                sleep(self.rng.millis(0, 10));
            }
        }
    }

    /// Fetches all messages of its rooms page by page, with retries.
    fn fetch(&self, shared: &Shared) -> Vec<Seen> {
        let mut client = Client::new(shared.address, &self.cookie);
        let (began, mut all) = (Instant::now(), Vec::new());
        for room in &self.rooms {
            let mut before = String::new();
            while !shared.aborted.load(Ordering::Relaxed) && began.elapsed() < LAST_NUMBER_TIMEOUT {
                let fields = [("room", room.to_string()), ("before", before.clone()), ("limit", "100".to_owned())];
                let answer = client.post("/api/messages/page", &fields.each_ref().map(|(name, value)| (*name, value.as_str())));
                let Some(page) = answer.ok().filter(|answer| answer.status == 200).map(|answer| answer.json()) else {
                    sleep(TICK);
                    continue;
                };
                let messages: Vec<Seen> = page["messages"].as_array().into_iter().flatten().filter_map(Seen::read).collect();
                before = messages.first().map(|message| message.id.to_string()).unwrap_or(before);
                all.extend(messages);
                if page["at_start"] == true {
                    break;
                }
            }
        }
        all
    }
}

/// An open stream.
pub struct OpenStream {
    pub wire: Wire,
    parser: Parser,
    pub log: Stream,
    fetch_due: bool,
    ended: bool,
}

impl OpenStream {
    pub fn new(wire: Wire, after: Option<u64>) -> Self {
        // A failure would only delay the check whether the run has ended.
        let _ = wire.socket.set_read_timeout(Some(TICK));
        let (seqs, messages, fetched) = (Vec::new(), Vec::new(), Vec::new());
        let log = Stream { after, hello: None, retry: false, reset: None, seqs, messages, fetched, end: End::Cut };
        Self { wire, parser: Parser::default(), log, fetch_due: false, ended: false }
    }

    /// Returns the next events, possibly none yet; None when the stream has ended.
    pub fn next(&mut self) -> Option<Vec<Frame>> {
        match self.wire.piece() {
            Ok(Some(piece)) => Some(self.parser.feed(&piece)),
            Ok(None) => None,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    /// Records an event.
    pub fn take(&mut self, frame: Frame, name: &str, problems: &mut Vec<String>) {
        if self.ended {
            problems.push(format!("{name}: event after `bye`: {frame:?}"));
        }
        let retry = frame.retry.is_some_and(|retry| (1_000..=5_000).contains(&retry));
        match frame.event.as_str() {
            "" | "message" => {
                let thing: serde_json::Value = serde_json::from_str(&frame.data).unwrap_or_default();
                if frame.id.is_none() || thing["seq"].as_u64() != frame.id {
                    problems.push(format!("{name}: an id that differs from the thing's seq: {frame:?}"));
                }
                self.log.seqs.extend(frame.id);
                if thing["type"] == "message" {
                    match Seen::read(&thing) {
                        Some(seen) => self.log.messages.push(seen),
                        None => problems.push(format!("{name}: an unreadable message: {frame:?}")),
                    }
                }
            }
            "hello" => (self.log.hello, self.log.retry) = (frame.id, retry),
            "reset" => (self.log.reset, self.fetch_due) = (frame.id, true),
            "ping" => {}
            "bye" => {
                self.log.end = End::Bye { retry };
                self.ended = true;
            }
            _ => problems.push(format!("{name}: an unknown event: {frame:?}")),
        }
    }
}
