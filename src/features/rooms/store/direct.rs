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
        people::{model::Role, store as people},
        rooms::model::{MemberRole, Room, RoomKind},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
};
use std::collections::BTreeSet;

/// Returns the direct room of `user` and `others`, which is made where there is none yet; `admit` may refuse that.
///
/// # Errors
/// `not_found` for somebody who is not there or whom `user` may not see, and for a new room of somebody who has left for good;
/// those of `admit`.
pub async fn open_direct(
    db: &Database,
    user: UserId,
    others: BTreeSet<UserId>,
    admit: impl FnOnce() -> AppResult<()> + Send + 'static,
) -> AppResult<Room> {
    const OF_PEOPLE: &str = select_rooms!("WHERE r.people = ?1");
    db.write(move |write| {
        let others: Vec<UserId> = others.into_iter().collect();
        let mut people: Vec<UserId> = others.iter().copied().chain([user]).collect();
        people.sort_unstable();
        if let Some(room) = write.row(OF_PEOPLE, &params![people_key(&people)], room_row)? {
            return Ok(room);
        }
        members::require_people(write, &others)?;
        require_seen(write, user, &others)?;
        admit()?;
        let room = Room { kind: RoomKind::Direct, creator: Some(user), people: people.clone(), ..Room::default() };
        let room = insert(write, room)?;
        for user in people {
            members::set_member(write, &room, user, MemberRole::Member)?;
        }
        Ok(room)
    })
    .await
}

/// Refuses people whom `user` may not see: a guest sees who is or was in a room that the guest is in.
///
/// # Errors
/// `not_found`.
fn require_seen(read: &Read<'_>, user: UserId, others: &[UserId]) -> AppResult<()> {
    const SEEN: &str = "SELECT DISTINCT o.user_id FROM members m JOIN members o ON o.room_id = m.room_id
        WHERE (m.user_id, o.user_id) IN (?*) AND m.joined = 1";
    if people::active(read, user)?.role != Role::Guest || others.is_empty() {
        return Ok(());
    }
    let pairs: Vec<_> = others.iter().map(|other| (user.0, other.0)).collect();
    let seen: BTreeSet<UserId> = read.rows_in_pairs(SEEN, &pairs, |row| row.get(0))?.into_iter().collect();
    if seen.len() == others.len() { Ok(()) } else { Err(AppError::new(Code::NotFound)) }
}
