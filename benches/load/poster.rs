//! Posters with keep-alive, all in one thread of their own: at a rate, or each as fast as it is acknowledged.

use crate::{
    common::{guard::interrupted, histogram::Histogram},
    epoll::{Epoll, Interest, Ready},
    peers::Peer,
    sys::find,
    text::{Tick, now, number},
};
use std::{
    io::{self, Read, Write},
    net::TcpStream,
    ops::Range,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    time::Duration,
};

/// When the next message is sent.
#[derive(Clone, Copy)]
pub enum Pace {
    /// As soon as the one before it is acknowledged, on every connection.
    Acknowledged,
    /// So many a second over all connections, whatever the server does: a late one keeps the time it was due.
    PerSecond(f64),
}

/// When to stop.
#[derive(Clone, Copy)]
pub enum Until {
    After(Duration),
    Count(u64),
    /// Until [`Progress::stop`] says so, which ends the others too.
    Told,
}

/// What other threads may know meanwhile.
#[derive(Default)]
pub struct Progress {
    pub acknowledged: AtomicU64,
    pub stop: AtomicBool,
    pub over: AtomicBool,
}

/// What the posters have seen.
#[derive(Default)]
pub struct Posted {
    pub acknowledged: u64,
    /// Seconds from the first message sent to the last acknowledged.
    pub seconds: f64,
    /// From the request to the whole answer.
    pub latency: Histogram,
}

struct Connection {
    socket: TcpStream,
    read: Vec<u8>,
    /// When the request was written that is not answered yet.
    asked: Option<u64>,
    count: usize,
}

/// Connections to one server, each with messages of its own.
pub struct Posters<'a> {
    peer: &'a dyn Peer,
    epoll: Epoll,
    connections: Vec<Connection>,
    /// The first one's number.
    first: usize,
    /// Their messages are long ones.
    pub long: bool,
}

/// An answer takes at most so long.
const ANSWER_TIMEOUT: u64 = 30_000_000_000;
/// How long at most between two looks at whether it is enough.
const IDLE: Duration = Duration::from_millis(20);

impl<'a> Posters<'a> {
    /// `posters` are numbers: whoever posts in one run with others, or again, needs another one.
    pub fn connect(peer: &'a dyn Peer, posters: Range<usize>) -> io::Result<Self> {
        let epoll = Epoll::new()?;
        let mut connections = Vec::with_capacity(posters.len());
        for place in 0..posters.len() {
            let socket = TcpStream::connect(peer.address())?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            epoll.add(&socket, place as u64, Interest::Read)?;
            connections.push(Connection { socket, read: Vec::new(), asked: None, count: 0 });
        }
        Ok(Self { peer, epoll, connections, first: posters.start, long: false })
    }

    /// Posts until it is enough and everything is acknowledged.
    pub fn run(&mut self, pace: Pace, until: Until, progress: &Progress) -> io::Result<Posted> {
        let result = self.post(pace, until, progress);
        progress.over.store(true, Ordering::Release);
        result
    }

    fn post(&mut self, pace: Pace, until: Until, progress: &Progress) -> io::Result<Posted> {
        let began = now();
        let ends = match until {
            Until::After(time) => began + u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            _ => u64::MAX,
        };
        let (mut posted, mut sent, mut ready) = (Posted::default(), 0_u64, Vec::<Ready>::new());
        loop {
            let enough =
                progress.stop.load(Ordering::Acquire) || now() >= ends || matches!(until, Until::Count(count) if sent >= count);
            if enough && posted.acknowledged == sent {
                posted.seconds = (now() - began) as f64 / 1e9;
                return Ok(posted);
            }
            if interrupted() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let most = if let Until::Count(count) = until { count } else { u64::MAX };
            let wait = if enough { IDLE } else { self.send_due(pace, began, most, &mut sent)? };
            self.epoll.wait(wait, &mut ready)?;
            for event in &ready {
                let place = event.token as usize;
                if let Some(latency) = self.receive(place)? {
                    posted.latency.add(latency);
                    posted.acknowledged += 1;
                    progress.acknowledged.fetch_add(1, Ordering::AcqRel);
                }
            }
            let late =
                self.connections.iter().any(|connection| connection.asked.is_some_and(|asked| now() - asked > ANSWER_TIMEOUT));
            if late {
                return Err(io::Error::other("a post was not answered"));
            }
        }
    }

    /// Sends what is due and finds a free connection, `most` in all; how long until the next one is due.
    fn send_due(&mut self, pace: Pace, began: u64, most: u64, sent: &mut u64) -> io::Result<Duration> {
        while *sent < most {
            let time = now();
            let due = match pace {
                Pace::Acknowledged => time,
                Pace::PerSecond(rate) => began + (*sent as f64 * 1e9 / rate) as u64,
            };
            if due > time {
                return Ok(IDLE.min(Duration::from_nanos(due - time)));
            }
            let Some(free) = self.connections.iter().position(|connection| connection.asked.is_none()) else { break };
            self.send(free, due)?;
            *sent += 1;
        }
        Ok(IDLE)
    }

    fn send(&mut self, place: usize, due: u64) -> io::Result<()> {
        let connection = &mut self.connections[place];
        let tick = Tick { sent: due, poster: self.first + place, count: connection.count, long: self.long };
        let mut request = Vec::with_capacity(1_024);
        self.peer.publish(tick, &mut request);
        connection.asked = Some(now());
        connection.count += 1;
        // One small request on an idle connection: the kernel has room for it.
        connection.socket.write_all(&request)
    }

    /// Reads what has come; how long the answer took, once it is whole.
    fn receive(&mut self, place: usize) -> io::Result<Option<u64>> {
        let connection = &mut self.connections[place];
        let mut buffer = [0; 16 * 1_024];
        match connection.socket.read(&mut buffer) {
            Ok(0) => return Err(io::Error::other("the server closed a poster's connection")),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
            Ok(read) => connection.read.extend_from_slice(&buffer[..read]),
        }
        if !whole(&connection.read)? {
            return Ok(None);
        }
        connection.read.clear();
        Ok(connection.asked.take().map(|asked| now() - asked))
    }
}

/// Whether an answer has come in full, by its length or its last chunk. A refusal is an error.
fn whole(answer: &[u8]) -> io::Result<bool> {
    let Some(end) = find(answer, b"\r\n\r\n") else { return Ok(false) };
    let head = &answer[..end];
    if head.get(9) != Some(&b'2') {
        return Err(io::Error::other(format!("a post was refused: {:.200}", String::from_utf8_lossy(answer))));
    }
    let mut lines = head.split(|byte| *byte == b'\n');
    let length = lines.find_map(|line| {
        let (name, value) = line.split_at_checked(15)?;
        name.eq_ignore_ascii_case(b"content-length:").then(|| number(value))?
    });
    Ok(match length {
        Some(length) => answer.len() >= end + 4 + length as usize,
        None => answer.ends_with(b"0\r\n\r\n"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_by_its_length_or_its_last_chunk() {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
        assert!(whole(format!("{head}full").as_bytes()).unwrap());
        assert!(!whole(format!("{head}ful").as_bytes()).unwrap());
        let chunked = "HTTP/1.1 201 Created\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n";
        assert!(!whole(chunked.as_bytes()).unwrap());
        assert!(whole(format!("{chunked}0\r\n\r\n").as_bytes()).unwrap());
        assert!(whole(b"HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n").is_err());
    }
}
