//! The servers that are measured: each server in a process of its own, how it is started and how it is spoken to.

mod child;
pub mod express;
pub mod floor;
pub mod nchan;
pub mod rill;

use crate::{
    common::process::{cpu, resident},
    text::Tick,
};
use child::Process;
use std::{io, net::SocketAddr, process::Command, time::Duration};

/// A running server. Dropping it ends it.
pub trait Peer: Sync {
    fn address(&self) -> SocketAddr;
    /// All processes that serve.
    fn pids(&self) -> Vec<u32>;
    /// Writes the request that opens the stream of the `place`th reader, after the message it has had last.
    fn subscribe(&self, place: usize, after: Option<u64>, request: &mut Vec<u8>);
    /// Writes the request that posts a message.
    fn publish(&self, tick: Tick, request: &mut Vec<u8>);

    /// CPU of all its processes so far.
    fn cpu(&self) -> Duration {
        self.pids().into_iter().filter_map(cpu).sum()
    }

    /// Resident memory of all its processes, in MB.
    fn memory(&self) -> f64 {
        self.pids().into_iter().filter_map(resident).sum()
    }
}

/// What Rill says about a message, so that every peer carries the same bytes.
fn message(tick: Tick) -> String {
    let (text, count) = (tick.text(), tick.count + 1);
    let key = (u128::from(tick.sent) << 64) | (tick.poster as u128) << 32 | count as u128;
    format!(
        "{{\"type\":\"message\",\"seq\":{count},\"id\":{count},\"n\":{count},\"room\":1,\"author\":{},\"key\":\"{key:032x}\",\
         \"at\":1795327200123,\"text\":\"{text}\",\"body\":[{{\"p\":[{{\"t\":\"{text}\"}}]}}]}}",
        tick.poster + 1,
    )
}

/// A post of `body` to a server that asks for nothing else.
fn plain_post(path: &str, address: SocketAddr, tick: Tick, request: &mut Vec<u8>) {
    let body = message(tick);
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
    request.extend_from_slice(head.as_bytes());
    request.extend_from_slice(body.as_bytes());
}

fn plain_stream(path: &str, address: SocketAddr, request: &mut Vec<u8>) {
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n\r\n");
    request.extend_from_slice(head.as_bytes());
}

/// One process that asks for nothing: a stream is `/events`, and a post of a message is one of its JSON.
pub struct Plain {
    process: Process,
    address: SocketAddr,
    post: &'static str,
}

impl Plain {
    /// Starts what `command` says; it prints where it listens. `post` is the path that takes messages.
    fn start(command: &mut Command, post: &'static str) -> io::Result<Self> {
        let (process, address) = Process::start_and_listen(command)?;
        Ok(Self { process, address, post })
    }
}

impl Peer for Plain {
    fn address(&self) -> SocketAddr {
        self.address
    }

    fn pids(&self) -> Vec<u32> {
        vec![self.process.id()]
    }

    fn subscribe(&self, _: usize, _: Option<u64>, request: &mut Vec<u8>) {
        plain_stream("/events", self.address, request);
    }

    fn publish(&self, tick: Tick, request: &mut Vec<u8>) {
        plain_post(self.post, self.address, tick, request);
    }
}
