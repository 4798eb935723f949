//! Somebody who reads: one stream after the other, each going on from the last id, until the last number is there.

use crate::{
    dice::Dice,
    history::{End, Reader, Seen, Stream},
    http::Client,
    sse::{Frame, Parser},
    wire::Wire,
    world::Shared,
};
use socket2::SockRef;
use std::{
    collections::BTreeSet,
    io::ErrorKind,
    sync::atomic::Ordering,
    thread::sleep,
    time::{Duration, Instant},
};

/// How often a reader that hears nothing looks whether it is over.
const TICK: Duration = Duration::from_millis(50);
/// How long it waits for the last number.
const PATIENCE: Duration = Duration::from_secs(90);

/// How a reader behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Habit {
    /// Reads what comes.
    Steady,
    /// Lets go of its stream now and then, and comes back.
    Restless,
    /// Takes little at a time, with pauses.
    Slow,
    /// Reads nothing while the world holds its readers.
    Held,
}

#[derive(Debug)]
pub struct Watcher {
    pub name: String,
    pub cookie: String,
    pub rooms: BTreeSet<u64>,
    pub habit: Habit,
    pub dice: Dice,
}

impl Watcher {
    /// Reads until the world is over; what it saw, and what was wrong.
    pub fn run(mut self, shared: &Shared) -> (Reader, Vec<String>) {
        let client = Client::new(shared.address, &self.cookie);
        let mut wrong = Vec::new();
        let mut log = Reader { name: self.name.clone(), rooms: self.rooms.clone(), ..Reader::default() };
        let mut cursor = None;
        let mut waiting = None;
        loop {
            let until = shared.until.load(Ordering::Relaxed);
            let late = until > 0 && waiting.get_or_insert_with(Instant::now).elapsed() > PATIENCE;
            if until > 0 && cursor >= Some(until) || late || shared.over.load(Ordering::Relaxed) {
                return (log, wrong);
            }
            match client.listen(cursor) {
                Ok((wire, answer)) if answer.status == 200 => {
                    let mut open = Open::new(wire, cursor);
                    self.read(&mut open, shared, &mut cursor, &mut wrong);
                    if log.streams.is_empty() && open.log.hello.is_some() {
                        log.since = open.log.hello.unwrap_or_default();
                        shared.listening.fetch_add(1, Ordering::Relaxed);
                    }
                    // Nothing was said before it broke: no stream.
                    if open.log.hello.is_some() || open.log.reset.is_some() {
                        log.streams.push(open.log);
                    }
                }
                Ok((_, answer)) if answer.status != 503 => {
                    wrong.push(format!("{}: the stream was refused: {}", self.name, answer.text));
                    sleep(TICK);
                }
                _ => sleep(self.dice.millis(5, 40)),
            }
        }
    }

    /// Reads one stream to its end. The first `hello` is all that is read of the very first one.
    fn read(&mut self, open: &mut Open, shared: &Shared, cursor: &mut Option<u64>, wrong: &mut Vec<String>) {
        let first = cursor.is_none();
        let mut left = if self.habit == Habit::Restless { self.dice.between(1, 150) } else { u64::MAX };
        if self.habit == Habit::Slow {
            let _ = SockRef::from(&open.wire.socket).set_recv_buffer_size(32 << 10);
        }
        let mut waiting = None;
        loop {
            while self.habit == Habit::Held && shared.hold.load(Ordering::Relaxed) && !shared.over.load(Ordering::Relaxed) {
                sleep(TICK);
            }
            let until = shared.until.load(Ordering::Relaxed);
            let late = until > 0 && waiting.get_or_insert_with(Instant::now).elapsed() > PATIENCE;
            if until > 0 && *cursor >= Some(until) || late || shared.over.load(Ordering::Relaxed) || left == 0 {
                open.log.end = End::Dropped;
                return;
            }
            let Some(frames) = open.next() else { return };
            for frame in frames {
                left = left.saturating_sub(1);
                *cursor = frame.id.or(*cursor);
                open.take(frame, &self.name, wrong);
            }
            if open.owes_fetch {
                open.owes_fetch = false;
                open.log.fetched = self.fetch(shared);
            }
            if first && open.log.hello.is_some() {
                // It stands now: the world may begin. What it reads from here on is a resume.
                open.log.end = End::Dropped;
                return;
            }
            if self.habit == Habit::Slow && until == 0 {
                sleep(self.dice.millis(0, 10));
            }
        }
    }

    /// Everything there is in its rooms, page by page, however often it has to ask.
    fn fetch(&self, shared: &Shared) -> Vec<Seen> {
        let mut client = Client::new(shared.address, &self.cookie);
        let mut all = Vec::new();
        for room in &self.rooms {
            let mut before = String::new();
            while !shared.over.load(Ordering::Relaxed) {
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

/// A stream that is being read.
pub struct Open {
    pub wire: Wire,
    parser: Parser,
    pub log: Stream,
    owes_fetch: bool,
    over: bool,
}

impl Open {
    pub fn new(wire: Wire, after: Option<u64>) -> Self {
        // Only how soon it is noticed that all is over hangs on this.
        let _ = wire.socket.set_read_timeout(Some(TICK));
        let (seqs, messages, fetched) = (Vec::new(), Vec::new(), Vec::new());
        let log = Stream { after, hello: None, retry: false, reset: None, seqs, messages, fetched, end: End::Cut };
        Self { wire, parser: Parser::default(), log, owes_fetch: false, over: false }
    }

    /// What has come, perhaps nothing yet; none once the stream is over.
    pub fn next(&mut self) -> Option<Vec<Frame>> {
        match self.wire.piece() {
            Ok(Some(piece)) => Some(self.parser.feed(&piece)),
            Ok(None) => None,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Some(Vec::new()),
            Err(_) => None,
        }
    }

    /// Notes a frame down.
    pub fn take(&mut self, frame: Frame, name: &str, wrong: &mut Vec<String>) {
        if self.over {
            wrong.push(format!("{name}: after the bye came {frame:?}"));
        }
        let retry = frame.retry.is_some_and(|retry| (1_000..=5_000).contains(&retry));
        match frame.event.as_str() {
            "" | "message" => {
                let thing: serde_json::Value = serde_json::from_str(&frame.data).unwrap_or_default();
                if frame.id.is_none() || thing["seq"].as_u64() != frame.id {
                    wrong.push(format!("{name}: an id that is not the thing's number: {frame:?}"));
                }
                self.log.seqs.extend(frame.id);
                if thing["type"] == "message" {
                    match Seen::read(&thing) {
                        Some(seen) => self.log.messages.push(seen),
                        None => wrong.push(format!("{name}: no message: {frame:?}")),
                    }
                }
            }
            "hello" => (self.log.hello, self.log.retry) = (frame.id, retry),
            "reset" => (self.log.reset, self.owes_fetch) = (frame.id, true),
            "ping" => {}
            "bye" => {
                self.log.end = End::Bye { retry };
                self.over = true;
            }
            _ => wrong.push(format!("{name}: unknown: {frame:?}")),
        }
    }
}
