//! A client over a bare socket, which knows what became of each request: refused before anything was sent, answered, or unknown.

use serde_json::Value;
use std::{
    io::{self, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Longest wait for one answer; a server that is held up has its own, shorter ones.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// No connection was made: nothing was asked.
    Refused,
    /// The connection broke, or was silent for too long: it may have been done or not.
    Broken,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
    pairs.find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
}

/// One connection, as one person where it has a cookie.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    cookie: String,
    socket: Option<Wire>,
}

impl Client {
    /// Connects when it first asks.
    pub fn new(address: SocketAddr, cookie: &str) -> Self {
        Self { address, cookie: cookie.to_owned(), socket: None }
    }

    pub fn get(&mut self, path: &str) -> Result<Answer, NoAnswer> {
        self.ask("GET", path, "", "")
    }

    /// Posts fields as a form, and takes JSON.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        let form = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        let length = form.len();
        let headers = format!(
            "accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n"
        );
        self.ask("POST", path, &headers, &form)
    }

    /// Opens a stream on a connection of its own.
    pub fn listen(&self, after: Option<u64>) -> Result<(Wire, Answer), NoAnswer> {
        let after = after.map_or(String::new(), |seq| format!("last-event-id: {seq}\r\n"));
        let mut wire = Wire::connect(self.address)?;
        let asked = request("GET", "/events", self.address, &self.cookie, &format!("accept: text/event-stream\r\n{after}"), "");
        let answer = wire.send(&asked).and_then(|()| wire.head()).map_err(|_| NoAnswer::Broken)?;
        Ok((wire, answer))
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer, NoAnswer> {
        let kept = self.socket.is_some();
        let mut wire = match self.socket.take() {
            Some(wire) => wire,
            None => Wire::connect(self.address)?,
        };
        let asked = request(method, path, self.address, &self.cookie, headers, body);
        let answer = wire.send(&asked).and_then(|()| wire.answer());
        match answer {
            Ok(answer) => {
                if answer.header("connection") != Some("close") {
                    self.socket = Some(wire);
                }
                Ok(answer)
            }
            // The server may end a connection that was kept; for a post that is unknown all the same.
            Err(_) if kept && method == "GET" => self.ask(method, path, headers, body),
            Err(_) => Err(NoAnswer::Broken),
        }
    }
}

fn request(method: &str, path: &str, host: SocketAddr, cookie: &str, headers: &str, body: &str) -> String {
    let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
    format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{cookie}{headers}\r\n{body}")
}

/// A field's value as a form sends it.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// How the end of a body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

/// A socket and what was read from it.
#[derive(Debug)]
pub struct Wire {
    pub socket: TcpStream,
    read: Vec<u8>,
    framing: Framing,
}

impl Wire {
    pub fn connect(address: SocketAddr) -> Result<Self, NoAnswer> {
        let socket = TcpStream::connect_timeout(&address, PATIENCE).map_err(|_| NoAnswer::Refused)?;
        Self::over(socket).map_err(|_| NoAnswer::Broken)
    }

    pub fn over(socket: TcpStream) -> io::Result<Self> {
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket, read: Vec::new(), framing: Framing::UntilClose })
    }

    fn send(&mut self, request: &str) -> io::Result<()> {
        self.socket.write_all(request.as_bytes())
    }

    /// Reads the head of an answer; what follows comes by [`Wire::piece`].
    fn head(&mut self) -> io::Result<Answer> {
        let end = self.find(b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::new(ErrorKind::InvalidData, format!("no answer: {head:.80}")))?;
        self.framing = match (header(&head, "content-length"), header(&head, "transfer-encoding")) {
            (Some(length), _) => Framing::Length(length.parse().map_err(io::Error::other)?),
            (None, Some(_)) => Framing::Chunked,
            (None, None) => Framing::UntilClose,
        };
        Ok(Answer { status, head, body: String::new() })
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head()?;
        let mut body = Vec::new();
        while let Some(piece) = self.piece()? {
            body.extend(piece);
        }
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Ok(answer)
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
        loop {
            if let Some(at) = self.read.windows(mark.len()).position(|window| window == mark) {
                return Ok(at);
            }
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
        let mut buffer = [0; 16 * 1024];
        match self.socket.read(&mut buffer)? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            n => {
                self.read.extend_from_slice(&buffer[..n]);
                Ok(())
            }
        }
    }
}
