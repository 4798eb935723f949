//! One poller for all parked streams, itself watched by the runtime's: it reports readers that have sent something or gone. A
//! parked socket is not registered with the runtime, which would keep a quarter of a kilobyte for each.

use mio::{Events, Interest, Poll, Registry, Token, unix::SourceFd};
use std::{
    io,
    net::TcpStream,
    os::fd::AsRawFd,
    task::{self, Context, ready},
    time::Duration,
};
use tokio::io::unix::AsyncFd;

/// Readers reported at once.
const MOST: usize = 256;

/// The dispatcher's poller.
#[derive(Debug)]
pub struct Watch {
    poll: AsyncFd<Poll>,
    events: Events,
}

impl Watch {
    /// In the context of the runtime that is to watch it.
    ///
    /// # Errors
    /// The system gives no poller.
    pub fn new() -> io::Result<Self> {
        // SAFETY: mio's poller owns its descriptor, which stays open and the same until it is dropped, and `as_raw_fd` always
        // returns that one; the poller is moved in here and never out.
        let poll = unsafe { AsyncFd::register_with_interest(Poll::new()?, tokio::io::Interest::READABLE) }?;
        Ok(Self { poll, events: Events::with_capacity(MOST) })
    }

    /// Returns what adds sockets to it.
    ///
    /// # Errors
    /// The system gives no further descriptor.
    pub fn registry(&self) -> io::Result<Registry> {
        self.poll.get_ref().registry().try_clone()
    }

    /// Ready once there are some; their numbers are added to `heard`, each once for whatever came at once.
    pub fn poll(&mut self, cx: &mut Context<'_>, heard: &mut Vec<u64>) -> task::Poll<io::Result<()>> {
        while heard.is_empty() {
            let mut guard = ready!(self.poll.poll_read_ready_mut(cx))?;
            // Cleared first: what comes during the poll makes it ready anew.
            guard.clear_ready();
            loop {
                match guard.get_inner_mut().poll(&mut self.events, Some(Duration::ZERO)) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    polled => polled?,
                }
                let before = heard.len();
                heard.extend(self.events.iter().map(|event| event.token().0 as u64));
                if heard.len() - before < MOST {
                    break;
                }
            }
        }
        task::Poll::Ready(Ok(()))
    }
}

/// Watches the socket of stream `id`; one that is watched already is looked at once more.
///
/// # Errors
/// The system watches no more of them.
pub fn add(registry: &Registry, id: u64, socket: &TcpStream) -> io::Result<()> {
    let (fd, token) = (socket.as_raw_fd(), Token(id as usize));
    match registry.register(&mut SourceFd(&fd), token, Interest::READABLE) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            registry.reregister(&mut SourceFd(&fd), token, Interest::READABLE)
        }
        done => done,
    }
}
