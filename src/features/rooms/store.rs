//! SQL of rooms and memberships.

#[cfg(test)]
mod tests;

use super::{
    model::{MAX_COUNT, Member, Room, RoomList},
    names::Look,
};
use crate::{
    database::{self, Audience, Database, Read, Row, Write, params},
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, RoomId, Seq, UserId},
        things::{Event, Kind},
    },
    stream::source::{Source, first_numbers},
};

fn room_row(row: &Row<'_>) -> database::Result<Room> {
    Ok(Room {
        seq: row.get(0)?,
        id: row.get(1)?,
        name: row.get(2)?,
        creator: row.get(3)?,
        last: row.get(4)?,
        last_n: row.get(5)?,
    })
}

pub(crate) fn room(read: &Read<'_>, id: RoomId) -> database::Result<Option<Room>> {
    const ROOM: &str = "SELECT seq, id, name, creator_id, last, last_n FROM rooms WHERE id = ?1";
    read.row(ROOM, &params![id], room_row)
}

/// Where replay reads rooms.
pub(crate) const ROOMS: Source = Source {
    kind: Kind::Room,
    read: |read, keys| {
        const ROOMS: &str = "SELECT seq, id, name, creator_id, last, last_n FROM rooms WHERE id IN (?*)";
        read.rows_in(ROOMS, &first_numbers(keys), |row| room_row(row).map(Event::Room))
    },
};

/// Where replay reads memberships.
pub(crate) const MEMBERS: Source = Source {
    kind: Kind::Member,
    read: |read, keys| {
        const MEMBERS: &str = "SELECT seq, room_id, user_id, joined FROM members WHERE (room_id, user_id) IN (?*)";
        read.rows_in_pairs(MEMBERS, keys, |row| {
            Ok(Event::Member(Member { seq: row.get(0)?, room: row.get(1)?, user: row.get(2)?, joined: row.get(3)? }))
        })
    },
};

pub(crate) fn member(read: &Read<'_>, room: RoomId, user: UserId) -> database::Result<Option<Member>> {
    const MEMBER: &str = "SELECT seq, joined FROM members WHERE room_id = ?1 AND user_id = ?2";
    read.row(MEMBER, &params![room, user], |row| Ok(Member { seq: row.get(0)?, room, user, joined: row.get(1)? }))
}

/// Whether `user` may see what is said in `room`.
///
/// # Errors
/// `not_found`, also for a room that does not exist.
pub(crate) fn require_member(read: &Read<'_>, room: RoomId, user: UserId) -> AppResult<()> {
    match member(read, room, user)? {
        Some(Member { joined: true, .. }) => Ok(()),
        _ => Err(AppError::new(Code::NotFound)),
    }
}

