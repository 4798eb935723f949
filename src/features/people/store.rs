//! SQL of people.

use super::model::User;
use crate::{
    database::Database,
    model::{
        error::AppResult,
        ids::{RoomId, UserId},
    },
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// Rooms up to this many members are looked through whole; in larger ones the people seen last are looked through instead.
const SMALL_ROOM: usize = 200;

/// A user from the columns seq, id, name, hue, in this order from the first.
pub(crate) fn user_row(row: &Row<'_>) -> rusqlite::Result<User> {
    Ok(User { seq: row.get(0)?, id: row.get(1)?, name: row.get(2)?, hue: row.get(3)? })
}

pub(crate) fn user(conn: &Connection, id: UserId) -> rusqlite::Result<Option<User>> {
    conn.prepare_cached("SELECT seq, id, name, hue FROM users WHERE id = ?1")?.query_row([id], user_row).optional()
}

/// These people, in the order asked for; who does not exist is left out.
pub async fn people(db: &Database, ids: Vec<UserId>) -> AppResult<Vec<User>> {
    db.read(move |conn| {
        let found: rusqlite::Result<Vec<_>> = ids.into_iter().filter_map(|id| user(conn, id).transpose()).collect();
        Ok(found?)
    })
    .await
}

/// Members of a room, the most recently seen first: who may well be named or speak next. In a large room only people seen
/// lately are considered.
pub(crate) fn likely_speakers(conn: &Connection, room: RoomId, limit: usize) -> rusqlite::Result<Vec<User>> {
    let members = "SELECT count(*) FROM (SELECT 1 FROM members WHERE room = ?1 LIMIT ?2)";
    let members: usize = conn.prepare_cached(members)?.query_row(params![room, SMALL_ROOM as i64 + 1], count)?;
    // In a small room every member is looked at and sorted. In a large one that would take long, and walking along
    // `users_seen` finds members soon enough.
    let considered = match members {
        0..=SMALL_ROOM => "members m CROSS JOIN users u ON u.id = m.user WHERE m.room = ?1 AND m.joined",
        _ => {
            "(SELECT * FROM users ORDER BY seen_at DESC LIMIT 400) u
             CROSS JOIN members m ON m.room = ?1 AND m.user = u.id AND m.joined"
        }
    };
    let sql = format!("SELECT u.seq, u.id, u.name, u.hue FROM {considered} ORDER BY u.seen_at DESC, u.id DESC LIMIT ?2");
    conn.prepare_cached(&sql)?.query_map(params![room, limit as i64], user_row)?.collect()
}

/// A count as SQLite gives it: never negative.
pub(crate) fn count(row: &Row<'_>) -> rusqlite::Result<usize> {
    row.get::<_, i64>(0).map(|count| usize::try_from(count).unwrap_or(0))
}
