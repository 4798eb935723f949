//! SQL of people: reading them, their names, and their own profile. What others change of them is in `store/standing.rs`.

mod rows;
mod sight;
mod standing;

pub(crate) use rows::{active, user, user_row, users};
pub(crate) use sight::{require_seen, seen};
pub(crate) use standing::require_on_person;
pub use standing::{activate, ban, deactivate, end_bans, give_role, sights};

use super::{
    model::{User, UserList},
    names::{CheckedName, initial, skeletons},
};
use crate::{
    database::{self, Audience, Database, Read, Write, params},
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        things::{Event, Kind},
    },
    stream::source::{Source, first_numbers},
};
use sight::sees_person;
use std::{collections::HashMap, ops::ControlFlow};

/// A name is held for this long after its owner was last seen: 24 hours, in milliseconds. Accounts hold theirs for good.
const NAME_HELD: u64 = 24 * 3_600_000;
/// Rooms up to this many members are looked through whole; in larger ones the people seen last are looked through instead.
const SMALL_ROOM: usize = 200;

/// In a large room looking at all would take long, and walking along `activity_seen` finds members soon enough.
pub(crate) const LIKELY_OF_LARGE: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
    FROM (SELECT user_id, seen_at FROM activity ORDER BY seen_at DESC LIMIT 400) AS a JOIN users u ON u.id = a.user_id
    WHERE u.active = 1 AND EXISTS (SELECT 1 FROM members m WHERE m.room_id = ?1 AND m.user_id = a.user_id AND m.joined = 1)
    ORDER BY a.seen_at DESC, u.id DESC LIMIT ?2";

/// Where replay reads people.
pub(crate) const USERS: Source =
    Source { kind: Kind::User, read: |read, keys| Ok(users(read, &first_numbers(keys))?.into_iter().map(Event::User).collect()) };

/// Those of these people whom `user` may see, in the order asked for; ids of nobody are left out.
pub async fn people(db: &Database, user: UserId, ids: Vec<UserId>) -> AppResult<Vec<User>> {
    db.read(move |read| {
        let numbers: Vec<u64> = seen(read, user, &ids)?.into_iter().map(|id| id.0).collect();
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let found: HashMap<UserId, User> = users(read, &numbers)?.into_iter().map(|user| (user.id, user)).collect();
        Ok(ids.iter().filter_map(|id| found.get(id).cloned()).collect())
    })
    .await
}

/// The first `limit` people after `after` whom `user` may see, by id, those too who have left.
///
/// # Errors
/// Those of the store.
pub async fn directory(db: &Database, user: UserId, after: UserId, limit: u32) -> AppResult<UserList> {
    db.read(move |read| Ok(look_for(read, user, after, limit, "")?)).await
}

