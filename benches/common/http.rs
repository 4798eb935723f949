//! A client with keep-alive, as one person; an interrupted run ends it.

pub use super::wire::encode;
use super::{
    guard::interrupted,
    wire::{Head, Wire, form_headers, request},
};
use std::{
    io,
    net::{SocketAddr, TcpStream},
    ops::Deref,
    time::Duration,
};

/// Nothing here takes this long; whatever does ends the run.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// One connection, as one person where it has a cookie.
pub struct Client {
    wire: Wire,
    address: SocketAddr,
    cookie: String,
}

/// A whole answer; the body as sent, unpacked from its chunks but not decompressed.
pub struct Answer {
    head: Head,
    pub body: Vec<u8>,
}

impl Deref for Answer {
    type Target = Head;
    fn deref(&self) -> &Head {
        &self.head
    }
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_default()
    }

    /// This answer, if it is a 200.
    pub fn ok(self) -> io::Result<Self> {
        let error = || io::Error::other(format!("the server answered {}: {:.200}", self.status, self.text()));
        if self.status == 200 { Ok(self) } else { Err(error()) }
    }
}

impl Client {
    pub fn connect(address: SocketAddr, cookie: &str) -> io::Result<Self> {
        let wire = Wire::over(TcpStream::connect(address)?, ANSWER_TIMEOUT)?;
        Ok(Self { wire, address, cookie: cookie.to_owned() })
    }

    /// `headers` are whole lines, each with its line end.
    pub fn get(&mut self, path: &str, headers: &str) -> io::Result<Answer> {
        self.ask("GET", path, headers, "")?;
        self.answer()
    }

    /// Posts a form's fields, already encoded, and takes JSON.
    pub fn post(&mut self, path: &str, form: &str) -> io::Result<Answer> {
        self.ask("POST", path, &form_headers(form), form)?;
        self.answer()
    }

    /// Opens `/events`; what follows comes by [`Client::piece`].
    pub fn listen(&mut self) -> io::Result<()> {
        self.listen_at("/events")
    }

    /// The same, going on after a number.
    pub fn listen_after(&mut self, seq: u64) -> io::Result<()> {
        self.listen_at(&format!("/events?after={seq}"))
    }

    fn listen_at(&mut self, path: &str) -> io::Result<()> {
        self.ask("GET", path, "accept: text/event-stream\r\n", "")?;
        let status = self.wire.head()?.status;
        if status == 200 { Ok(()) } else { Err(io::Error::other(format!("{path} answered {status}"))) }
    }

    /// The next piece of a stream.
    pub fn piece(&mut self) -> io::Result<Vec<u8>> {
        self.wire.piece()?.ok_or(io::ErrorKind::UnexpectedEof.into())
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> io::Result<()> {
        if interrupted() {
            return Err(io::ErrorKind::Interrupted.into());
        }
        self.wire.send(&request(method, path, self.address, &self.cookie, headers, body))
    }

    fn answer(&mut self) -> io::Result<Answer> {
        Ok(Answer { head: self.wire.head()?, body: self.wire.body()? })
    }
}
