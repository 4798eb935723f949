//! What people do before a figure is measured: enter, and open a room.

use super::{http::encode, server::Server};
use std::io;

/// Enters as `name` and returns the cookie of the session.
pub fn enter(server: &Server, name: &str) -> io::Result<String> {
    let answer = server.client("")?.post("/api/auth/enter", &format!("name={}", encode(name)))?.ok()?;
    let cookie = answer.header("set-cookie").and_then(|line| line.split(';').next());
    cookie.map(str::to_owned).ok_or_else(|| io::Error::other("entering gave no cookie"))
}

/// Opens a room and returns its id.
pub fn open_room(server: &Server, cookie: &str, name: &str) -> io::Result<String> {
    let answer = server.client(cookie)?.post("/api/rooms/create", &format!("name={}", encode(name)))?.ok()?;
    let id = answer.text().split_once("\"id\":").and_then(|(_, rest)| rest.split([',', '}']).next()).map(str::to_owned);
    id.ok_or_else(|| io::Error::other("the new room has no id"))
}
