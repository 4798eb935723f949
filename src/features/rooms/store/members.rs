//! SQL of memberships: joining, leaving, adding, removing, and who runs a room.

use super::{
    rights::{Action, require},
    rows::{by_ids, room, room_from, room_row, select_rooms},
};
use crate::{
    database::{self, Audience, Database, Read, Row, Write, params},
    features::{
        people::store as people,
        rooms::model::{MAX_COUNT, Member, MemberList, MemberRole, Room},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        things::{Event, Kind},
    },
    request::hooks::Hooks,
    stream::source::{Key, Source},
};
use std::collections::{BTreeSet, HashMap};

/// A statement about memberships and their rooms with every column, and then `$rest`.
macro_rules! select_members {
    ($rest:literal) => {
        concat!(
            "SELECT m.seq, m.room_id, m.user_id, m.joined, m.role, r.seq, r.id, r.name, r.creator_id, r.last, r.last_n, r.kind,
                r.topic, r.posting, r.is_default, r.archived, r.people
             FROM members m JOIN rooms r ON r.id = m.room_id ",
            $rest
        )
    };
}

/// A membership from the columns of `select_members`.
fn member_row(row: &Row<'_>) -> database::Result<Member> {
    let joined = row.get(3)?;
    let as_of = if joined { Some(room_from(row, 5)?) } else { None };
    Ok(Member { seq: row.get(0)?, room: row.get(1)?, user: row.get(2)?, joined, role: row.get(4)?, as_of })
}

/// Where replay reads memberships.
pub(crate) const MEMBERS: Source =
    Source { kind: Kind::Member, read: |read, keys| Ok(by_keys(read, keys)?.into_iter().map(Event::Member).collect()) };

fn by_keys(read: &Read<'_>, keys: &[Key]) -> database::Result<Vec<Member>> {
    const BY_KEYS: &str = select_members!("WHERE (m.room_id, m.user_id) IN (?*)");
    read.rows_in_pairs(BY_KEYS, keys, member_row)
}

pub(crate) fn member(read: &Read<'_>, room: RoomId, user: UserId) -> database::Result<Option<Member>> {
    const MEMBER: &str = select_members!("WHERE m.room_id = ?1 AND m.user_id = ?2");
    read.row(MEMBER, &params![room, user], member_row)
}

/// Whether `user` may see what is said in `room`.
///
/// # Errors
/// `not_found`, also for a room that does not exist.
pub(crate) fn require_member(read: &Read<'_>, room: RoomId, user: UserId) -> AppResult<()> {
    require(read, room, user, Action::Read).map(drop)
}

/// How many people are in a room who have not left for good, up to one more than [`MAX_COUNT`].
pub(crate) fn count_members(read: &Read<'_>, room: RoomId) -> database::Result<u32> {
    const COUNT: &str = "SELECT count(*) FROM (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 AND u.active = 1 LIMIT ?2) AS counted";
    Ok(read.row(COUNT, &params![room, MAX_COUNT + 1], |row| row.get(0))?.unwrap_or(0))
}

pub(crate) fn joined_rooms(read: &Read<'_>, user: UserId) -> database::Result<Vec<RoomId>> {
    const JOINED: &str = "SELECT room_id FROM members WHERE user_id = ?1 AND joined = 1 ORDER BY room_id";
    read.rows(JOINED, &params![user], |row| row.get(0))
}

/// The people who run a room, by id.
pub(crate) fn admins(read: &Read<'_>, room: RoomId) -> database::Result<Vec<UserId>> {
    const ADMINS: &str = "SELECT user_id FROM members WHERE room_id = ?1 AND joined = 1 AND role = 1 ORDER BY user_id";
    read.rows(ADMINS, &params![room], |row| row.get(0))
}

