//! SQL of sessions, and of entering: the one transaction that makes a person.

#[cfg(test)]
mod tests;

use super::token::LIFETIME;
use crate::{
    database::{Audience, Database, Write, now, params},
    features::{
        people::{model::User, names::CheckedName, store::user_row},
        rooms::store::set_member,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, UserId},
        things::Event,
    },
};

/// A name is held for this long after its owner was last seen: 24 hours, in milliseconds.
const NAME_HELD: u64 = 24 * 3_600_000;
/// Hues a name can have.
const HUES: u64 = 10;

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

fn insert_session(write: &Write<'_>, user: UserId, hash: [u8; 32], tag: &str) -> AppResult<()> {
    const CLEAR: &str = "DELETE FROM sessions WHERE expires <= ?1";
    const BEGIN: &str = "INSERT INTO sessions (hash, user, tag, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)";
    const HERE: &str = "UPDATE users SET seen_at = ?2, left_at = NULL WHERE id = ?1";
    let now = write.now();
    write.later(CLEAR, &params![now])?;
    write.later(BEGIN, &params![hash, user, tag, now, now + LIFETIME * 1_000])?;
    write.later(HERE, &params![user, now])?;
    Ok(())
}

/// The session with this hash and its owner; none when it has expired.
pub async fn session(db: &Database, hash: [u8; 32]) -> AppResult<Option<(SessionRow, User)>> {
    const SESSION: &str = "SELECT u.seq, u.id, u.name, u.hue, s.tag, s.created, s.expires, u.seen_at
        FROM sessions s JOIN users u ON u.id = s.user WHERE s.hash = ?1 AND s.expires > ?2";
    let now = now();
    db.read(move |read| {
        Ok(read.row(SESSION, &params![hash, now], |row| {
            let user = user_row(row)?;
            let (tag, created, expires, seen) = (row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?);
            Ok((SessionRow { user: user.id, tag, created, expires, seen }, user))
        })?)
    })
    .await
}

/// Ends a session and answers what it was; none when there is none. A person's last session takes their hold on the name along.
pub async fn end_session(db: &Database, hash: [u8; 32]) -> AppResult<Option<SessionRow>> {
    const END: &str = "DELETE FROM sessions WHERE hash = ?1 RETURNING user, tag, created, expires";
    const GONE: &str = "UPDATE users SET left_at = ?2 WHERE id = ?1
        AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.user = ?1 AND s.expires > ?2)";
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

/// Makes a person, a member of General, with a session: all of it or nothing.
///
/// # Errors
/// `name_taken` when somebody has the same name, or one that looks like it, was seen in the last 24 hours and has not left.
pub async fn enter(db: &Database, name: CheckedName, hash: [u8; 32], tag: String, own: Option<UserId>) -> AppResult<User> {
    const TAKEN: &str = "SELECT 1 FROM looks l JOIN users u ON u.id = l.user
        WHERE l.look IN (?1, ?2, ?3) AND u.left_at IS NULL AND u.seen_at > ?4 AND u.id IS DISTINCT FROM ?5";
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM users";
    const ENTER: &str = "INSERT INTO users (id, seq, name, hue, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    const LOOK: &str = "INSERT INTO looks (look, user) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    db.write(move |write| {
        let now = write.now();
        let [cased, capital, small] = &name.looks;
        if write.exists(TAKEN, &params![cased, capital, small, now.saturating_sub(NAME_HELD), own])? {
            return Err(AppError::new(Code::NameTaken));
        }
        let seq = write.next_seq()?;
        let id = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(UserId(1));
        // People who come one after another get hues as far apart as there are.
        let user = User { seq, id, name: name.name, hue: (id.0 % HUES) as u8 };
        write.later(ENTER, &params![id, seq, user.name, user.hue, now])?;
        for look in &name.looks {
            write.later(LOOK, &params![look, id])?;
        }
        write.publish(Event::User(user.clone()), Audience::Everyone)?;
        set_member(write, GENERAL, id)?;
        insert_session(write, id, hash, &tag)?;
        Ok(user)
    })
    .await
}

/// Notes that a person is here. Takes no number: nobody is told.
pub async fn seen(db: &Database, user: UserId) -> AppResult<()> {
    const SEEN: &str = "UPDATE users SET seen_at = ?2 WHERE id = ?1";
    db.write(move |write| Ok(write.later(SEEN, &params![user, write.now()])?)).await
}
