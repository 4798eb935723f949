//! SQL of direct rooms: finding the one of a set of people, and making it.

#[cfg(test)]
mod tests;

use super::{
    members,
    rows::{insert, people_key, room_row, select_rooms},
};
use crate::{
    database::{Database, Read, params},
    features::{
        people::{model::User, store as people},
        rooms::model::{MemberRole, Room, RoomKind},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
    },
    request::hooks::Hooks,
};
use std::collections::BTreeSet;

/// Returns the direct room of `user` and `others`, which is made where there is none yet; `admit` may refuse that.
///
/// # Errors
/// `not_found` for somebody who is not there or whom `user` may not see, and for a new room of somebody who has left for good;
/// those of `admit`.
pub async fn open_direct(
    db: &Database,
    hooks: &Hooks,
    user: UserId,
    others: BTreeSet<UserId>,
    admit: impl FnOnce() -> AppResult<()> + Send + 'static,
) -> AppResult<Room> {
    const OF_PEOPLE: &str = select_rooms!("WHERE r.people = ?1");
    let hooks = hooks.clone();
    db.write(move |write| {
        let others: Vec<UserId> = others.into_iter().collect();
        let mut people: Vec<UserId> = others.iter().copied().chain([user]).collect();
        people.sort_unstable();
        if let Some(room) = write.row(OF_PEOPLE, &params![people_key(&people)], room_row)? {
            return Ok(room);
        }
        members::require_people(write, user, &others)?;
        admit()?;
        let room = Room { kind: RoomKind::Direct, creator: Some(user), people: people.clone(), ..Room::default() };
        let room = insert(write, room)?;
        for user in people {
            members::begin(write, &hooks, &room, user, MemberRole::Member)?;
        }
        Ok(room)
    })
    .await
}

/// A person as another one sees them.
pub(crate) struct Profile {
    pub person: User,
    /// Rooms that both are in, by id, without direct ones.
    pub in_common: Vec<Room>,
}

/// Reads what `user` sees of a person.
///
/// # Errors
/// `not_found` for nobody, and for somebody whom `user` may not see.
pub(crate) fn profile(read: &Read<'_>, user: UserId, id: UserId) -> AppResult<Profile> {
    const IN_COMMON: &str = select_rooms!(
        "JOIN members a ON a.room_id = r.id AND a.user_id = ?1 AND a.joined = 1
         JOIN members b ON b.room_id = r.id AND b.user_id = ?2 AND b.joined = 1
         WHERE r.kind <> 2 ORDER BY r.id"
    );
    let person = people::user(read, id)?.ok_or(AppError::new(Code::NotFound))?;
    people::require_seen(read, user, &[id])?;
    Ok(Profile { person, in_common: read.rows(IN_COMMON, &params![user, id], room_row)? })
}

/// At most `limit` people to whom `user` may write and whose name has `find` in it, the most recently seen first; and those of
/// `chosen` to whom they may write, by id.
pub(crate) fn to_write_to(
    read: &Read<'_>,
    user: UserId,
    find: &str,
    chosen: &[UserId],
    limit: usize,
) -> AppResult<(Vec<User>, Vec<User>)> {
    // A room that does not exist has no members, so all others are outside of it.
    let mut found = people::outside(read, user, RoomId(0), find, limit)?;
    let seen = people::seen(read, user, chosen)?;
    found.retain(|other| other.id != user && !chosen.contains(&other.id));
    let chosen: Vec<u64> = chosen.iter().filter(|other| **other != user && seen.contains(other)).map(|other| other.0).collect();
    let mut chosen = if chosen.is_empty() { Vec::new() } else { people::users(read, &chosen)? };
    chosen.retain(|user| user.active);
    chosen.sort_unstable_by_key(|user| user.id);
    Ok((found, chosen))
}