/// The first `limit` people after `after` whom `user` may see and whose name or handle has `find` in it, by id.
pub(crate) fn look_for(read: &Read<'_>, user: UserId, after: UserId, limit: u32, find: &str) -> database::Result<UserList> {
    const PEOPLE: &str = concat!(
        "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden FROM users u WHERE u.id > ?2 AND ",
        sees_person!(),
        " ORDER BY u.id"
    );
    let (find, limit, mut items) = (find.to_lowercase(), limit as usize, Vec::new());
    read.each(PEOPLE, &params![user, after], |row| {
        let has_it = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase().contains(&find));
        if has_it(row.text(2)?) || has_it(row.text(4)?) {
            items.push(user_row(row)?);
        }
        // One more tells whether any follow.
        Ok(if items.len() <= limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next = items.last().filter(|_| more).map(|user| user.id);
    Ok(UserList { items, next })
}

/// The members of a room who have not left for good, by id, at most `limit`.
pub(crate) fn members(read: &Read<'_>, room: RoomId, limit: u32) -> database::Result<Vec<User>> {
    const MEMBERS: &str = "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
        FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 AND u.active = 1 ORDER BY u.id LIMIT ?2";
    read.rows(MEMBERS, &params![room, limit], user_row)
}

/// At most `limit` people whom `user` may see and who are not in a room, whose name has `find` in it and who have not left, the
/// most recently seen first. They are looked for among the 10,000 who were seen last.
pub(crate) fn outside(read: &Read<'_>, user: UserId, room: RoomId, find: &str, limit: usize) -> database::Result<Vec<User>> {
    const OUTSIDE: &str = concat!(
        "SELECT u.seq, u.id, u.name, u.hue, u.handle, u.role, u.active, u.hidden
            FROM activity a JOIN users u ON u.id = a.user_id WHERE u.active = 1 AND (u.handle IS NOT NULL OR a.left_at IS NULL)
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.room_id = ?2 AND m.user_id = u.id AND m.joined = 1) AND ",
        sees_person!(),
        " ORDER BY a.seen_at DESC, u.id DESC LIMIT 10000"
    );
    let (find, mut found) = (find.to_lowercase(), Vec::new());
    read.each(OUTSIDE, &params![user, room], |row| {
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
        WHERE m.room_id = ?1 AND m.joined = 1 AND u.active = 1 ORDER BY a.seen_at DESC, u.id DESC LIMIT ?2";
    let members: usize = read.row(MEMBERS, &params![room, SMALL_ROOM + 1], |row| row.get(0))?.unwrap_or(0);
    let statement = if members <= SMALL_ROOM { OF_SMALL } else { LIKELY_OF_LARGE };
    read.rows(statement, &params![room, limit], user_row)
}

/// Refuses a name for a person without an account. `own` is the person who asks.
///
/// # Errors
/// `name_taken` when somebody has the same name, or one that looks like it, and has an account, or was seen in the last 24 hours
/// and has not left.
pub(crate) fn require_free_name(write: &Write<'_>, name: &CheckedName, own: Option<UserId>) -> AppResult<()> {
    const TAKEN: &str = "SELECT 1 FROM name_skeletons s JOIN users u ON u.id = s.user_id
        LEFT JOIN activity a ON a.user_id = s.user_id
        WHERE s.skeleton IN (?1, ?2, ?3) AND u.active = 1 AND s.user_id IS DISTINCT FROM ?6
        AND (u.handle IS NOT NULL OR (a.left_at IS NULL AND a.seen_at > ?4 AND a.seen_at < ?5))";
    let now = write.now();
    let [cased, capital, small] = &name.skeletons;
    // A time far ahead was noted by a clock that was wrong.
    let (since, until) = (now.saturating_sub(NAME_HELD), now + NAME_HELD);
    match write.exists(TAKEN, &params![cased, capital, small, since, until, own])? {
        true => Err(AppError::new(Code::NameTaken)),
        false => Ok(()),
    }
}

/// Adds what a name looks like to what a person is known by.
pub(crate) fn insert_skeletons(write: &Write<'_>, id: UserId, all: &[String]) -> AppResult<()> {
    const SKELETON: &str = "INSERT INTO name_skeletons (skeleton, user_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    Ok(all.iter().try_for_each(|skeleton| write.later(SKELETON, &params![skeleton, id]))?)
}

/// Stores a person's name, and what it looks like in place of the one before. The handle counts as a name too.
pub(crate) fn set_name(write: &Write<'_>, user: &User, all: &[String]) -> AppResult<()> {
    const NAME: &str = "UPDATE users SET name = ?2 WHERE id = ?1";
    const OLD: &str = "DELETE FROM name_skeletons WHERE user_id = ?1";
    write.later(NAME, &params![user.id, user.name])?;
    write.later(OLD, &params![user.id])?;
    insert_skeletons(write, user.id, all)?;
    user.handle.as_deref().map_or(Ok(()), |handle| insert_skeletons(write, user.id, &skeletons(handle)))
}

/// Changes a person's name and hue. What they are already changes nothing and takes no number.
///
/// # Errors
/// `name_taken` for a person without an account, where it would be at entering.
pub async fn update(db: &Database, id: UserId, name: Option<CheckedName>, hue: Option<u8>) -> AppResult<User> {
    const UPDATE: &str = "UPDATE users SET seq = ?2, hue = ?3 WHERE id = ?1";
    db.write(move |write| {
        let before = active(write, id)?;
        let name = name.filter(|name| name.name != before.name);
        let hue = hue.unwrap_or(before.hue);
        if name.is_none() && hue == before.hue {
            return Ok(before);
        }
        if let Some(name) = name.as_ref().filter(|_| before.handle.is_none()) {
            require_free_name(write, name, Some(id))?;
        }
        let mut after = User { seq: write.next_seq()?, hue, ..before };
        write.later(UPDATE, &params![id, after.seq, after.hue])?;
        if let Some(name) = name {
            (after.initial, after.name) = (initial(&name.name), name.name);
            set_name(write, &after, &name.skeletons)?;
        }
        write.publish(Event::User(after.clone()), Audience::Person(after.id))?;
        Ok(after)
    })
    .await
}
