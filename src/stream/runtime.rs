//! The streams' own threads: thousands of deliveries do not stand between a post and its answer.

use super::{
    delivery::{
        dispatcher,
        parked::Driven,
        socket::drive,
        workers::{MIN_STREAMS, Workers},
    },
    hub::Hub,
};
use std::{io, sync::Arc, thread};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::watch,
};

/// A runtime for streams that are at work, and a thread for those that wait, with its workers. Dropping it cuts what is left.
#[derive(Debug)]
pub struct Streams {
    hub: Arc<Hub>,
    runtime: Option<Runtime>,
    stop: watch::Sender<bool>,
}

impl Streams {
    /// As many threads as there are cores for either.
    ///
    /// # Errors
    /// The system gives no thread or no poller.
    pub fn start(hub: &Arc<Hub>) -> io::Result<Self> {
        let runtime = Builder::new_multi_thread().thread_name("streams").enable_all().build()?;
        let workers = Workers::new(thread::available_parallelism().map_or(1, usize::from) - 1, MIN_STREAMS)?;
        // By itself: nobody else's work is taken there, and nobody takes its work elsewhere.
        let alone = Builder::new_current_thread().enable_all().build()?;
        let watch = {
            let _entered = alone.enter();
            Some(hub.inbox().poller()?)
        };
        let (stop, mut stopped) = watch::channel(false);
        let spawner = StreamSpawner(runtime.handle().clone());
        let up = move |driven| spawner.drive(driven);
        let work = dispatcher::supervise(hub.clone(), watch, workers, up, dispatcher::pause_after);
        let dispatch = move || {
            alone.block_on(async {
                tokio::select! {
                    () = work => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
            });
        };
        thread::Builder::new().name("dispatcher".to_owned()).spawn(dispatch)?;
        hub.inbox().begins();
        Ok(Self { hub: hub.clone(), runtime: Some(runtime), stop })
    }

    /// Returns a handle that moves streams to this runtime.
    pub fn spawner(&self) -> Option<StreamSpawner> {
        self.runtime.as_ref().map(|runtime| StreamSpawner(runtime.handle().clone()))
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(runtime) = self.runtime.take() {
            // Waiting here would block the other runtime.
            runtime.shutdown_background();
        }
        self.hub.cut();
    }
}

/// Moves streams to their runtime.
#[derive(Debug, Clone)]
pub struct StreamSpawner(Handle);

impl StreamSpawner {
    /// Writes the stream there, until it waits.
    pub fn drive(&self, driven: Box<Driven>) {
        self.0.spawn(drive(driven));
    }
}
