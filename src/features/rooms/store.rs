//! SQL of rooms and memberships.

#[cfg(test)]
mod tests;

use super::model::{Member, Room};
use crate::{
    database::{Audience, Change, Database, Int, Write},
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        things::Event,
    },
};
use rusqlite::{Connection, OptionalExtension, Row, params};

fn room_row(row: &Row<'_>) -> rusqlite::Result<Room> {
    Ok(Room {
        seq: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        creator: row.get(3)?,
        last: row.get::<_, Int>(4)?.0,
        last_n: row.get::<_, Int>(5)?.0,
    })
}

pub(crate) fn room(conn: &Connection, id: RoomId) -> rusqlite::Result<Option<Room>> {
    let sql = "SELECT seq, id, name, creator, last, last_n FROM rooms WHERE id = ?1";
    conn.prepare_cached(sql)?.query_row([id], room_row).optional()
}

pub(crate) fn member(conn: &Connection, room: RoomId, user: UserId) -> rusqlite::Result<Option<Member>> {
    conn.prepare_cached("SELECT seq, joined FROM members WHERE room = ?1 AND user = ?2")?
        .query_row(params![room, user], |row| Ok(Member { seq: row.get(0)?, room, user, joined: row.get(1)? }))
        .optional()
}

/// Whether `user` may see what is said in `room`.
///
/// # Errors
/// `not_found`, also for a room that does not exist.
pub(crate) fn require_member(conn: &Connection, room: RoomId, user: UserId) -> AppResult<()> {
    match member(conn, room, user)? {
        Some(Member { joined: true, .. }) => Ok(()),
        _ => Err(AppError::new(Code::NotFound)),
    }
}

pub(crate) fn joined_rooms(conn: &Connection, user: UserId) -> rusqlite::Result<Vec<RoomId>> {
    conn.prepare_cached("SELECT room FROM members WHERE user = ?1 AND joined ORDER BY room")?
        .query_map([user], |row| row.get(0))?
        .collect()
}

/// All rooms by id, each with its newest message as of now.
pub(crate) fn all(conn: &Connection) -> rusqlite::Result<Vec<Room>> {
    conn.prepare_cached("SELECT seq, id, name, creator, last, last_n FROM rooms ORDER BY id")?.query_map([], room_row)?.collect()
}

/// All rooms, in a read of its own.
pub async fn rooms(db: &Database) -> AppResult<Vec<Room>> {
    db.read(|conn| Ok(all(conn)?)).await
}

/// The rooms `user` is a member of, by id.
pub async fn joined(db: &Database, user: UserId) -> AppResult<Vec<RoomId>> {
    db.read(move |conn| Ok(joined_rooms(conn, user)?)).await
}

/// Everybody's memberships, as the hub keeps them.
pub async fn memberships(db: &Database) -> AppResult<Vec<(RoomId, UserId)>> {
    db.read(|conn| {
        let mut statement = conn.prepare_cached("SELECT room, user FROM members WHERE joined")?;
        let all: rusqlite::Result<Vec<_>> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect();
        Ok(all?)
    })
    .await
}

/// Opens a room; its creator is a member. `name` has been checked.
pub async fn create(db: &Database, creator: UserId, name: String) -> AppResult<Room> {
    db.write(move |write| {
        let seq = write.next_seq()?;
        let id = write
            .conn()
            .prepare_cached("INSERT INTO rooms (seq, name, creator) VALUES (?1, ?2, ?3) RETURNING id")?
            .query_row(params![seq, name, creator], |row| row.get(0))?;
        let room = Room { seq, id, name, creator: Some(creator), last: 0, last_n: 0 };
        write.publish(Change { event: Event::Room(room.clone()), audience: Audience::Everyone });
        set_member(write, id, creator)?;
        Ok(room)
    })
    .await
}

/// Gives a room another name. The name it has already changes nothing and tells nobody.
///
/// # Errors
/// `not_found`; `forbidden` for everyone but its creator, and so for everyone in General.
pub async fn rename(db: &Database, user: UserId, id: RoomId, name: String) -> AppResult<Room> {
    db.write(move |write| {
        let Some(before) = room(write.conn(), id)? else { return Err(AppError::new(Code::NotFound)) };
        if before.creator != Some(user) {
            return Err(AppError::new(Code::Forbidden));
        }
        if before.name == name {
            return Ok(before);
        }
        let renamed = Room { seq: write.next_seq()?, name, ..before };
        write.conn().prepare_cached("UPDATE rooms SET seq = ?2, name = ?3 WHERE id = ?1")?.execute(params![
            id,
            renamed.seq,
            renamed.name
        ])?;
        write.publish(Change { event: Event::Room(renamed.clone()), audience: Audience::Everyone });
        Ok(renamed)
    })
    .await
}

/// Makes `user` a member. Who is one already gets the membership as it is, and nobody is told.
///
/// # Errors
/// `not_found`.
pub async fn join(db: &Database, user: UserId, id: RoomId) -> AppResult<Member> {
    db.write(move |write| {
        match member(write.conn(), id, user)? {
            Some(member) if member.joined => return Ok(member),
            Some(_) => {}
            None if room(write.conn(), id)?.is_some() => {}
            None => return Err(AppError::new(Code::NotFound)),
        }
        set_member(write, id, user)
    })
    .await
}

/// Writes and publishes that `user` is in `room`.
pub(crate) fn set_member(write: &mut Write<'_>, room: RoomId, user: UserId) -> AppResult<Member> {
    let seq = write.next_seq()?;
    let sql = "INSERT INTO members (room, user, seq, joined) VALUES (?1, ?2, ?3, 1)
               ON CONFLICT (room, user) DO UPDATE SET seq = excluded.seq, joined = 1";
    write.conn().prepare_cached(sql)?.execute(params![room, user, seq])?;
    let member = Member { seq, room, user, joined: true };
    write.publish(Change { event: Event::Member(member.clone()), audience: Audience::RoomAnd(room, user) });
    Ok(member)
}
