//! The streams' own threads: thousands of deliveries do not stand between a post and its answer.

use crate::live::{
    carrier,
    hands::Hands,
    hub::Hub,
    socket::{Driven, drive},
};
use std::{io, sync::Arc, thread};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::watch,
};

/// A runtime for streams that are at work, and a thread for those that wait, with its hands. Dropping it cuts what is left.
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
        let hands = Hands::new(thread::available_parallelism().map_or(1, usize::from) - 1)?;
        // By itself: nobody else's work is taken there, and nobody takes its work elsewhere.
        let alone = Builder::new_current_thread().enable_all().build()?;
        let watch = {
            let _entered = alone.enter();
            hub.carrier().poller()?
        };
        let door = Door(runtime.handle().clone());
        let (stop, mut stopped) = watch::channel(false);
        let work = carrier::run(hub.clone(), Some(watch), hands, move |driven| door.drive(driven), carrier::rest);
        thread::Builder::new().name("streams-carrier".to_owned()).spawn(move || {
            alone.block_on(async {
                tokio::select! {
                    () = work => {}
                    _ = stopped.wait_for(|stopped| *stopped) => {}
                }
            });
        })?;
        hub.carrier().begins();
        Ok(Self { hub: hub.clone(), runtime: Some(runtime), stop })
    }

    /// What brings streams there.
    pub fn door(&self) -> Option<Door> {
        self.runtime.as_ref().map(|runtime| Door(runtime.handle().clone()))
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

/// The way to the streams' runtime.
#[derive(Debug, Clone)]
pub struct Door(Handle);

impl Door {
    /// Writes the stream there, until it waits.
    pub fn drive(&self, driven: Driven) {
        self.0.spawn(drive(driven));
    }
}
