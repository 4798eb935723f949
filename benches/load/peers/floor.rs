//! The floor: a bare loop that writes the same bytes to every socket, and nothing else. What the kernel asks for fan-out.
//!
//! It is this program again, as a process of its own, started with `ARGUMENT`.

use super::Plain;
use crate::{
    epoll::{Epoll, Interest, Ready},
    sys::{find, listen_longer, raise_descriptors},
    text::number,
};
use std::{
    env,
    io::{self, Read, Write},
    net::{TcpListener, TcpStream},
    process::Command,
    time::Duration,
};

pub const ARGUMENT: &str = "be-the-floor";

pub fn start() -> io::Result<Plain> {
    Plain::start(Command::new(env::current_exe()?).arg(ARGUMENT), "/post")
}

struct Socket {
    socket: TcpStream,
    read: Vec<u8>,
    /// What the kernel has had no room for.
    left: Vec<u8>,
    streams: bool,
}

/// Serves until it is killed.
pub fn serve() -> io::Result<()> {
    raise_descriptors()?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listen_longer(&listener)?;
    listener.set_nonblocking(true)?;
    println!("{}", listener.local_addr()?);
    let mut epoll = Epoll::new()?;
    epoll.add(&listener, u64::MAX, Interest::Read)?;
    let mut sockets: Vec<Option<Socket>> = Vec::new();
    let (mut ready, mut messages) = (Vec::<Ready>::new(), 0);
    loop {
        epoll.wait(Duration::from_secs(1), &mut ready)?;
        for event in &ready {
            if event.token == u64::MAX {
                accept(&listener, &epoll, &mut sockets)?;
                continue;
            }
            let place = event.token as usize;
            if event.write && !flush(&epoll, place, &mut sockets[place]) {
                sockets[place] = None;
            }
            let posted = match &mut sockets[place] {
                Some(socket) if event.read => receive(socket),
                _ => continue,
            };
            match posted {
                Ok(None) => {}
                Ok(Some(body)) => {
                    messages += 1;
                    let frame = [format!("id: {messages}\ndata: ").as_bytes(), &body, b"\n\n"].concat();
                    fan_out(&epoll, &mut sockets, &frame);
                    if let Some(poster) = &mut sockets[place] {
                        poster.socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")?;
                    }
                }
                Err(_) => sockets[place] = None,
            }
        }
    }
}

fn accept(listener: &TcpListener, epoll: &Epoll, sockets: &mut Vec<Option<Socket>>) -> io::Result<()> {
    while let Ok((socket, _)) = listener.accept() {
        socket.set_nodelay(true)?;
        socket.set_nonblocking(true)?;
        epoll.add(&socket, sockets.len() as u64, Interest::Read)?;
        sockets.push(Some(Socket { socket, read: Vec::new(), left: Vec::new(), streams: false }));
    }
    Ok(())
}

/// Writes to all streams. What a socket does not take stays for later, in order.
fn fan_out(epoll: &Epoll, sockets: &mut [Option<Socket>], frame: &[u8]) {
    for (place, entry) in sockets.iter_mut().enumerate() {
        let Some(socket) = entry.as_mut().filter(|socket| socket.streams) else { continue };
        if !socket.left.is_empty() {
            socket.left.extend_from_slice(frame);
            continue;
        }
        match socket.socket.write(frame) {
            Ok(written) if written == frame.len() => {}
            Ok(written) => wait(epoll, place, socket, &frame[written..]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait(epoll, place, socket, frame),
            Err(_) => *entry = None,
        }
    }
}

fn wait(epoll: &Epoll, place: usize, socket: &mut Socket, left: &[u8]) {
    socket.left.extend_from_slice(left);
    // It can only fail for a socket that is not watched, and all are.
    let _ = epoll.change(&socket.socket, place as u64, Interest::Both);
}

/// False: the socket is gone.
fn flush(epoll: &Epoll, place: usize, entry: &mut Option<Socket>) -> bool {
    let Some(socket) = entry else { return true };
    match socket.socket.write(&socket.left) {
        Ok(written) => drop(socket.left.drain(..written)),
        Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
    }
    !socket.left.is_empty() || epoll.change(&socket.socket, place as u64, Interest::Read).is_ok()
}

/// Reads a request. A stream's or a plain one is answered at once; the body of a post is what comes back.
fn receive(socket: &mut Socket) -> io::Result<Option<Vec<u8>>> {
    let mut buffer = [0; 16 * 1_024];
    match socket.socket.read(&mut buffer)? {
        0 => return Err(io::ErrorKind::UnexpectedEof.into()),
        read => socket.read.extend_from_slice(&buffer[..read]),
    }
    let Some(end) = find(&socket.read, b"\r\n\r\n") else { return Ok(None) };
    let head = String::from_utf8_lossy(&socket.read[..end]).into_owned();
    let length = head.lines().find_map(|line| number(line.strip_prefix("content-length:")?.as_bytes())).unwrap_or(0);
    let whole = end + 4 + length as usize;
    if socket.read.len() < whole {
        return Ok(None);
    }
    let body = socket.read[end + 4..whole].to_vec();
    socket.read = Vec::new();
    if head.starts_with("POST") {
        return Ok(Some(body));
    }
    socket.streams = head.starts_with("GET /events");
    let answer: &[u8] = if socket.streams {
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n"
    } else {
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"
    };
    socket.socket.write_all(answer)?;
    Ok(None)
}
