//! A peer's process: it ends with us, and says its address on a line of its own where it chooses it itself.

use crate::{
    common::guard,
    sys::{SIGTERM, signal},
};
use std::{
    io::{self, BufRead, BufReader},
    net::SocketAddr,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How long a peer may take to end once it is asked to.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);

pub struct Process(Child);

impl Process {
    pub fn start(command: &mut Command) -> io::Result<Self> {
        guard::bind(command);
        command.stdin(Stdio::null()).spawn().map(Self)
    }

    /// Starts it and reads the address it prints.
    pub fn start_and_listen(command: &mut Command) -> io::Result<(Self, SocketAddr)> {
        let mut process = Self::start(command.stdout(Stdio::piped()))?;
        let mut line = String::new();
        if let Some(output) = process.0.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let address = line.trim().parse().map_err(|_| io::Error::other("it ends without a word on where it listens"))?;
        Ok((process, address))
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // In order first, so that one with workers of its own ends them too. All of it fails only where it has ended already.
        let _ = signal(self.id(), SIGTERM);
        let until = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < until && !self.ended() {
            sleep(Duration::from_millis(2));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