/// The rooms that `user` runs, by id.
pub(crate) fn admin_of(read: &Read<'_>, user: UserId) -> database::Result<Vec<RoomId>> {
    const ADMIN_OF: &str = "SELECT room_id FROM members WHERE user_id = ?1 AND joined = 1 AND role = 1 ORDER BY room_id";
    read.rows(ADMIN_OF, &params![user], |row| row.get(0))
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

/// Whose memberships have ended, as the hub keeps them.
pub async fn former(db: &Database) -> AppResult<Vec<(RoomId, UserId)>> {
    const FORMER: &str = "SELECT room_id, user_id FROM members WHERE joined = 0";
    db.read(|read| Ok(read.rows(FORMER, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)).await
}

/// The first `limit` memberships of a room after `after`, by the people's ids.
///
/// # Errors
/// `not_found` for a room that `user` is no member of.
pub async fn members(db: &Database, user: UserId, room: RoomId, after: UserId, limit: u32) -> AppResult<MemberList> {
    db.read(move |read| read_members(read, user, room, after, limit)).await
}

/// As [`members`], in the snapshot of `read`.
///
/// # Errors
/// As [`members`].
pub(crate) fn read_members(read: &Read<'_>, user: UserId, room: RoomId, after: UserId, limit: u32) -> AppResult<MemberList> {
    const MEMBERS: &str = select_members!("WHERE m.room_id = ?1 AND m.joined = 1 AND m.user_id > ?2 ORDER BY m.user_id LIMIT ?3");
    require(read, room, user, Action::Read)?;
    let mut items = read.rows(MEMBERS, &params![room, after, u64::from(limit) + 1], member_row)?;
    let more = items.len() > limit as usize;
    items.truncate(limit as usize);
    // The reader knows the room.
    items.iter_mut().for_each(|member| member.as_of = None);
    let next = items.last().filter(|_| more).map(|member| member.user);
    Ok(MemberList { items, next })
}

/// The memberships of `user`, by room, without the rooms themselves.
pub(crate) fn own_memberships(read: &Read<'_>, user: UserId) -> database::Result<Vec<Member>> {
    const OWN: &str = select_members!("WHERE m.user_id = ?1 AND m.joined = 1 ORDER BY m.room_id");
    let mut members = read.rows(OWN, &params![user], member_row)?;
    members.iter_mut().for_each(|member| member.as_of = None);
    Ok(members)
}

/// Makes `user` a member. A member already gets the membership as it is, and no stream is told.
///
/// # Errors
/// `not_found` for a room that they may not see; `archived`.
pub async fn join(db: &Database, hooks: &Hooks, user: UserId, id: RoomId) -> AppResult<Member> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let standing = require(write, id, user, Action::Join)?;
        if standing.role.is_some()
            && let Some(member) = member(write, id, user)?
        {
            return Ok(member);
        }
        let Some(room) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        begin(write, &hooks, &room, user, MemberRole::Member)
    })
    .await
}

/// Makes somebody who is new a member of the rooms that are for everyone.
pub(crate) fn join_defaults(write: &mut Write<'_>, hooks: &Hooks, user: UserId) -> AppResult<()> {
    const DEFAULTS: &str = select_rooms!("WHERE r.is_default = 1 AND r.archived = 0 ORDER BY r.id");
    for room in write.rows(DEFAULTS, &[], room_row)? {
        begin(write, hooks, &room, user, MemberRole::Member)?;
    }
    Ok(())
}

/// Ends one's own membership.
///
/// # Errors
/// `not_found` for a room that one is not in; `forbidden` for General.
pub async fn leave(db: &Database, hooks: &Hooks, user: UserId, room: RoomId) -> AppResult<Member> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let standing = require(write, room, user, Action::Leave)?;
        end(write, &hooks, room, user, standing.is_admin())
    })
    .await
}

/// Ends somebody's membership.
///
/// # Errors
/// `not_found`, also for somebody who is not in the room; `forbidden` for everyone but its admins, and in General; `archived`.
pub async fn remove(db: &Database, hooks: &Hooks, actor: UserId, room: RoomId, user: UserId) -> AppResult<Member> {
    let hooks = hooks.clone();
    db.write(move |write| {
        require(write, room, actor, Action::Remove)?;
        let role = role_of(write, room, user)?;
        end(write, &hooks, room, user, role == MemberRole::Admin)
    })
    .await
}