/// How many people are in a room, up to one more than [`MAX_COUNT`].
pub(crate) fn count_members(read: &Read<'_>, room: RoomId) -> database::Result<u32> {
    const COUNT: &str = "SELECT count(*) FROM (SELECT 1 FROM members WHERE room_id = ?1 AND joined = 1 LIMIT ?2) AS counted";
    Ok(read.row(COUNT, &params![room, MAX_COUNT + 1], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn joined_rooms(read: &Read<'_>, user: UserId) -> database::Result<Vec<RoomId>> {
    const JOINED: &str = "SELECT room_id FROM members WHERE user_id = ?1 AND joined = 1 ORDER BY room_id";
    read.rows(JOINED, &params![user], |row| row.get(0))
}

/// All rooms by id, each with its newest message as of now.
pub(crate) fn all(read: &Read<'_>) -> database::Result<Vec<Room>> {
    const ALL: &str = "SELECT seq, id, name, creator_id, last, last_n FROM rooms ORDER BY id";
    read.rows(ALL, &[], room_row)
}

/// All rooms, in a read of its own.
pub async fn rooms(db: &Database) -> AppResult<Vec<Room>> {
    db.read(|read| Ok(all(read)?)).await
}

/// The first `limit` rooms after `after`, by id.
pub async fn list(db: &Database, after: RoomId, limit: u32) -> AppResult<RoomList> {
    const LIST: &str = "SELECT seq, id, name, creator_id, last, last_n FROM rooms WHERE id > ?1 ORDER BY id LIMIT ?2";
    // One more than asked for, which tells whether any follow.
    let most = u64::from(limit) + 1;
    db.read(move |read| {
        let mut items = read.rows(LIST, &params![after, most], room_row)?;
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| more).map(|room| room.id);
        Ok(RoomList { items, next })
    })
    .await
}

/// The rooms `user` is a member of, by id.
pub async fn joined(db: &Database, user: UserId) -> AppResult<Vec<RoomId>> {
    db.read(move |read| Ok(joined_rooms(read, user)?)).await
}

/// Everybody's memberships, as the hub keeps them.
pub async fn memberships(db: &Database) -> AppResult<Vec<(RoomId, UserId)>> {
    const MEMBERSHIPS: &str = "SELECT room_id, user_id FROM members WHERE joined = 1";
    db.read(|read| Ok(read.rows(MEMBERSHIPS, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)).await
}

/// Refuses a name that a room has, or one that looks like it, among those changed after `since`. `except` may have it.
fn require_free(read: &Read<'_>, look: &Look, since: Seq, except: Option<RoomId>) -> AppResult<()> {
    const NAMES: &str = "SELECT id, name FROM rooms WHERE seq > ?1 ORDER BY id";
    let rooms: Vec<(RoomId, String)> = read.rows(NAMES, &params![since], |row| Ok((row.get(0)?, row.get(1)?)))?;
    match rooms.into_iter().find(|(id, name)| Some(*id) != except && look.is_alike(name)) {
        Some((room, _)) => Err(AppError { room: Some(room), ..AppError::new(Code::NameTaken).of_room() }),
        None => Ok(()),
    }
}

/// Compares a new name with all others on a reading thread, since that takes a while; the write then asks for those that have
/// come after the number that this returns.
async fn require_free_so_far(db: &Database, name: &str, except: Option<RoomId>) -> AppResult<(Look, Seq)> {
    let look = Look::of(name);
    db.read(move |read| {
        let head = read.head()?;
        require_free(read, &look, Seq(0), except)?;
        Ok((look, head))
    })
    .await
}

/// Opens a room; its creator is a member. `name` has been checked.
///
/// # Errors
/// `name_taken`, with the room that has the name or one that looks like it.
pub async fn create(db: &Database, creator: UserId, name: String) -> AppResult<Room> {
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM rooms";
    const CREATE: &str = "INSERT INTO rooms (id, seq, name, creator_id) VALUES (?1, ?2, ?3, ?4)";
    let (look, since) = require_free_so_far(db, &name, None).await?;
    db.write(move |write| {
        require_free(write, &look, since, None)?;
        let seq = write.next_seq()?;
        let id = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(GENERAL);
        write.execute(CREATE, &params![id, seq, name, creator])?;
        let room = Room { seq, id, name, creator: Some(creator), last: 0, last_n: 0 };
        write.publish(Event::Room(room.clone()), Audience::Everyone)?;
        set_member(write, id, creator)?;
        Ok(room)
    })
    .await
}

/// Gives a room another name. The name it has already changes nothing and tells nobody.
///
/// # Errors
/// `not_found`; `forbidden` for everyone but its creator, and so for everyone in General; `name_taken` as in [`create`].
pub async fn rename(db: &Database, user: UserId, id: RoomId, name: String) -> AppResult<Room> {
    const RENAME: &str = "UPDATE rooms SET seq = ?2, name = ?3 WHERE id = ?1";
    let taken = require_free_so_far(db, &name, Some(id)).await;
    db.write(move |write| {
        let Some(before) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        if before.creator != Some(user) {
            return Err(AppError::new(Code::Forbidden));
        }
        if before.name == name {
            return Ok(before);
        }
        let (look, since) = taken?;
        require_free(write, &look, since, Some(id))?;
        let renamed = Room { seq: write.next_seq()?, name, ..before };
        write.later(RENAME, &params![id, renamed.seq, renamed.name])?;
        write.publish(Event::Room(renamed.clone()), Audience::Everyone)?;
        Ok(renamed)
    })
    .await
}

/// Makes `user` a member. A member already gets the membership as it is, and no stream is told.
///
/// # Errors
/// `not_found`.
pub async fn join(db: &Database, user: UserId, id: RoomId) -> AppResult<Member> {
    db.write(move |write| {
        match member(write, id, user)? {
            Some(member) if member.joined => return Ok(member),
            Some(_) => {}
            None if room(write, id)?.is_some() => {}
            None => return Err(AppError::new(Code::NotFound)),
        }
        set_member(write, id, user)
    })
    .await
}

/// Writes and publishes that `user` is in `room`.
pub(crate) fn set_member(write: &mut Write<'_>, room: RoomId, user: UserId) -> AppResult<Member> {
    const SET_MEMBER: &str = "INSERT INTO members (room_id, user_id, seq, joined) VALUES (?1, ?2, ?3, 1)
        ON CONFLICT (room_id, user_id) DO UPDATE SET seq = excluded.seq, joined = 1";
    let seq = write.next_seq()?;
    write.later(SET_MEMBER, &params![room, user, seq])?;
    let member = Member { seq, room, user, joined: true };
    write.publish(Event::Member(member.clone()), Audience::RoomAnd(room, user))?;
    Ok(member)
}
