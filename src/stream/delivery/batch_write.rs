//! Writes to many sockets with one call of the system, by io_uring where the kernel has it and allows it: of what a short write costs,
//! a seventh is the way into the kernel and back. Elsewhere they are written one by one.

use super::socket::Written;
use bytes::Bytes;
use io_uring::{IoUring, Probe, opcode, types::Fd};
use rustix::net::SendFlags;
use std::{
    io::{self, ErrorKind, Write},
    iter::repeat,
    mem::forget,
    net::TcpStream,
    os::fd::AsRawFd,
};

/// Writes in one call at most.
const ENTRIES: u32 = 32;
/// Fewer are quicker one by one.
const FEW: usize = 3;
/// What the kernel has not said of a write. No result of one is like it.
const UNSAID: i32 = i32::MIN;

/// Belongs to one thread at a time.
#[derive(Default)]
pub struct Batch {
    ring: Option<IoUring>,
    results: Vec<i32>,
    written: Vec<Written>,
}

impl Batch {
    /// With a ring, where there can be one.
    pub fn new() -> Self {
        let ring = ring().inspect_err(|error| tracing::debug!(%error, "no io_uring: streams are written to one by one"));
        Self { ring: ring.ok(), ..Self::default() }
    }

    /// Writes to each socket what stands beside it, as much as goes at once, and answers in that order what became of it.
    pub fn write(&mut self, writes: &[(&TcpStream, &Bytes)]) -> &[Written] {
        self.written.clear();
        let mut left = writes;
        while left.len() >= FEW && self.ring.is_some() {
            let (now, later) = left.split_at(left.len().min(ENTRIES as usize));
            self.together(now);
            left = later;
        }
        self.written.extend(left.iter().map(|(socket, bytes)| one(socket, bytes)));
        &self.written
    }

    fn together(&mut self, writes: &[(&TcpStream, &Bytes)]) {
        let Some(ring) = &mut self.ring else { return };
        self.results.clear();
        for (at, (socket, bytes)) in writes.iter().enumerate() {
            let send = opcode::Send::new(Fd(socket.as_raw_fd()), bytes.as_ptr(), u32::try_from(bytes.len()).unwrap_or(u32::MAX))
                // What would have to wait is answered at once, too.
                .flags((SendFlags::DONTWAIT | SendFlags::NOSIGNAL).bits() as i32)
                .build()
                .user_data(at as u64);
            // SAFETY: both are borrowed until the kernel has answered; where it does not, the bytes stay for ever (below). The queue
            // is empty, and holds as many.
            if unsafe { ring.submission().push(&send) }.is_err() {
                break;
            }
            self.results.push(UNSAID);
        }
        let submitted = submit(ring, &mut self.results);
        // What the kernel has taken and not answered it may still read. What it has not taken it never sees, without its ring.
        let begun = ring.submission().len() < self.results.iter().filter(|result| **result == UNSAID).count();
        let results = self.results.iter().copied().chain(repeat(UNSAID));
        for ((socket, bytes), result) in writes.iter().zip(results) {
            self.written.push(match (result, begun) {
                (UNSAID, true) => {
                    forget(Bytes::clone(bytes));
                    Written::Unknown
                }
                (UNSAID, false) => one(socket, bytes),
                (result, _) => said(result),
            });
        }
        if let Err(error) = submitted {
            self.ring = None;
            tracing::warn!(%error, "io_uring fails; streams are written to one by one from now on");
        }
    }
}

/// Hands on what has been pushed and waits for the answers, which are there when the call returns.
fn submit(ring: &mut IoUring, results: &mut [i32]) -> io::Result<()> {
    let mut missing = results.len();
    while missing > 0 {
        let submitted = ring.submit_and_wait(missing);
        for answer in ring.completion() {
            if let Some(result) = results.get_mut(answer.user_data() as usize) {
                *result = answer.result();
                missing = missing.saturating_sub(1);
            }
        }
        match submitted {
            Err(error) if error.kind() != ErrorKind::Interrupted => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// # Errors
/// The kernel has none, is too old (before 5.19), or does not allow it, as in many containers.
fn ring() -> io::Result<IoUring> {
    // The flag is known since 5.19; what is older may wait where it is told not to.
    let ring = IoUring::builder().setup_coop_taskrun().dontfork().build(ENTRIES)?;
    let mut probe = Probe::new();
    ring.submitter().register_probe(&mut probe)?;
    if probe.is_supported(opcode::Send::CODE) { Ok(ring) } else { Err(ErrorKind::Unsupported.into()) }
}

fn said(result: i32) -> Written {
    // An error shows again at whoever writes next.
    Written::Bytes(usize::try_from(result).unwrap_or(0))
}

fn one(mut socket: &TcpStream, bytes: &[u8]) -> Written {
    Written::Bytes(socket.write(bytes).unwrap_or(0))
}

#[cfg(test)]
mod tests;
