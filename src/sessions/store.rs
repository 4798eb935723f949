//! SQL of sessions. Of a person it knows the id, and when they were last here.

#[cfg(test)]
mod tests;

use super::token::{IDLE, LIFETIME, TokenHash};
use crate::{
    database::{Database, Write, params},
    model::{error::AppResult, ids::UserId},
};

/// Sessions in a list of one's own.
const MOST_SHOWN: u32 = 100;

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub user: UserId,
    /// Public name of the session.
    pub tag: String,
    /// Milliseconds since 1970, as is `expires`.
    pub created: u64,
    pub expires: u64,
    /// When it was last noted to be used, milliseconds since 1970.
    pub seen: u64,
}

/// A session that is about to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    pub hash: TokenHash,
    /// Public name of the session.
    pub tag: String,
    /// Seconds it lasts at most.
    pub lifetime: u64,
    /// The browser, as it calls itself.
    pub agent: String,
    /// From where it was begun, as limits count it; kept for people without an account alone.
    pub address: Option<String>,
}

impl NewSession {
    /// Returns the session of a person without an account.
    pub fn new(hash: TokenHash, tag: String) -> Self {
        Self { hash, tag, lifetime: LIFETIME, agent: String::new(), address: None }
    }
}

/// Begins a session for somebody who is there already.
pub async fn create_session(db: &Database, user: UserId, session: NewSession) -> AppResult<()> {
    db.write(move |write| insert_session(write, user, &session)).await
}

/// Begins a session for `user` as a part of the transaction of `write`.
pub(crate) fn insert_session(write: &Write<'_>, user: UserId, session: &NewSession) -> AppResult<()> {
    const BEGIN: &str = "INSERT INTO sessions (hash, user_id, tag, created, expires, seen, agent, address)
        VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?6, ?7)";
    const HERE: &str = "INSERT INTO activity (user_id, seen_at, left_at) VALUES (?1, ?2, NULL)
        ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at, left_at = NULL";
    let now = write.now();
    let expires = now + session.lifetime * 1_000;
    write.later(BEGIN, &params![session.hash, user, session.tag, now, expires, session.agent, session.address])?;
    write.later(HERE, &params![user, now])?;
    Ok(())
}

/// Returns the session with this hash, also one that has expired.
pub async fn session(db: &Database, hash: [u8; 32]) -> AppResult<Option<SessionRow>> {
    const SESSION: &str = "SELECT user_id, tag, created, expires, seen FROM sessions WHERE hash = ?1";
    db.read(move |read| {
        Ok(read.row(SESSION, &params![hash], |row| {
            let (user, tag, created, expires, seen) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(SessionRow { user, tag, created, expires, seen })
        })?)
    })
    .await
}

/// Ends a session and answers what it was; none when there is none. A person's last session takes their hold on the name along.
pub async fn end_session(db: &Database, hash: [u8; 32]) -> AppResult<Option<SessionRow>> {
    const END: &str = "DELETE FROM sessions WHERE hash = ?1 RETURNING user_id, tag, created, expires";
    const GONE: &str = "UPDATE activity SET left_at = ?2 WHERE user_id = ?1
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = ?1 AND s.expires > ?2 AND s.seen > ?3)";
    db.write(move |write| {
        let now = write.now();
        let ended = write.row(END, &params![hash], |row| {
            Ok(SessionRow { user: row.get(0)?, tag: row.get(1)?, created: row.get(2)?, expires: row.get(3)?, seen: now })
        })?;
        if let Some(session) = &ended {
            write.later(GONE, &params![session.user, now, now.saturating_sub(IDLE * 1_000)])?;
        }
        Ok(ended)
    })
    .await
}

/// A session that has ended along with another change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedSession {
    pub hash: TokenHash,
    pub tag: String,
}

/// Ends all sessions of `user` but `except`, as a part of the transaction of `write`. They end for requests and streams by
/// [`Services::sessions_ended`](crate::request::services::Services::sessions_ended) after it.
pub(crate) fn end_all(write: &Write<'_>, user: UserId, except: Option<TokenHash>) -> AppResult<Vec<EndedSession>> {
    const OF_PERSON: &str = "SELECT hash, tag FROM sessions WHERE user_id = ?1 AND hash IS DISTINCT FROM ?2";
    const END: &str = "DELETE FROM sessions WHERE user_id = ?1 AND hash IS DISTINCT FROM ?2";
    let ended = write.rows(OF_PERSON, &params![user, except], |row| Ok(EndedSession { hash: row.get(0)?, tag: row.get(1)? }))?;
    write.later(END, &params![user, except])?;
    Ok(ended)
}

/// A live session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    pub hash: TokenHash,
    pub tag: String,
    pub created: u64,
    pub seen: u64,
    pub agent: String,
}

/// Returns the live sessions of `user`, the one used last first.
pub async fn own_sessions(db: &Database, user: UserId, now: u64) -> AppResult<Vec<OwnSession>> {
    const OWN: &str = "SELECT hash, tag, created, seen, agent FROM sessions
        WHERE user_id = ?1 AND expires > ?2 AND seen > ?3 ORDER BY seen DESC, created DESC, tag LIMIT ?4";
    let read = db.read(move |read| {
        let unused = now.saturating_sub(IDLE * 1_000);
        Ok(read.rows(OWN, &params![user, now, unused, MOST_SHOWN], |row| {
            let (hash, tag, created, seen, agent) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            Ok(OwnSession { hash, tag, created, seen, agent })
        })?)
    });
    read.await
}

/// Deletes the sessions that had expired by `before`, milliseconds since 1970, or had not been used for long by then.
pub async fn delete_expired(db: &Database, before: u64) -> AppResult<()> {
    const EXPIRED: &str = "DELETE FROM sessions WHERE expires <= ?1 OR seen <= ?2";
    db.write(move |write| Ok(write.later(EXPIRED, &params![before, before.saturating_sub(IDLE * 1_000)])?)).await
}

/// Notes that a person is here with this session. Takes no number: nobody is told.
pub async fn seen(db: &Database, user: UserId, hash: TokenHash) -> AppResult<()> {
    const SEEN: &str = "UPDATE activity SET seen_at = ?2 WHERE user_id = ?1";
    const USED: &str = "UPDATE sessions SET seen = ?2 WHERE hash = ?1";
    db.write(move |write| {
        write.later(SEEN, &params![user, write.now()])?;
        Ok(write.later(USED, &params![hash, write.now()])?)
    })
    .await
}
