//! SQL of sessions. Of a person it knows the id, and when they were last here.

#[cfg(test)]
mod tests;

use super::token::LIFETIME;
use crate::{
    database::{Database, Write, params},
    model::{error::AppResult, ids::UserId},
};

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub user: UserId,
    /// Public name of the session.
    pub tag: String,
    /// Milliseconds since 1970, as is `expires`.
    pub created: u64,
    pub expires: u64,
    /// When the person was last noted to be here, milliseconds since 1970.
    pub seen: u64,
}

/// Begins a session for somebody who is there already; it lasts 30 days.
pub async fn create_session(db: &Database, user: UserId, hash: [u8; 32], tag: String) -> AppResult<()> {
    db.write(move |write| insert_session(write, user, hash, &tag)).await
}

/// Begins a session for `user` as a part of the transaction of `write`.
pub(crate) fn insert_session(write: &Write<'_>, user: UserId, hash: [u8; 32], tag: &str) -> AppResult<()> {
    const BEGIN: &str = "INSERT INTO sessions (hash, user_id, tag, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
    const HERE: &str = "INSERT INTO activity (user_id, seen_at, left_at) VALUES (?1, ?2, NULL)
        ON CONFLICT (user_id) DO UPDATE SET seen_at = excluded.seen_at, left_at = NULL";
    let now = write.now();
    write.later(BEGIN, &params![hash, user, tag, now, now + LIFETIME * 1_000])?;
    write.later(HERE, &params![user, now])?;
    Ok(())
}

/// Returns the session with this hash, also one that has expired.
pub async fn session(db: &Database, hash: [u8; 32]) -> AppResult<Option<SessionRow>> {
    const SESSION: &str = "SELECT s.user_id, s.tag, s.created, s.expires, a.seen_at
        FROM sessions s JOIN activity a ON a.user_id = s.user_id WHERE s.hash = ?1";
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
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = ?1 AND s.expires > ?2)";
    db.write(move |write| {
        let now = write.now();
        let ended = write.row(END, &params![hash], |row| {
            Ok(SessionRow { user: row.get(0)?, tag: row.get(1)?, created: row.get(2)?, expires: row.get(3)?, seen: now })
        })?;
        if let Some(session) = &ended {
            write.later(GONE, &params![session.user, now])?;
        }
        Ok(ended)
    })
    .await
}

/// Deletes the sessions that had expired by `before`, milliseconds since 1970.
pub async fn delete_expired(db: &Database, before: u64) -> AppResult<()> {
    const EXPIRED: &str = "DELETE FROM sessions WHERE expires <= ?1";
    db.write(move |write| Ok(write.later(EXPIRED, &params![before])?)).await
}

/// Notes that a person is here. Takes no number: nobody is told.
pub async fn seen(db: &Database, user: UserId) -> AppResult<()> {
    const SEEN: &str = "UPDATE activity SET seen_at = ?2 WHERE user_id = ?1";
    db.write(move |write| Ok(write.later(SEEN, &params![user, write.now()])?)).await
}
