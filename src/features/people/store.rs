//! SQL of people.

use super::{
    model::{Role, User},
    names::initial,
};
use crate::{
    database::{self, Bind, Cell, Column, Database, Read, Row, params},
    model::{
        error::AppResult,
        ids::{RoomId, UserId},
        things::{Event, Kind},
    },
    stream::source::{Source, first_numbers},
};
use std::{collections::HashMap, ops::ControlFlow};

/// Rooms up to this many members are looked through whole; in larger ones the people seen last are looked through instead.
const SMALL_ROOM: usize = 200;

/// In a large room looking at all would take long, and walking along `activity_seen` finds members soon enough.
pub(crate) const LIKELY_OF_LARGE: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
    FROM (SELECT user_id, seen_at FROM activity ORDER BY seen_at DESC LIMIT 400) AS a JOIN users u ON u.id = a.user_id
    WHERE EXISTS (SELECT 1 FROM members m WHERE m.room_id = ?1 AND m.user_id = a.user_id AND m.joined = 1)
    ORDER BY a.seen_at DESC, u.id DESC LIMIT ?2";

/// Where replay reads people.
pub(crate) const USERS: Source =
    Source { kind: Kind::User, read: |read, keys| Ok(users(read, &first_numbers(keys))?.into_iter().map(Event::User).collect()) };

/// Roles are the numbers of [`Role::number`].
impl Bind for Role {
    fn bind(&self) -> Cell<'_> {
        Cell::Number(u64::from(self.number()))
    }
}

impl Column for Role {
    fn column(cell: Cell<'_>) -> Option<Self> {
        let number = u8::column(cell)?;
        Self::ALL.into_iter().find(|role| role.number() == number)
    }
}

/// A user from the columns seq, id, name, hue, handle, role, active, hidden, in this order from the first.
pub(crate) fn user_row(row: &Row<'_>) -> database::Result<User> {
    let name: String = row.get(2)?;
    let initial = initial(&name);
    let (seq, id, hue, handle) = (row.get(0)?, row.get(1)?, row.get(3)?, row.get(4)?);
    Ok(User { seq, id, name, hue, initial, handle, role: row.get(5)?, active: row.get(6)?, hidden: row.get(7)? })
}

pub(crate) fn user(read: &Read<'_>, id: UserId) -> database::Result<Option<User>> {
    const USER: &str = "SELECT seq, id, name, hue, handle, role, active, hidden FROM users WHERE id = ?1";
    read.row(USER, &params![id], user_row)
}

/// These people, in no order; ids of nobody are left out.
pub(crate) fn users(read: &Read<'_>, ids: &[u64]) -> database::Result<Vec<User>> {
    const USERS: &str = "SELECT seq, id, name, hue, handle, role, active, hidden FROM users WHERE id IN (?*)";
    read.rows_in(USERS, ids, user_row)
}

/// These people, in the order asked for; ids of nobody are left out.
pub async fn people(db: &Database, ids: Vec<UserId>) -> AppResult<Vec<User>> {
    db.read(move |read| {
        let numbers: Vec<u64> = ids.iter().map(|id| id.0).collect();
        let found: HashMap<UserId, User> = users(read, &numbers)?.into_iter().map(|user| (user.id, user)).collect();
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    })
    .await
}

/// The members of a room, by id, at most `limit`.
pub(crate) fn members(read: &Read<'_>, room: RoomId, limit: u32) -> database::Result<Vec<User>> {
    const MEMBERS: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
        FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 ORDER BY u.id LIMIT ?2";
    read.rows(MEMBERS, &params![room, limit], user_row)
}

/// At most `limit` people who are not in a room, whose name has `find` in it and who have not left, the most recently seen first.
/// They are looked for among the 10,000 who were seen last.
pub(crate) fn outside(read: &Read<'_>, room: RoomId, find: &str, limit: usize) -> database::Result<Vec<User>> {
    const OUTSIDE: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
        FROM activity a JOIN users u ON u.id = a.user_id WHERE a.left_at IS NULL AND u.active = 1
        AND NOT EXISTS (SELECT 1 FROM members m WHERE m.room_id = ?1 AND m.user_id = u.id AND m.joined = 1)
        ORDER BY a.seen_at DESC, u.id DESC LIMIT 10000";
    let (find, mut found) = (find.to_lowercase(), Vec::new());
    read.each(OUTSIDE, &params![room], |row| {
        if row.text(2)?.is_some_and(|name| name.to_lowercase().contains(&find)) {
            found.push(user_row(row)?);
        }
        Ok(if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(found)
}

/// Members of a room, the most recently seen first: those who may well be named or speak next. In a large room only people seen
/// lately are considered.
pub(crate) fn likely_speakers(read: &Read<'_>, room: RoomId, limit: usize) -> database::Result<Vec<User>> {
    const MEMBERS: &str = "SELECT count(*) FROM (SELECT 1 FROM members WHERE room_id = ?1 LIMIT ?2) AS counted";
    // Every member is looked at and sorted.
    const OF_SMALL: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
        FROM members m JOIN users u ON u.id = m.user_id JOIN activity a ON a.user_id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 ORDER BY a.seen_at DESC, u.id DESC LIMIT ?2";
    let members: usize = read.row(MEMBERS, &params![room, SMALL_ROOM + 1], |row| row.get(0))?.unwrap_or(0);
    let statement = if members <= SMALL_ROOM { OF_SMALL } else { LIKELY_OF_LARGE };
    read.rows(statement, &params![room, limit], user_row)
}
