//! An HTTP client over a bare socket, which tells whether a request was refused before it was sent, answered, or has no answer.

use crate::wire::{Head, Wire, encode, form_headers, request};
use serde_json::Value;
use std::{
    io,
    net::{SocketAddr, TcpStream},
    ops::Deref,
    time::Duration,
};

/// The longest wait for one answer; the server's own limits are shorter.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// The reason why there is no answer.
#[derive(Debug)]
pub enum NoAnswer {
    /// No connection was made, so no request was sent.
    Refused,
    /// The connection broke or timed out: the request may have been done or not.
    Broken,
}

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Answer {
    pub head: Head,
    pub body: String,
}

impl Deref for Answer {
    type Target = Head;
    fn deref(&self) -> &Head {
        &self.head
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// One connection; with a cookie, of one person.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    cookie: String,
    socket: Option<Wire>,
}

impl Client {
    /// Returns a client that connects at its first request.
    pub fn new(address: SocketAddr, cookie: &str) -> Self {
        Self { address, cookie: cookie.to_owned(), socket: None }
    }

    pub fn get(&mut self, path: &str) -> Result<Answer, NoAnswer> {
        self.ask("GET", path, "", "")
    }

    /// Posts fields as a form and returns the JSON answer.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Result<Answer, NoAnswer> {
        let form = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&");
        self.ask("POST", path, &form_headers(&form), &form)
    }

    /// Opens a stream on its own connection.
    pub fn listen(&self, after: Option<u64>) -> Result<(Wire, Head), NoAnswer> {
        let after = after.map_or(String::new(), |seq| format!("last-event-id: {seq}\r\n"));
        let mut wire = connect(self.address)?;
        let asked = request("GET", "/events", self.address, &self.cookie, &format!("accept: text/event-stream\r\n{after}"), "");
        let head = wire.send(&asked).and_then(|()| wire.head()).map_err(|_| NoAnswer::Broken)?;
        Ok((wire, head))
    }

    fn ask(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Result<Answer, NoAnswer> {
        let kept = self.socket.is_some();
        let mut wire = match self.socket.take() {
            Some(wire) => wire,
            None => connect(self.address)?,
        };
        let asked = request(method, path, self.address, &self.cookie, headers, body);
        let answer = wire.send(&asked).and_then(|()| read_answer(&mut wire));
        match answer {
            Ok(answer) => {
                if answer.header("connection") != Some("close") {
                    self.socket = Some(wire);
                }
                Ok(answer)
            }
            // The server may close an idle connection; the outcome of a post stays unknown even so.
            Err(_) if kept && method == "GET" => self.ask(method, path, headers, body),
            Err(_) => Err(NoAnswer::Broken),
        }
    }
}

fn connect(address: SocketAddr) -> Result<Wire, NoAnswer> {
    let socket = TcpStream::connect_timeout(&address, ANSWER_TIMEOUT).map_err(|_| NoAnswer::Refused)?;
    Wire::over(socket, ANSWER_TIMEOUT).map_err(|_| NoAnswer::Broken)
}

/// Reads a complete answer.
fn read_answer(wire: &mut Wire) -> io::Result<Answer> {
    let head = wire.head()?;
    Ok(Answer { head, body: String::from_utf8_lossy(&wire.body()?).into_owned() })
}
