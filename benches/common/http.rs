//! A client over a bare socket: HTTP/1.1 with keep-alive, bodies by length or in chunks, and nothing else.

use super::guard::interrupted;
use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Nothing here takes this long; whatever does ends the run.
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection, as one person where it has a cookie.
pub struct Client {
    socket: TcpStream,
    address: SocketAddr,
    cookie: String,
    /// Read and not yet used.
    read: Vec<u8>,
}

/// A whole answer; the body as sent, unpacked from its chunks but not decompressed.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs.into_iter().find_map(|(key, value)| key.eq_ignore_ascii_case(name).then(|| value.trim()))
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    /// This answer, if it is a 200.
    pub fn ok(self) -> io::Result<Self> {
        let said = || io::Error::other(format!("the server answered {}: {:.200}", self.status, self.text()));
        if self.status == 200 { Ok(self) } else { Err(said()) }
    }
}

impl Client {
    pub fn connect(address: SocketAddr, cookie: &str) -> io::Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { socket, address, cookie: cookie.to_owned(), read: Vec::new() })
    }

    /// `headers` are whole lines, each with its line end.
    pub fn get(&mut self, path: &str, headers: &str) -> io::Result<Answer> {
        self.ask("GET", path, headers, "")?;
        self.answer()
    }

    /// Posts a form's fields, already encoded, and takes JSON.
    pub fn post(&mut self, path: &str, form: &str) -> io::Result<Answer> {
        let length = form.len();
        let headers = format!(
            "accept: application/json\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {length}\r\n"
        );
        self.ask("POST", path, &headers, form)?;
        self.answer()
    }

    /// Opens `/events`; what follows comes by [`Client::chunk`].
    pub fn listen(&mut self) -> io::Result<()> {
        self.ask("GET", "/events", "accept: text/event-stream\r\n", "")?;
        let head = self.head()?;
        if head.status == 200 { Ok(()) } else { Err(io::Error::other(format!("/events answered {}", head.status))) }
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> io::Result<()> {
        if interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let Self { address, cookie, .. } = self;
        let cookie = if cookie.is_empty() { String::new() } else { format!("cookie: {cookie}\r\n") };
        let request = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\n{cookie}{headers}\r\n{body}");
        self.socket.write_all(request.as_bytes())
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut answer = self.head()?;
        if let Some(length) = answer.header("content-length") {
            let length = length.parse().map_err(io::Error::other)?;
            self.fill(length)?;
            answer.body = self.read.drain(..length).collect();
        } else if answer.header("transfer-encoding").is_some() {
            loop {
                let chunk = self.chunk()?;
                if chunk.is_empty() {
                    break;
                }
                answer.body.extend(chunk);
            }
        }
        Ok(answer)
    }

    fn head(&mut self) -> io::Result<Answer> {
        let end = self.find(b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&self.read[..end]).into_owned();
        self.read.drain(..end + 4);
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("this is no answer: {head:.80}")))?;
        Ok(Answer { status, head, body: Vec::new() })
    }

    /// The next chunk of a body; empty at its end.
    pub fn chunk(&mut self) -> io::Result<Vec<u8>> {
        let line = self.find(b"\r\n")?;
        let digits = std::str::from_utf8(&self.read[..line]).map_err(io::Error::other)?;
        let size = usize::from_str_radix(digits.trim(), 16).map_err(io::Error::other)?;
        self.fill(line + 2 + size + 2)?;
        let chunk = self.read[line + 2..line + 2 + size].to_vec();
        self.read.drain(..line + 2 + size + 2);
        Ok(chunk)
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
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                self.read.extend_from_slice(&buffer[..n]);
                Ok(())
            }
        }
    }
}

/// A field's value as a form sends it.
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
