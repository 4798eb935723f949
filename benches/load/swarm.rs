//! Many streams in one epoll loop: opening them, reading whatever comes, coming back where they are told to.

use crate::{
    common::guard::interrupted,
    epoll::{Epoll, Interest, Ready},
    feed::Feed,
    peers::Peer,
    stream::{Seen, State, Stream},
    sys::{close_at_once, connect_from, connected, receive_little},
    text::now,
};
use std::{
    io::{self, Read, Write},
    net::Ipv4Addr,
    os::fd::AsRawFd,
    thread::sleep,
    time::Duration,
};

/// Connections under way at once while all are opened; every peer's backlog is larger.
const OPENING: usize = 512;
/// And while streams come back, each when it likes.
const RETURNING: usize = 4_000;
/// Loopback addresses the streams come from.
const SOURCES: usize = 5;
/// Opening all streams takes at most so long.
const OPENING_TIMEOUT: u64 = 60_000_000_000;
const READ: usize = 256 * 1024;
/// Longest wait for something to read.
pub const TURN: Duration = Duration::from_millis(5);

/// Whether the stream is what a connection asks for first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    First,
    /// After another request on the same connection, as browsers do.
    Second,
}

/// How the streams are opened.
#[derive(Clone, Copy)]
pub struct Opening {
    pub streams: usize,
    pub ask: Ask,
    /// Streams from this one on have a small receive buffer.
    pub little_from: usize,
}

impl Opening {
    pub fn of(streams: usize) -> Self {
        Self { streams, ask: Ask::First, little_from: usize::MAX }
    }
}

/// Open streams to one server, and what they have seen.
pub struct Swarm<'a> {
    /// Whom the streams are opened to, and come back to.
    pub peer: &'a dyn Peer,
    opening: Opening,
    epoll: Epoll,
    ready: Vec<Ready>,
    buffer: Vec<u8>,
    pub streams: Vec<Stream>,
    pub feed: Feed,
    pub seen: Seen,
    /// Streams whose head has come and that have not ended.
    pub open: usize,
    underway: usize,
    /// Why the last stream ended.
    why: String,
    /// Streams that end come back after the server's `retry`.
    pub comes_back: bool,
    /// Reads this seldom instead of at once: bytes gather in the kernel, and the servers have the machine nearly to themselves.
    pub gathers: Duration,
}

impl<'a> Swarm<'a> {
    /// Opens all streams; the answer comes when every head has.
    pub fn open(peer: &'a dyn Peer, opening: Opening) -> io::Result<Self> {
        let mut swarm = Self {
            peer,
            opening,
            epoll: Epoll::new()?,
            ready: Vec::new(),
            buffer: vec![0; READ],
            streams: (0..opening.streams).map(|_| Stream::default()).collect(),
            feed: Feed::default(),
            seen: Seen::default(),
            open: 0,
            underway: 0,
            why: String::new(),
            comes_back: false,
            gathers: Duration::ZERO,
        };
        swarm.open_rest()?;
        Ok(swarm)
    }

    fn open_rest(&mut self) -> io::Result<()> {
        let until = now() + OPENING_TIMEOUT;
        let mut started = self.open;
        while self.open < self.streams.len() {
            while started < self.streams.len() && self.underway < OPENING {
                self.connect(started)?;
                started += 1;
            }
            let before = self.seen.ended;
            self.turn(TURN)?;
            if self.seen.ended > before {
                return Err(io::Error::other(format!("a stream that was being opened ended: {}", self.why)));
            }
            if now() > until {
                return Err(io::Error::other(format!("only {} streams opened within a minute", self.open)));
            }
        }
        Ok(())
    }

    /// Reads for `time`.
    pub fn read_for(&mut self, time: Duration) -> io::Result<()> {
        self.run(time, |_| false).map(drop)
    }

