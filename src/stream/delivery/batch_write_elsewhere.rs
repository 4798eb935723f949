//! Writes to many sockets, one by one: the system is not Linux, or on a processor for which there is no way to io_uring.

use super::socket::Written;
use bytes::Bytes;
use std::{io::Write, net::TcpStream};

/// Belongs to one thread at a time.
#[derive(Default)]
pub struct Batch {
    written: Vec<Written>,
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes to each socket what stands beside it, as much as goes at once, and answers in that order what became of it.
    pub fn write(&mut self, writes: &[(&TcpStream, &Bytes)]) -> &[Written] {
        self.written.clear();
        self.written.extend(writes.iter().map(|&(mut socket, bytes)| Written::Bytes(socket.write(bytes).unwrap_or(0))));
        &self.written
    }
}
