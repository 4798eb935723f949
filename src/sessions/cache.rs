//! The cache of sessions between requests and the store. Ending a session is final at once.

use super::{
    ended_file::EndedFile,
    even_clock::EvenClock,
    store,
    token::{IDLE, TokenHash, hash_of},
};
use crate::{database::Database, model::error::AppResult, model::ids::UserId};
use std::{
    borrow::Borrow,
    collections::HashSet,
    hash::{Hash, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

/// Sessions kept in memory; beyond that the cache starts over.
const CACHED: usize = 20_000;
/// A person counts as seen again after this many milliseconds: ten minutes.
const SEEN_EVERY: u64 = 600_000;
/// Expired sessions are deleted this many milliseconds later: a week.
const LATE: u64 = 7 * 24 * 3_600_000;

/// A signed-in person's session.
#[derive(Debug)]
pub struct Session {
    pub user: UserId,
    /// Public name of the session; not derived from the token.
    pub tag: Arc<str>,
    pub hash: TokenHash,
    /// Milliseconds since 1970.
    pub expires: u64,
    seen: AtomicU64,
}

/// A session, found by the hash it holds.
#[derive(Debug)]
struct CachedSession(Arc<Session>);

impl Borrow<TokenHash> for CachedSession {
    fn borrow(&self) -> &TokenHash {
        &self.0.hash
    }
}

impl Hash for CachedSession {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash.hash(state);
    }
}

impl PartialEq for CachedSession {
    fn eq(&self, other: &Self) -> bool {
        self.0.hash == other.0.hash
    }
}

impl Eq for CachedSession {}

impl Session {
    /// Whether it is to be noted again that the person is here; true once every ten minutes.
    pub fn is_due(&self, now: u64) -> bool {
        let before = self.seen.load(Ordering::Relaxed);
        // Also after a clock that was ahead has been set back.
        let due = now.abs_diff(before) >= SEEN_EVERY;
        due && self.seen.compare_exchange(before, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// When it ends unless it is used again, milliseconds since 1970.
    fn ends(&self) -> u64 {
        self.expires.min(self.seen.load(Ordering::Relaxed) + IDLE * 1_000)
    }
}

/// All sessions, by token hash.
#[derive(Debug)]
pub struct Sessions {
    db: Database,
    cache: Mutex<Cache>,
    began: Instant,
    clock: Mutex<EvenClock>,
    /// The ends that the store does not have yet.
    file: Arc<EndedFile>,
}

#[derive(Debug, Default)]
struct Cache {
    known: HashSet<CachedSession>,
    /// Ended here, but perhaps not yet in the store (a full disk): dead all the same.
    ended: HashSet<TokenHash>,
    /// Grows with every end, so that a lookup that was under way does not put an ended session back.
    ends: u64,
}

impl Sessions {
    /// `file` has the ends that the store could not take before the last start.
    pub fn new(db: Database, file: EndedFile) -> Self {
        let cache = Cache { ended: file.hashes().into_iter().collect(), ..Cache::default() };
        Self { db, cache: Mutex::new(cache), began: Instant::now(), clock: Mutex::default(), file: Arc::new(file) }
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The live session of a cookie's token; none when there is none, or it has ended or expired.
    pub async fn find(&self, token: &str, now: u64) -> AppResult<Option<Arc<Session>>> {
        let Some(hash) = hash_of(token) else { return Ok(None) };
        let ends = {
            let cache = self.cache();
            if cache.ended.contains(&hash) {
                return Ok(None);
            }
            if let Some(session) = cache.known.get(&hash).map(|cached| cached.0.clone()) {
                drop(cache);
                return Ok(self.is_unexpired(&session, now).then_some(session));
            }
            cache.ends
        };
        let Some(row) = store::session(&self.db, hash).await? else { return Ok(None) };
        let (user, seen) = (row.user, AtomicU64::new(row.seen));
        let session = Arc::new(Session { user, tag: row.tag.into(), hash, expires: row.expires, seen });
        if !self.is_unexpired(&session, now) {
            return Ok(None);
        }
        let mut cache = self.cache();
        if cache.ends == ends {
            if cache.known.len() >= CACHED {
                cache.known.clear();
            }
            cache.known.insert(CachedSession(session.clone()));
        }
        Ok(Some(session))
    }

    /// Whether a session still lives: what a stream asks again once it is registered.
    pub async fn is_live(&self, session: &Session, now: u64) -> AppResult<bool> {
        {
            let cache = self.cache();
            if cache.ended.contains(&session.hash) {
                return Ok(false);
            }
        }
        if !self.is_unexpired(session, now) {
            return Ok(false);
        }
        let is_known = self.cache().known.contains(&session.hash);
        Ok(is_known || store::session(&self.db, session.hash).await?.is_some())
    }

    /// Whether a session has not expired by `now`, and has been used lately. Once found expired it is dead, also when the clock
    /// is set back.
    fn is_unexpired(&self, session: &Session, now: u64) -> bool {
        let lives = session.ends() > now;
        if !lives {
            self.revoke(session.hash);
        }
        lives
    }

    /// Deletes from the store what expired days ago, by a clock that has not jumped: a session that nobody has found expired
    /// outlives a clock that was wrong for a while.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn delete_expired(&self, now: u64) -> AppResult<()> {
        let even = self.clock.lock().unwrap_or_else(PoisonError::into_inner).is_even(self.began.elapsed(), now);
        if even { store::delete_expired(&self.db, now.saturating_sub(LATE)).await } else { Ok(()) }
    }

    /// Ends a session: here at once, whatever becomes of the store.
    pub fn revoke(&self, hash: TokenHash) {
        let mut cache = self.cache();
        cache.ends += 1;
        cache.known.remove(&hash);
        cache.ended.insert(hash);
    }

    /// Forgets sessions that have ended in the store, with another change.
    pub fn forget(&self, hashes: impl Iterator<Item = TokenHash>) {
        let mut cache = self.cache();
        // A lookup that has read one of them before does not put it back.
        cache.ends += 1;
        for hash in hashes {
            cache.known.remove(&hash);
        }
    }

    /// Ends in the store what was revoked here while the store could not take it. True when nothing is left to do.
    pub async fn retry_deletions(&self) -> bool {
        let ended: Vec<TokenHash> = self.cache().ended.iter().copied().collect();
        for hash in ended {
            if self.delete_persisted(hash).await.is_err() {
                return false;
            }
        }
        true
    }

    /// Ends a session for good: here at once, and in the store, or in the reserved file where the store cannot take it.
    ///
    /// # Errors
    /// Those of the store where the file takes it neither; the session stays dead here, and [`Sessions::retry_deletions`] tries
    /// again.
    pub async fn end(&self, hash: TokenHash) -> AppResult<()> {
        self.revoke(hash);
        let Err(error) = self.delete_persisted(hash).await else { return Ok(()) };
        let file = self.file.clone();
        match tokio::task::spawn_blocking(move || file.keep(&hash)).await.unwrap_or_else(|failed| Err(failed.into())) {
            Ok(()) => Ok(()),
            Err(cause) => {
                tracing::error!(%cause, ?error, "the end of a session is in memory alone");
                Err(error)
            }
        }
    }

    async fn delete_persisted(&self, hash: TokenHash) -> AppResult<()> {
        store::end_session(&self.db, hash).await?;
        self.file.forget(&hash);
        let mut cache = self.cache();
        cache.ends += 1;
        cache.ended.remove(&hash);
        Ok(())
    }

    /// Notes that a person is here.
    pub async fn seen(&self, session: &Session) {
        if let Err(error) = store::seen(&self.db, session.user, session.hash).await {
            tracing::warn!(?error, "could not note that a person is here");
        }
    }
}
