//! SQL of rooms: reading, opening and changing them. Memberships and rights are in `store/`.

mod columns;
mod direct;
mod members;
mod rights;
mod rows;
#[cfg(test)]
mod tests;

pub use direct::open_direct;
pub(crate) use direct::{Profile, profile, to_write_to};
pub(crate) use members::{
    MEMBERS, addable, admin_of, admins, count_members, hand_on, join_defaults, joined_rooms, let_in, own_memberships,
    read_members, require_member,
};
pub use members::{add, former, give_role, join, joined, leave, members, memberships, remove};
pub(crate) use rights::{Action, require};
pub(crate) use rows::{by_ids, room};

use super::{
    model::{MemberRole, Posting, Room, RoomKind, RoomList},
    names::Look,
};
use crate::{
    database::{self, Database, Read, Write, params},
    features::people::store as people,
    model::{
        error::{AppError, AppResult, Code, Reason},
        ids::{RoomId, Seq, UserId},
        things::{Event, Kind},
    },
    request::{
        hooks::Hooks,
        rights::{self as workspace_rights, Person, may},
    },
    stream::source::{Source, first_numbers},
};
use rows::{audience, insert, room_row, select_rooms};

use std::collections::BTreeSet;

/// Where replay reads rooms.
pub(crate) const ROOMS: Source = Source {
    kind: Kind::Room,
    read: |read, keys| Ok(by_ids(read, &first_numbers(keys))?.into_iter().map(Event::Room).collect()),
};

/// A statement about the rooms that `?1` may see, and then `$rest`: the open ones, unless that is a guest, and the others that
/// they are in. Kind 0 is open, role 4 a guest.
macro_rules! select_visible {
    ($rest:literal) => {
        select_rooms!(
            "WHERE ((r.kind = 0 AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND u.role <> 4))
                OR EXISTS (SELECT 1 FROM members m WHERE m.room_id = r.id AND m.user_id = ?1 AND m.joined = 1)) ",
            $rest
        )
    };
}

/// The rooms that `user` may see, by id.
pub(crate) fn visible(read: &Read<'_>, user: UserId) -> database::Result<Vec<Room>> {
    const VISIBLE: &str = select_visible!("ORDER BY r.id");
    read.rows(VISIBLE, &params![user], room_row)
}

/// All rooms by id, in a read of its own.
pub async fn rooms(db: &Database) -> AppResult<Vec<Room>> {
    const ALL: &str = select_rooms!("ORDER BY r.id");
    db.read(|read| Ok(read.rows(ALL, &[], room_row)?)).await
}

/// The first `limit` rooms after `after` that `user` may see, by id.
pub async fn list(db: &Database, user: UserId, after: RoomId, limit: u32) -> AppResult<RoomList> {
    const LIST: &str = select_visible!("AND r.id > ?2 ORDER BY r.id LIMIT ?3");
    db.read(move |read| Ok(page(read.rows(LIST, &params![user, after, most(limit)], room_row)?, limit))).await
}

/// The first `limit` open rooms after `after` that `user` is not in, by id; the archived ones too where they are asked for.
pub async fn browse(db: &Database, user: UserId, after: RoomId, limit: u32, archived: bool) -> AppResult<RoomList> {
    const BROWSE: &str = select_visible!(
        "AND r.id > ?2 AND r.kind = 0 AND (r.archived = 0 OR ?4 = 1)
            AND NOT EXISTS (SELECT 1 FROM members m WHERE m.room_id = r.id AND m.user_id = ?1 AND m.joined = 1)
         ORDER BY r.id LIMIT ?3"
    );
    db.read(move |read| Ok(page(read.rows(BROWSE, &params![user, after, most(limit), archived], room_row)?, limit))).await
}

/// The first `limit` rooms after `after` whose name or topic has `find` in it, by id: the open ones that `user` is not in, or,
/// with `archived`, all archived ones that they may see.
pub async fn look_for(db: &Database, user: UserId, after: RoomId, limit: u32, archived: bool, find: &str) -> AppResult<RoomList> {
    let find = find.to_lowercase();
    db.read(move |read| {
        let joined = members::joined_rooms(read, user)?;
        let mut rooms = visible(read, user)?;
        rooms.retain(|room| {
            let offered = if archived { room.archived } else { !room.archived && !joined.contains(&room.id) };
            offered && room.id > after && [&room.name, &room.topic].iter().any(|text| text.to_lowercase().contains(&find))
        });
        Ok(page(rooms, limit))
    })
    .await
}

/// One more than asked for, which tells whether any follow.
fn most(limit: u32) -> u64 {
    u64::from(limit) + 1
}

fn page(mut items: Vec<Room>, limit: u32) -> RoomList {
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| more).map(|room| room.id);
    RoomList { items, next }
}

