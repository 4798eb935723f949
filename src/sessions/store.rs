//! SQL of sessions, and of entering: the one transaction that makes a person.

#[cfg(test)]
mod tests;

use super::cache::LIFETIME;
use crate::{
    database::{Audience, Change, Database, Int, Write, now},
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
use rusqlite::{OptionalExtension, params};

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
    let (conn, now) = (write.conn(), write.now());
    conn.prepare_cached("DELETE FROM sessions WHERE expires <= ?1")?.execute([Int(now)])?;
    conn.prepare_cached("INSERT INTO sessions (hash, user, tag, created, expires) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![hash, user, tag, Int(now), Int(now + LIFETIME * 1_000)])?;
    conn.prepare_cached("UPDATE users SET seen_at = ?2, left_at = NULL WHERE id = ?1")?.execute(params![user, Int(now)])?;
    Ok(())
}

/// The session with this hash and its owner; none when it has expired.
pub async fn session(db: &Database, hash: [u8; 32]) -> AppResult<Option<(SessionRow, User)>> {
    let now = now();
    db.read(move |conn| {
        let sql = "SELECT u.seq, u.id, u.name, u.hue, s.tag, s.created, s.expires, u.seen_at
                   FROM sessions s JOIN users u ON u.id = s.user WHERE s.hash = ?1 AND s.expires > ?2";
        let found = conn.prepare_cached(sql)?.query_row(params![hash, Int(now)], |row| {
            let user = user_row(row)?;
            let session = SessionRow {
                user: user.id,
                tag: row.get(4)?,
                created: row.get::<_, Int>(5)?.0,
                expires: row.get::<_, Int>(6)?.0,
                seen: row.get::<_, Int>(7)?.0,
            };
            Ok((session, user))
        });
        Ok(found.optional()?)
    })
    .await
}

/// Ends a session and answers what it was; none when there is none. A person's last session takes their hold on the name along.
pub async fn end_session(db: &Database, hash: [u8; 32]) -> AppResult<Option<SessionRow>> {
    db.write(move |write| {
        let (conn, now) = (write.conn(), write.now());
        let ended = conn
            .prepare_cached("DELETE FROM sessions WHERE hash = ?1 RETURNING user, tag, created, expires")?
            .query_row([hash], |row| {
                Ok(SessionRow {
                    user: row.get(0)?,
                    tag: row.get(1)?,
                    created: row.get::<_, Int>(2)?.0,
                    expires: row.get::<_, Int>(3)?.0,
                    seen: now,
                })
            })
            .optional()?;
        if let Some(session) = &ended {
            let sql = "UPDATE users SET left_at = ?2 WHERE id = ?1
                       AND NOT EXISTS (SELECT 1 FROM sessions WHERE user = ?1 AND expires > ?2)";
            conn.prepare_cached(sql)?.execute(params![session.user, Int(now)])?;
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
    db.write(move |write| {
        let now = write.now();
        let conn = write.conn();
        let taken = "SELECT 1 FROM looks l JOIN users u ON u.id = l.user
                     WHERE l.look IN (?1, ?2, ?3) AND u.left_at IS NULL AND u.seen_at > ?4 AND u.id IS NOT ?5";
        let [cased, capital, small] = &name.looks;
        let since = Int(now.saturating_sub(NAME_HELD));
        if conn.prepare_cached(taken)?.exists(params![cased, capital, small, since, own])? {
            return Err(AppError::new(Code::NameTaken));
        }
        let seq = write.next_seq()?;
        let conn = write.conn();
        let id: UserId = conn
            .prepare_cached("INSERT INTO users (seq, name, hue, seen_at) VALUES (?1, ?2, 0, ?3) RETURNING id")?
            .query_row(params![seq, name.name, Int(now)], |row| row.get(0))?;
        // People who come one after another get hues as far apart as there are.
        let hue = (id.0 % HUES) as u8;
        conn.prepare_cached("UPDATE users SET hue = ?2 WHERE id = ?1")?.execute(params![id, hue])?;
        for look in &name.looks {
            conn.prepare_cached("INSERT OR IGNORE INTO looks (look, user) VALUES (?1, ?2)")?.execute(params![look, id])?;
        }
        let user = User { seq, id, name: name.name, hue };
        write.publish(Change { event: Event::User(user.clone()), audience: Audience::Everyone });
        set_member(write, GENERAL, id)?;
        insert_session(write, id, hash, &tag)?;
        Ok(user)
    })
    .await
}

/// Notes that a person is here. Takes no number: nobody is told.
pub async fn seen(db: &Database, user: UserId) -> AppResult<()> {
    db.write(move |write| {
        let sql = "UPDATE users SET seen_at = ?2 WHERE id = ?1";
        write.conn().prepare_cached(sql)?.execute(params![user, Int(write.now())])?;
        Ok(())
    })
    .await
}
