//! epoll, level-triggered: who has something to read, or room to write.

use crate::sys::checked;
use std::{
    ffi::c_int,
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    time::Duration,
};

/// The kernel packs this struct on x86-64 only.
#[repr(C)]
#[cfg_attr(target_arch = "x86_64", repr(packed))]
#[derive(Clone, Copy)]
struct Event {
    events: u32,
    token: u64,
}

unsafe extern "C" {
    fn epoll_create1(flags: c_int) -> c_int;
    fn epoll_ctl(epoll: c_int, what: c_int, fd: c_int, event: *mut Event) -> c_int;
    fn epoll_wait(epoll: c_int, events: *mut Event, most: c_int, milliseconds: c_int) -> c_int;
}

const EPOLL_CLOEXEC: c_int = 0o2_000_000;
const ADD: c_int = 1;
const DELETE: c_int = 2;
const MODIFY: c_int = 3;
const IN: u32 = 1;
const OUT: u32 = 4;
/// Sockets told about at once.
const MOST: usize = 512;

/// What a socket is watched for. Errors and hang-ups are always told, as something to read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    Read,
    Write,
    Both,
}

impl Interest {
    fn mask(self) -> u32 {
        match self {
            Self::Read => IN,
            Self::Write => OUT,
            Self::Both => IN | OUT,
        }
    }
}

/// One socket that is ready. On an error both are set: the next read or write says what it was.
#[derive(Clone, Copy)]
pub struct Ready {
    pub token: u64,
    pub read: bool,
    pub write: bool,
}

pub struct Epoll {
    fd: OwnedFd,
    events: Vec<Event>,
}

impl Epoll {
    pub fn new() -> io::Result<Self> {
        // SAFETY: the descriptor is new and ours alone.
        let fd = unsafe { OwnedFd::from_raw_fd(checked(epoll_create1(EPOLL_CLOEXEC))?) };
        Ok(Self { fd, events: vec![Event { events: 0, token: 0 }; MOST] })
    }

    pub fn add(&self, socket: &impl AsRawFd, token: u64, interest: Interest) -> io::Result<()> {
        self.control(ADD, socket, token, interest)
    }

    pub fn change(&self, socket: &impl AsRawFd, token: u64, interest: Interest) -> io::Result<()> {
        self.control(MODIFY, socket, token, interest)
    }

    /// Closing the socket does this too.
    pub fn remove(&self, socket: &impl AsRawFd) -> io::Result<()> {
        self.control(DELETE, socket, 0, Interest::Read)
    }

    fn control(&self, what: c_int, socket: &impl AsRawFd, token: u64, interest: Interest) -> io::Result<()> {
        let mut event = Event { events: interest.mask(), token };
        // SAFETY: `event` is the struct the call takes, and outlives it.
        checked(unsafe { epoll_ctl(self.fd.as_raw_fd(), what, socket.as_raw_fd(), &raw mut event) }).map(drop)
    }

    /// Waits until somebody is ready, at most so long. An interrupted wait ends with nobody.
    pub fn wait(&mut self, most: Duration, ready: &mut Vec<Ready>) -> io::Result<()> {
        ready.clear();
        // Rounded up, or the last millisecond of every wait would be a busy loop.
        let milliseconds = c_int::try_from(most.as_micros().div_ceil(1_000)).unwrap_or(c_int::MAX);
        // SAFETY: `events` has room for `MOST`, and outlives the call.
        let found = checked(unsafe { epoll_wait(self.fd.as_raw_fd(), self.events.as_mut_ptr(), MOST as c_int, milliseconds) });
        let found = match found {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            found => found?,
        };
        ready.extend(self.events.iter().take(found.unsigned_abs() as usize).map(|event| {
            let Event { events, token } = *event;
            let ended = events & !(IN | OUT) != 0;
            Ready { token, read: events & IN != 0 || ended, write: events & OUT != 0 || ended }
        }));
        Ok(())
    }
}
