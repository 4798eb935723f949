//! Hashing passwords: argon2id on a few threads of its own, so that however many sign in at once, memory is bounded and requests
//! go on.

use crate::model::error::{AppError, AppResult, Code};
use argon2::{Algorithm, Argon2, Params, Version};
use password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::{Builder, available_parallelism},
};
use tokio::sync::oneshot;

/// Memory of one hash in KiB, passes over it, lanes: OWASP's first recommendation for argon2id (19 MiB).
const MEMORY: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of a salt.
const SALT: usize = 16;
/// Hashes that may wait for a thread; beyond that `busy`.
const WAITING: usize = 256;
/// After how many seconds somebody who met a full queue may try again.
const AGAIN: u32 = 2;
/// Takes as long as a password that is stored, and no password fits it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyB0aGlzIQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

type Job = Box<dyn FnOnce() + Send>;

/// Threads that hash, and the queue before them.
struct Pool(SyncSender<Job>);

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let cores = available_parallelism().map_or(1, usize::from);
    Pool::start((cores / 2).max(1), WAITING)
});

/// Returns the PHC string of a new password.
///
/// # Errors
/// `busy` where too many wait; `internal`.
pub async fn hash(password: String) -> AppResult<String> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(|error| internal(&error))?;
    POOL.run(move || {
        let salt = SaltString::encode_b64(&salt).map_err(|error| internal(&error))?;
        let hashed = argon2()?.hash_password(password.as_bytes(), &salt).map_err(|error| internal(&error))?;
        Ok(hashed.to_string())
    })
    .await?
}

/// Whether `password` is the one of `stored`, a PHC string. Without one it takes as long, and is not.
///
/// # Errors
/// As [`hash`].
pub async fn verify(password: String, stored: Option<String>) -> AppResult<bool> {
    POOL.run(move || {
        let is_somebody = stored.is_some();
        let stored = stored.as_deref().unwrap_or(NOBODY);
        let stored = PasswordHash::new(stored).map_err(|error| internal(&error))?;
        Ok(argon2()?.verify_password(password.as_bytes(), &stored).is_ok() && is_somebody)
    })
    .await?
}

fn argon2() -> AppResult<Argon2<'static>> {
    let params = Params::new(MEMORY, PASSES, LANES, None).map_err(|error| internal(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: &dyn std::fmt::Display) -> AppError {
    tracing::error!(%error, "a password could not be hashed");
    AppError::new(Code::Internal)
}

impl Pool {
    fn start(threads: usize, waiting: usize) -> Self {
        let (queue, jobs) = sync_channel::<Job>(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads {
            let jobs = jobs.clone();
            let started = Builder::new().name(format!("hash-{number}")).spawn(move || work(&jobs));
            if let Err(error) = started {
                tracing::error!(%error, "no thread to hash passwords");
            }
        }
        Self(queue)
    }

    /// Runs `job` on one of the threads; not at all where nobody waits for it any more.
    async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> AppResult<T> {
        let (done, answer) = oneshot::channel();
        let job = move || {
            if !done.is_closed() {
                let _ = done.send(job());
            }
        };
        self.0.try_send(Box::new(job)).map_err(|_| AppError::retry(Code::Busy, AGAIN))?;
        // Nothing comes from a job that has panicked.
        answer.await.map_err(|_| AppError::new(Code::Internal))
    }
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    // Behind everything else that wants the processor. On Linux this is the calling thread's.
    let _ = rustix::process::setpriority_process(None, 10);
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            tracing::error!("hashing a password panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_by_its_hash_alone() {
        let stored = hash("correct horse".to_owned()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_ne!(hash("correct horse".to_owned()).await.unwrap(), stored, "a salt of its own");
        assert!(verify("correct horse".to_owned(), Some(stored.clone())).await.unwrap());
        assert!(!verify("correct horsE".to_owned(), Some(stored)).await.unwrap());
        assert!(!verify("correct horse".to_owned(), None).await.unwrap());
    }

    #[tokio::test]
    async fn a_full_queue_is_busy_at_once_and_a_panic_ends_one_job_alone() {
        let pool: &'static Pool = Box::leak(Box::new(Pool::start(1, 1)));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let (began, begins) = oneshot::channel();
        let first = tokio::spawn(pool.run(move || {
            let _ = began.send(());
            let _ = held.recv();
        }));
        begins.await.unwrap();
        // One waits for the only thread, the next is too many.
        let second = tokio::spawn(pool.run(|| 2));
        tokio::task::yield_now().await;
        let refused = pool.run(|| 3).await.unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::Busy, Some(AGAIN)));
        release.send(()).unwrap();
        first.await.unwrap().unwrap();
        assert_eq!(second.await.unwrap(), Ok(2));
        assert_eq!(pool.run(|| panic!("on purpose")).await, Err::<(), _>(AppError::new(Code::Internal)));
        assert_eq!(pool.run(|| 4).await, Ok(4));
    }
}
