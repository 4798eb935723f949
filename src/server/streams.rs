//! The streams' own runtime: thousands of wakes do not stand between a post and its answer.

use crate::live::{hub::Hub, lanes, socket, stream::EventStream};
use std::{io, net::TcpStream, sync::Arc};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::{OwnedSemaphorePermit, mpsc},
};

/// Lives as long as a connection does; once all of them have gone, [`serve`](super::serve::serve) is done.
pub type Alive = mpsc::Sender<()>;

/// The runtime. Dropping it cuts the streams that are left.
#[derive(Debug)]
pub struct Streams {
    runtime: Option<Runtime>,
}

impl Streams {
    /// As many threads as there are cores, and the lanes of `hub`.
    ///
    /// # Errors
    /// The system gives no thread or no poller.
    pub fn start(hub: &Arc<Hub>) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().thread_name("streams").enable_all().build()?;
        for lane in 0..hub.lanes().count() {
            runtime.spawn(lanes::run(hub.clone(), lane));
        }
        hub.lanes().man();
        Ok(Self { runtime: Some(runtime) })
    }

    /// What spawns streams there.
    pub fn door(&self) -> Option<Door> {
        self.runtime.as_ref().map(|runtime| Door(runtime.handle().clone()))
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            // Waiting here would block the other runtime.
            runtime.shutdown_background();
        }
    }
}

/// The way to the streams' runtime.
#[derive(Debug, Clone)]
pub struct Door(Handle);

impl Door {
    /// Writes `stream` to `socket` there; what the connection `holds` is let go when that is over.
    pub fn drive(&self, socket: TcpStream, stream: Box<EventStream>, holds: (Option<OwnedSemaphorePermit>, Alive)) {
        self.0.spawn(async move {
            match tokio::net::TcpStream::from_std(socket) {
                Ok(socket) => socket::drive(socket, stream).await,
                Err(error) => tracing::warn!(%error, "a stream's socket was refused by the poller"),
            }
            drop(holds);
        });
    }
}