/// Makes people members; who is one already stays what they are. Answers their memberships in the order asked for.
///
/// # Errors
/// `not_found` for a room that `actor` is not in, or somebody who is not there; `forbidden` for guests, by all but the room's
/// admins; `archived`.
pub async fn add(db: &Database, hooks: &Hooks, actor: UserId, id: RoomId, users: Vec<UserId>) -> AppResult<MemberList> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let standing = require(write, id, actor, Action::Add)?;
        require_people(write, actor, &users)?;
        let Some(room) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        let keys: Vec<Key> = users.iter().map(|user| (id.0, user.0)).collect();
        let mut known: HashMap<UserId, Member> =
            by_keys(write, &keys)?.into_iter().filter(|member| member.joined).map(|member| (member.user, member)).collect();
        if !standing.is_admin() {
            let new: Vec<u64> = users.iter().filter(|user| !known.contains_key(user)).map(|user| user.0).collect();
            refuse_guests(write, &new)?;
        }
        let mut items = Vec::new();
        for user in users {
            let member = match known.get(&user) {
                Some(member) => member.clone(),
                None => begin(write, &hooks, &room, user, MemberRole::Member)?,
            };
            known.insert(user, member.clone());
            items.push(member);
        }
        Ok(MemberList { items, next: None })
    })
    .await
}

/// Refuses people who are guests.
fn refuse_guests(read: &Read<'_>, users: &[u64]) -> AppResult<()> {
    const GUESTS: &str = "SELECT id FROM users WHERE role = 4 AND id IN (?*)";
    match users.is_empty() || read.rows_in(GUESTS, users, |row| row.get::<UserId>(0))?.is_empty() {
        true => Ok(()),
        false => Err(AppError::new(Code::Forbidden)),
    }
}

/// Gives a member a role. The role that they have already changes nothing and tells nobody. A room keeps an admin: where the
/// last one gives that up, whoever has stood longest of the others follows.
///
/// # Errors
/// `not_found`, also for somebody who is not in the room; `forbidden` for everyone but its admins; `archived`.
pub async fn give_role(db: &Database, actor: UserId, id: RoomId, user: UserId, role: MemberRole) -> AppResult<Member> {
    db.write(move |write| {
        require(write, id, actor, Action::GiveRole)?;
        if role_of(write, id, user)? == role
            && let Some(member) = member(write, id, user)?
        {
            return Ok(member);
        }
        let Some(room) = room(write, id)? else { return Err(AppError::new(Code::NotFound)) };
        let given = set_member(write, &room, user, role)?;
        if role == MemberRole::Member {
            keep_an_admin(write, &room, user)?;
        }
        Ok(member(write, id, user)?.unwrap_or(given))
    })
    .await
}

/// Those of `rooms` that `user`, who runs the workspace, may add people to, by id; with `guests`, to which they may add guests:
/// those that they run. A direct room is nobody's to add to.
pub(crate) fn addable(read: &Read<'_>, user: UserId, rooms: &[RoomId], guests: bool) -> database::Result<Vec<RoomId>> {
    // Kind 0 is open, 2 direct.
    const ADDABLE: &str = "SELECT m.room_id, CASE WHEN r.kind = 0 OR m.role = 1 THEN 1 ELSE 0 END
        FROM members m JOIN rooms r ON r.id = m.room_id
        WHERE (m.room_id, m.user_id) IN (?*) AND m.joined = 1 AND r.archived = 0 AND r.kind <> 2";
    let keys: Vec<Key> = rooms.iter().map(|room| (room.0, user.0)).collect();
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let found = read.rows_in_pairs(ADDABLE, &keys, |row| Ok((row.get(0)?, row.get::<bool>(1)?)))?;
    let mut rooms: Vec<RoomId> = found.into_iter().filter(|(_, runs)| *runs || !guests).map(|(room, _)| room).collect();
    rooms.sort_unstable();
    Ok(rooms)
}

/// Makes `user` a member of rooms, by somebody who may add them. Returns whether that changed anything.
pub(crate) fn let_in(write: &mut Write<'_>, hooks: &Hooks, user: UserId, rooms: &[RoomId]) -> AppResult<bool> {
    let joined = joined_rooms(write, user)?;
    let new: Vec<u64> = rooms.iter().filter(|room| !joined.contains(room)).map(|room| room.0).collect();
    let new = by_ids(write, &new)?;
    for room in &new {
        begin(write, hooks, room, user, MemberRole::Member)?;
    }
    Ok(!new.is_empty())
}

/// What a member of the room is.
fn role_of(read: &Read<'_>, room: RoomId, user: UserId) -> AppResult<MemberRole> {
    const ROLE: &str = "SELECT role FROM members WHERE room_id = ?1 AND user_id = ?2 AND joined = 1";
    read.row(ROLE, &params![room, user], |row| row.get(0))?.ok_or(AppError::new(Code::NotFound))
}