    /// Reads until `done`, at most for `time`; whether it was done.
    pub fn run(&mut self, time: Duration, mut done: impl FnMut(&Self) -> bool) -> io::Result<bool> {
        let until = now() + u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        while !done(self) {
            let left = until.saturating_sub(now());
            if left == 0 {
                return Ok(false);
            }
            self.turn(TURN.min(Duration::from_nanos(left)))?;
        }
        Ok(true)
    }

    /// Those from `first` on stop reading.
    pub fn stall(&mut self, first: usize) -> io::Result<()> {
        for stream in &mut self.streams[first..] {
            stream.stalled = true;
            if let Some(socket) = &stream.socket {
                self.epoll.remove(socket)?;
            }
        }
        Ok(())
    }

    /// One round of the loop.
    pub fn turn(&mut self, most: Duration) -> io::Result<()> {
        if interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.comes_back {
            self.connect_due()?;
        }
        if !self.gathers.is_zero() {
            sleep(self.gathers);
        }
        let mut ready = std::mem::take(&mut self.ready);
        self.epoll.wait(most, &mut ready)?;
        for event in &ready {
            self.serve(event.token as usize)?;
        }
        self.ready = ready;
        Ok(())
    }

    fn connect_due(&mut self) -> io::Result<()> {
        if self.open + self.underway == self.streams.len() {
            return Ok(());
        }
        let time = now();
        for place in 0..self.streams.len() {
            let stream = &self.streams[place];
            if stream.state == State::Closed && stream.due <= time && self.underway < RETURNING {
                self.connect(place)?;
            }
        }
        Ok(())
    }

    fn connect(&mut self, place: usize) -> io::Result<()> {
        let source = Ipv4Addr::new(127, 0, 0, 2 + (place % SOURCES) as u8);
        let socket = connect_from(source, self.peer.address())?;
        close_at_once(&socket)?;
        if place >= self.opening.little_from {
            receive_little(&socket, 4_096)?;
        }
        self.epoll.add(&socket, place as u64, Interest::Write)?;
        self.streams[place].socket = Some(socket);
        self.streams[place].state = State::Connecting;
        self.underway += 1;
        Ok(())
    }

    fn serve(&mut self, place: usize) -> io::Result<()> {
        let stream = &mut self.streams[place];
        let Some(socket) = &mut stream.socket else { return Ok(()) };
        if stream.state == State::Connecting {
            if let Err(error) = connected(socket.as_raw_fd()) {
                self.ended(place, &error);
                return Ok(());
            }
            self.epoll.change(socket, place as u64, Interest::Read)?;
            return self.ask(place, self.opening.ask);
        }
        let read = match socket.read(&mut self.buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            read => read.and_then(|read| if read == 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(read) }),
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                self.ended(place, &error);
                return Ok(());
            }
        };
        let awaited = stream.take(&self.buffer[..read], now(), &mut self.feed, &mut self.seen)?;
        if awaited && stream.state == State::Warming {
            return self.ask(place, Ask::First);
        }
        if awaited {
            self.open += 1;
            self.underway -= 1;
        }
        Ok(())
    }

    fn ask(&mut self, place: usize, ask: Ask) -> io::Result<()> {
        let stream = &mut self.streams[place];
        let Some(socket) = &mut stream.socket else { return Ok(()) };
        let mut request = Vec::new();
        stream.state = match ask {
            Ask::First => {
                self.peer.subscribe(place, stream.last_id, &mut request);
                State::AwaitingHead
            }
            Ask::Second => {
                request.extend_from_slice(format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", self.peer.address()).as_bytes());
                State::Warming
            }
        };
        // A new connection takes this much at once.
        if let Err(error) = socket.write_all(&request) {
            self.ended(place, &error);
        }
        Ok(())
    }

    /// While a server starts again nobody listens: a browser waits for `retry`, and so does a stream.
    fn ended(&mut self, place: usize, error: &io::Error) {
        let stream = &mut self.streams[place];
        if stream.state == State::Open {
            self.open -= 1;
        } else {
            self.underway -= 1;
        }
        stream.close();
        stream.due = now() + stream.retry * 1_000_000;
        self.seen.ended += 1;
        self.why = error.to_string();
    }
}