/// Refuses a name that an open room has, or one that looks like it, among those changed after `since`. `except` may have it.
fn require_free(read: &Read<'_>, look: &Look, since: Seq, except: Option<RoomId>) -> AppResult<()> {
    const NAMES: &str = "SELECT id, name FROM rooms WHERE kind = 0 AND seq > ?1 ORDER BY id";
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

/// A room to be opened; name and topic have been checked.
#[derive(Debug, Clone, Default)]
pub struct NewRoom {
    pub name: String,
    pub kind: RoomKind,
    pub topic: String,
    /// People who become members beside its creator.
    pub users: Vec<UserId>,
}

/// An open room with this name.
impl From<String> for NewRoom {
    fn from(name: String) -> Self {
        Self { name, ..Self::default() }
    }
}

/// Opens a room; its creator is its admin.
///
/// # Errors
/// `not_found` for somebody who is not there; `forbidden` for guests; `name_taken`, with the open room that has the name or one
/// that looks like it.
pub async fn create(db: &Database, hooks: &Hooks, creator: UserId, new: impl Into<NewRoom>) -> AppResult<Room> {
    let NewRoom { name, kind, topic, users } = new.into();
    let free = match kind {
        RoomKind::Open => Some(require_free_so_far(db, &name, None).await),
        RoomKind::Private | RoomKind::Direct => None,
    };
    let hooks = hooks.clone();
    db.write(move |write| {
        let actor = people::active(write, creator)?;
        members::require_people(write, creator, &users)?;
        may(Person::from(&actor), workspace_rights::Action::OpenRoom)?;
        if let Some(free) = free {
            let (look, since) = free?;
            require_free(write, &look, since, None)?;
        }
        let room = insert(write, Room { kind, name, topic, creator: Some(creator), ..Room::default() })?;
        members::begin(write, &hooks, &room, creator, MemberRole::Admin)?;
        let others: BTreeSet<UserId> = users.into_iter().filter(|user| *user != creator).collect();
        for user in others {
            members::begin(write, &hooks, &room, user, MemberRole::Member)?;
        }
        Ok(room)
    })
    .await
}

/// What is to change of a room; what is none stays.
#[derive(Debug, Clone, Default)]
pub struct RoomUpdate {
    pub name: Option<String>,
    pub topic: Option<String>,
    pub posting: Option<Posting>,
    pub default: Option<bool>,
}

/// Changes a room. What it is already changes nothing and tells nobody.
///
/// # Errors
/// `not_found`; `forbidden` for everyone but its admins; `archived`; `name_taken` as in [`create`]; `bad_input` (default) for a
/// room that not everyone may see.
pub async fn update(db: &Database, user: UserId, id: RoomId, update: RoomUpdate) -> AppResult<Room> {
    let look = match &update.name {
        Some(name) => Some(require_free_so_far(db, name, Some(id)).await),
        None => None,
    };
    db.write(move |write| {
        let standing = require(write, id, user, Action::Update)?;
        let Some(before) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        let RoomUpdate { name, topic, posting, default } = update;
        if default == Some(true) && standing.kind != RoomKind::Open {
            return Err(AppError::bad_input("default", Reason::Malformed));
        }
        let name = name.unwrap_or_else(|| before.name.clone());
        if name != before.name
            && standing.kind == RoomKind::Open
            && let Some(free) = look
        {
            let (look, since) = free?;
            require_free(write, &look, since, Some(id))?;
        }
        let changed = Room {
            name,
            topic: topic.unwrap_or_else(|| before.topic.clone()),
            posting: posting.unwrap_or(before.posting),
            default: default.unwrap_or(before.default),
            ..before.clone()
        };
        if changed == before { Ok(before) } else { store(write, changed) }
    })
    .await
}

/// Gives a room another name.
///
/// # Errors
/// As [`update`].
pub async fn rename(db: &Database, user: UserId, id: RoomId, name: String) -> AppResult<Room> {
    update(db, user, id, RoomUpdate { name: Some(name), ..RoomUpdate::default() }).await
}

/// Archives a room, or takes it back.
///
/// # Errors
/// `not_found`; `forbidden` for everyone but its admins, and in General.
pub async fn archive(db: &Database, user: UserId, id: RoomId, on: bool) -> AppResult<Room> {
    db.write(move |write| {
        require(write, id, user, Action::Archive)?;
        let Some(before) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        if before.archived == on { Ok(before) } else { store(write, Room { archived: on, ..before }) }
    })
    .await
}

/// Stores and publishes what a room has become.
fn store(write: &mut Write<'_>, room: Room) -> AppResult<Room> {
    const STORE: &str =
        "UPDATE rooms SET seq = ?2, name = ?3, topic = ?4, posting = ?5, is_default = ?6, archived = ?7 WHERE id = ?1";
    let room = Room { seq: write.next_seq()?, ..room };
    write.later(STORE, &params![room.id, room.seq, room.name, room.topic, room.posting, room.default, room.archived])?;
    write.publish(Event::Room(room.clone()), audience(&room))?;
    Ok(room)
}
