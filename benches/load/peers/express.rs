//! Express: one process of Node, as `benches/peers/express` says; `scripts/bench` puts its package beside it.

use super::{Peer, child::Process, plain_post, plain_stream};
use crate::text::Tick;
use std::{
    io,
    net::SocketAddr,
    path::Path,
    process::{Command, Stdio},
};

/// Where `scripts/bench` has put the server and its package.
const PLACE: &str = "target/bench/express";

pub struct Express {
    process: Process,
    address: SocketAddr,
}

impl Express {
    pub fn start() -> io::Result<Self> {
        if !Path::new(PLACE).join("node_modules/express/package.json").exists() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "its package is not installed"));
        }
        let mut command = Command::new("node");
        command.arg("server.js").current_dir(PLACE).env("NODE_ENV", "production").stderr(Stdio::null());
        let (process, address) = Process::start_and_listen(&mut command)?;
        Ok(Self { process, address })
    }
}

impl Peer for Express {
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
        plain_post("/messages", self.address, tick, request);
    }
}
