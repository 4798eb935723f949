//! Whom a message means by the names in it: people of its room, as they are when it is stored.

use super::super::{
    markup::mentions::{Named, Target, Token},
    model::Body,
};
use crate::{
    database::{self, Read, params},
    features::people::names::skeletons,
    model::ids::{RoomId, UserId},
    request::rights::room::Standing,
};

/// Finds out whom the names in a message mean. `standing` is its author's.
pub(super) fn resolve(read: &Read<'_>, standing: &Standing, body: &Body) -> database::Result<Named> {
    let mut named = Named::default();
    for token in super::super::markup::mentions::candidates(body) {
        if let Some(target) = target(read, standing, &token)? {
            named.0.push((token, target));
        }
    }
    Ok(named)
}

fn target(read: &Read<'_>, standing: &Standing, token: &Token) -> database::Result<Option<Target>> {
    match &**token {
        "room" => return Ok(standing.may_name_all().then_some(Target::Room)),
        "here" => return Ok(standing.may_name_all().then_some(Target::Here)),
        _ => {}
    }
    let user = match token.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some((name, "")) => by_name(read, standing.room, name)?,
        Some((name, number)) => match number[1..].parse() {
            Ok(id) => by_name_and_id(read, standing.room, name, UserId(id))?,
            Err(_) => None,
        },
        None => by_handle(read, standing.room, token)?,
    };
    Ok(user.map(Target::User))
}

fn by_handle(read: &Read<'_>, room: RoomId, handle: &str) -> database::Result<Option<UserId>> {
    const BY_HANDLE: &str = "SELECT u.id FROM users u JOIN members m ON m.room_id = ?1 AND m.user_id = u.id
        WHERE u.handle = ?2 AND u.active = 1 AND m.joined = 1";
    read.row(BY_HANDLE, &params![room, handle], |row| row.get(0))
}

/// The one member with this name; none where several have it.
fn by_name(read: &Read<'_>, room: RoomId, name: &str) -> database::Result<Option<UserId>> {
    // Names are found by what they look like, which has an index.
    const BY_NAME: &str = "SELECT u.id FROM name_skeletons s JOIN users u ON u.id = s.user_id
        JOIN members m ON m.room_id = ?1 AND m.user_id = u.id
        WHERE s.skeleton = ?2 AND u.name = ?3 AND u.active = 1 AND m.joined = 1 ORDER BY u.id LIMIT 2";
    let [skeleton, ..] = skeletons(name);
    let found: Vec<UserId> = read.rows(BY_NAME, &params![room, skeleton, name], |row| row.get(0))?;
    Ok(if let [one] = found[..] { Some(one) } else { None })
}

fn by_name_and_id(read: &Read<'_>, room: RoomId, name: &str, id: UserId) -> database::Result<Option<UserId>> {
    const BY_ID: &str = "SELECT u.id FROM users u JOIN members m ON m.room_id = ?1 AND m.user_id = u.id
        WHERE u.id = ?2 AND u.name = ?3 AND u.active = 1 AND m.joined = 1";
    read.row(BY_ID, &params![room, id, name], |row| row.get(0))
}