/// Refuses ids of nobody, of people who have left for good, and of those whom `actor` may not see.
///
/// # Errors
/// `not_found`.
pub(super) fn require_people(read: &Read<'_>, actor: UserId, users: &[UserId]) -> AppResult<()> {
    const FOUND: &str = "SELECT id FROM users WHERE active = 1 AND id IN (?*)";
    let asked: BTreeSet<u64> = users.iter().map(|user| user.0).collect();
    let asked: Vec<u64> = asked.into_iter().collect();
    if !asked.is_empty() && read.rows_in(FOUND, &asked, |row| row.get::<UserId>(0))?.len() != asked.len() {
        return Err(AppError::new(Code::NotFound));
    }
    people::require_seen(read, actor, users)
}

/// Makes somebody who is not in `room` a member, with all that features keep of the room for that person.
pub(super) fn begin(write: &mut Write<'_>, hooks: &Hooks, room: &Room, user: UserId, role: MemberRole) -> AppResult<Member> {
    let member = set_member(write, room, user, role)?;
    hooks.on_join(write, room, user)?;
    Ok(member)
}

/// Writes and publishes that `user` is in `room`, and as what.
fn set_member(write: &mut Write<'_>, room: &Room, user: UserId, role: MemberRole) -> AppResult<Member> {
    const SET_MEMBER: &str = "INSERT INTO members (room_id, user_id, seq, joined, role, since) VALUES (?1, ?2, ?3, 1, ?4, ?3)
        ON CONFLICT (room_id, user_id) DO UPDATE SET seq = excluded.seq, joined = 1, role = excluded.role,
            since = CASE WHEN members.joined = 1 THEN members.since ELSE excluded.since END";
    let seq = write.next_seq()?;
    write.later(SET_MEMBER, &params![room.id, user, seq, role])?;
    let member = Member { seq, room: room.id, user, joined: true, role, as_of: Some(room.clone()) };
    write.publish(Event::Member(member.clone()), Audience::RoomAnd(room.id, user))?;
    Ok(member)
}

/// Ends a membership, with all that features keep of the room for that person.
fn end(write: &mut Write<'_>, hooks: &Hooks, id: RoomId, user: UserId, was_admin: bool) -> AppResult<Member> {
    const CLOSE: &str = "UPDATE members SET seq = ?3, joined = 0, role = 0 WHERE room_id = ?1 AND user_id = ?2";
    let seq = write.next_seq()?;
    write.later(CLOSE, &params![id, user, seq])?;
    let member = Member { seq, room: id, user, joined: false, role: MemberRole::Member, as_of: None };
    write.publish(Event::Member(member.clone()), Audience::RoomAnd(id, user))?;
    hooks.on_leave(write, id, user)?;
    if was_admin && let Some(room) = room(write, id)? {
        keep_an_admin(write, &room, user)?;
    }
    Ok(member)
}

/// Gives the rooms whose last admin has left for good another one, where somebody is left in them.
pub(crate) fn hand_on(write: &mut Write<'_>, user: UserId) -> AppResult<()> {
    const RUN: &str = select_rooms!(
        "WHERE EXISTS (SELECT 1 FROM members m
            WHERE m.room_id = r.id AND m.user_id = ?1 AND m.joined = 1 AND m.role = 1)
         ORDER BY r.id"
    );
    for room in write.rows(RUN, &params![user], room_row)? {
        keep_an_admin(write, &room, user)?;
    }
    Ok(())
}

/// Gives a room without an admin one: the member who has stood longest, and `last` only where there is nobody else.
fn keep_an_admin(write: &mut Write<'_>, room: &Room, last: UserId) -> AppResult<()> {
    const HAS_ADMIN: &str = "SELECT 1 FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 AND m.role = 1 AND u.active = 1 AND u.role <> 4";
    // Role 4 of a person is a guest: they may run a room, but not alone.
    const NEXT: &str = "SELECT m.user_id FROM members m JOIN users u ON u.id = m.user_id
        WHERE m.room_id = ?1 AND m.joined = 1 AND u.active = 1 AND u.role <> 4
        ORDER BY (m.user_id = ?2), m.since, m.user_id LIMIT 1";
    if write.exists(HAS_ADMIN, &params![room.id])? {
        return Ok(());
    }
    if let Some(next) = write.row(NEXT, &params![room.id, last], |row| row.get(0))? {
        set_member(write, room, next, MemberRole::Admin)?;
    }
    Ok(())
}
