//! Readers: a few threads, each with a read-only connection, one queue. A request hops threads once.

use super::{Read, sqlite::connection::Connection};
use crate::model::error::{AppError, AppResult, Code};
use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvError},
    },
    thread::{Builder, JoinHandle},
};
use tokio::sync::oneshot;

pub(crate) type Job = Box<dyn FnOnce(&Connection) + Send>;

/// The queue, as the threads share it.
#[derive(Clone)]
pub(crate) struct Readers(Arc<Mutex<Receiver<Job>>>);

impl Readers {
    pub(crate) fn new(jobs: Receiver<Job>) -> Self {
        Self(Arc::new(Mutex::new(jobs)))
    }

    /// One thread waits at the queue, the others for their turn at it.
    fn next(&self) -> Result<Job, RecvError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).recv()
    }
}

pub(crate) fn job<T: Send + 'static>(
    work: impl FnOnce(&Read<'_>) -> AppResult<T> + Send + 'static,
    answer: oneshot::Sender<AppResult<T>>,
) -> Job {
    Box::new(move |conn| {
        // The caller no longer waits: the work would be for nothing.
        if !answer.is_closed() {
            // The asker may have gone meanwhile.
            let _ = answer.send(snapshot(conn, work));
        }
    })
}

fn snapshot<T>(conn: &Connection, work: impl FnOnce(&Read<'_>) -> AppResult<T>) -> AppResult<T> {
    let _snapshot = conn.snapshot()?;
    catch_unwind(AssertUnwindSafe(|| work(&Read::new(conn)))).unwrap_or_else(|_| {
        tracing::error!("a read of the store panicked");
        Err(AppError::new(Code::Internal))
    })
}

pub(crate) fn start(connections: Vec<Connection>, queue: Readers) -> io::Result<Vec<JoinHandle<()>>> {
    let start = |conn: Connection| {
        let queue = queue.clone();
        Builder::new().name("store-read".to_owned()).spawn(move || {
            while let Ok(job) = queue.next() {
                job(&conn);
            }
        })
    };
    connections.into_iter().map(start).collect()
}
