//! HTTP/1.1 over a bare socket, by hand: what the bench and the torture ask with. A body ends by its length, its last chunk, or
//! with the connection.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

/// Status line and headers of an answer.
#[derive(Debug, Clone)]
pub struct Head {
    pub status: u16,
    pub text: String,
}

impl Head {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.text.lines().filter_map(|line| line.split_once(':'));
        pairs.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

/// A socket and what was read from it and not yet used.
#[derive(Debug)]
pub struct Wire {
    pub socket: TcpStream,
    read: Vec<u8>,
    framing: Framing,
}

impl Wire {
    /// Over a connected socket; a read or write that takes longer than `timeout` fails.
    pub fn over(socket: TcpStream, timeout: Duration) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(timeout))?;
        socket.set_write_timeout(Some(timeout))?;
        Ok(Self { socket, read: Vec::new(), framing: Framing::UntilClose })
    }

    pub fn send(&mut self, request: &str) -> io::Result<()> {
        self.socket.write_all(request.as_bytes())
    }

    /// Reads the head of an answer; what follows comes by [`Wire::piece`].
    pub fn head(&mut self) -> io::Result<Head> {
        let end = self.find(b"\r\n\r\n")?;
        let text = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, format!("this is no answer: {text:.80}")))?;
        let head = Head { status, text };
        self.framing = match (head.header("content-length"), head.header("transfer-encoding")) {
            (Some(length), _) => Framing::Length(length.parse().map_err(io::Error::other)?),
            (None, Some(_)) => Framing::Chunked,
            (None, None) => Framing::UntilClose,
        };
        Ok(head)
    }

    /// The rest of a body.
    pub fn body(&mut self) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        while let Some(piece) = self.piece()? {
            body.extend(piece);
        }
        Ok(body)
    }

    /// The next piece of a body; none at its end.
    ///
    /// # Errors
    /// A broken connection. After a timeout of the socket it may be called again: nothing is lost.
    pub fn piece(&mut self) -> io::Result<Option<Vec<u8>>> {
        match self.framing {
            Framing::Length(0) => Ok(None),
            Framing::Length(left) => {
                self.fill(1)?;
                let piece: Vec<u8> = self.read.drain(..left.min(self.read.len())).collect();
                self.framing = Framing::Length(left - piece.len());
                Ok(Some(piece))
            }
            Framing::UntilClose => match self.fill(1) {
                Ok(()) => Ok(Some(std::mem::take(&mut self.read))),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
                Err(error) => Err(error),
            },
            Framing::Chunked => {
                let line = self.find(b"\r\n")?;
                let digits = std::str::from_utf8(&self.read[..line]).map_err(io::Error::other)?;
                let size = usize::from_str_radix(digits.trim(), 16).map_err(io::Error::other)?;
                self.fill(line + 2 + size + 2)?;
                let piece = self.read[line + 2..line + 2 + size].to_vec();
                self.read.drain(..line + 2 + size + 2);
                Ok((size > 0).then_some(piece))
            }
        }
    }

    /// Reads until `mark` has come; where it begins.
    fn find(&mut self, mark: &[u8]) -> io::Result<usize> {
        let mut looked = 0;
        loop {
            if let Some(at) = self.read[looked..].windows(mark.len()).position(|window| window == mark) {
                return Ok(looked + at);
            }
            looked = self.read.len().saturating_sub(mark.len() - 1);
            self.more()?;
        }
    }

    fn fill(&mut self, length: usize) -> io::Result<()> {
        while self.read.len() < length {
            self.more()?;
        }
        Ok(())
    }

    fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; 64 * 1024];
        match self.socket.read(&mut buffer)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            n => {
                self.read.extend_from_slice(&buffer[..n]);
                Ok(())
            }
        }
    }
}

/// A request as it is sent; `headers` are whole lines, each with its line end.
pub fn request(method: &str, path: &str, host: SocketAddr, cookie: &str, headers: &str, body: &str) -> String {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{cookie}{headers}\r\n{body}")
}

/// The headers of a post of `form`, which is encoded already, that takes JSON.
pub fn form_headers(form: &str) -> String {
    let length = form.len();
    format!("accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n")
}

/// A field's value as a form sends it.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
