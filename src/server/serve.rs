//! The accept loop: our own, since it needs a deep backlog, a header timeout, a cap on connections, and an end with streams open.

pub use super::connection::HttpOptions;
use super::{
    connection::{connection, shutdown_signalled},
    connections::Connections,
    turn_away::turn_away,
};
use crate::{database::failpoint::panic_at, stream::runtime::StreamSpawner};
use axum::Router;
use futures_util::FutureExt as _;
use socket2::{Domain, Protocol, SockRef, Socket, TcpKeepalive, Type};
use std::{io, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc, watch},
    task::yield_now,
};

/// Connections the kernel holds for us while we are busy; with fewer, a crowd that arrives at once waits for resent SYNs.
const BACKLOG: i32 = 4096;
/// How long to wait when the process has no descriptor left.
const BACK_OFF: Duration = Duration::from_millis(100);
/// Connections over the cap that are told so at a time; beyond that they are closed without a word.
const REFUSALS: usize = 64;
/// Descriptors that are no connections: the database's (a dozen), pollers, signals, the log, and the [`REFUSALS`].
const SPARE: u32 = 64 + REFUSALS as u32;
/// After this long without an acknowledgement a peer counts as gone.
const GONE: Duration = Duration::from_secs(60);
/// Listens with a deep backlog.
///
/// # Errors
/// The address is in use, not ours, or not allowed.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

/// How many connections the process has descriptors for, where `wanted` is the cap that was asked for (0: none). Some are kept
/// for files, and for those who are told that there is no room: whoever is accepted can be served.
pub fn fits(wanted: u32) -> u32 {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    // The streams' threads each write through a descriptor of their own.
    let spare = SPARE + std::thread::available_parallelism().map_or(1, |cores| cores.get() as u32);
    let fits = limit.map_or(u32::MAX, |limit| u32::try_from(limit).unwrap_or(u32::MAX).saturating_sub(spare).max(1));
    if wanted == 0 { fits } else { wanted.min(fits) }
}

/// Serves until `ending` says so, then lets open connections end. Streams are moved by `spawner`; without one they stay where
/// they are. A panic on the way of one connection is not the end of the others: accepting goes on.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    connections: Arc<Connections>,
    options: HttpOptions,
    spawner: Option<StreamSpawner>,
    ending: watch::Receiver<bool>,
) {
    // Nothing is ever sent: it says when the last connection, stream or not, has let its end go.
    let (alive, mut all_over) = mpsc::channel::<()>(1);
    let refusals = Arc::new(Semaphore::new(REFUSALS));
    let acceptor = Acceptor { listener, router, connections, options, spawner, ending, alive, refusals };
    while AssertUnwindSafe(acceptor.accept_all()).catch_unwind().await.is_err() {
        tracing::error!("accepting connections panicked; it goes on");
        tokio::time::sleep(BACK_OFF).await;
    }
    drop(acceptor);
    if tokio::time::timeout(options.graceful_timeout, all_over.recv()).await.is_err() {
        tracing::warn!("connections cut at the end");
    }
}

struct Acceptor {
    listener: TcpListener,
    router: Router,
    connections: Arc<Connections>,
    options: HttpOptions,
    spawner: Option<StreamSpawner>,
    ending: watch::Receiver<bool>,
    alive: mpsc::Sender<()>,
    refusals: Arc<Semaphore>,
}

impl Acceptor {
    /// Accepts until the process ends.
    async fn accept_all(&self) {
        let mut ending = self.ending.clone();
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = shutdown_signalled(&mut ending) => return,
            };
            match accepted {
                Ok((socket, peer)) => self.begin(socket, peer).await,
                Err(error) if is_the_clients(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "could not accept a connection");
                    tokio::time::sleep(BACK_OFF).await;
                }
            }
        }
    }

    /// Begins a connection, or says that there is no place for it.
    async fn begin(&self, socket: TcpStream, peer: SocketAddr) {
        panic_at("accept");
        let mut permit = self.connections.take(peer.ip());
        if self.connections.is_closing() {
            // Those that are closed for others get their turn.
            yield_now().await;
            permit = permit.or_else(|| self.connections.take(peer.ip()));
        }
        let Some(permit) = permit else {
            if let Ok(permit) = self.refusals.clone().try_acquire_owned() {
                tokio::spawn(async move {
                    turn_away(socket).await;
                    drop(permit);
                });
            }
            return;
        };
        let _ = socket.set_nodelay(true);
        watch_peer(&socket);
        let holds = (permit, self.alive.clone());
        let (router, spawner, ending) = (self.router.clone(), self.spawner.clone(), self.ending.clone());
        tokio::spawn(connection(socket, peer, router, self.options, spawner, holds, ending));
    }
}

/// A peer that is gone without a word is found out, also where we only ever write.
fn watch_peer(socket: &TcpStream) {
    let socket = SockRef::from(socket);
    let _ = socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(GONE / 2).with_interval(GONE / 6));
    #[cfg(target_os = "linux")]
    let _ = socket.set_tcp_user_timeout(Some(GONE));
}

/// The connection was gone before we took it; the next one may be fine.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
