//! SQL of invitations. What one allows is checked when it is made, and again when it is used.

#[cfg(test)]
mod tests;

use super::model::{Accepted, Invite, InviteList, InviteSeen, NewInvite};
use crate::{
    database::{self, Database, Read, Row, Write, params},
    features::{
        people::{
            model::{Role, User},
            store::{active, user},
        },
        rooms::store::{addable, by_ids, let_in},
        workspace::{model::Entry, store as workspace},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
    },
    request::{
        hooks::Hooks,
        rights::{Action, Person, may},
    },
    sessions::token::{Token, TokenHash},
};
use std::collections::BTreeSet;

/// Invitations in a list, at most.
const LIST: u32 = 100;

/// A statement about invitations with every column, and then `$rest`.
macro_rules! select_invites {
    ($rest:literal) => {
        concat!("SELECT i.id, i.maker_id, i.role, i.created, i.expires, i.uses, i.used FROM invites i ", $rest)
    };
}

/// The terms of an invitation, checked as far as they can be without the store.
#[derive(Debug, Clone)]
pub struct InviteTerms {
    pub role: Role,
    pub rooms: BTreeSet<RoomId>,
    pub uses: u32,
    /// Milliseconds since 1970.
    pub expires: u64,
}

/// What a used invitation gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub role: Role,
    pub rooms: Vec<RoomId>,
}

/// An invitation from the columns of `select_invites`, without its rooms.
fn invite_row(row: &Row<'_>) -> database::Result<Invite> {
    let (created, expires, uses, used) = (row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?);
    Ok(Invite { id: row.get(0)?, by: row.get(1)?, role: row.get(2)?, rooms: Vec::new(), created, expires, uses, used })
}

/// The refusal of an invitation that is not good (any more): unknown, expired, used up, revoked, or of somebody who may no
/// longer invite.
pub fn gone() -> AppError {
    AppError { field: Some("invite".to_owned()), ..AppError::new(Code::Gone) }
}

/// Refuses those who may not invite.
///
/// # Errors
/// `not_entered`, `forbidden`.
pub(crate) fn require_inviter(read: &Read<'_>, actor: UserId) -> AppResult<User> {
    let user = active(read, actor)?;
    may(Person::from(&user), Action::ManageInvites)?;
    Ok(user)
}

/// Refuses invitations while nobody new may come in.
fn require_not_closed(read: &Read<'_>) -> AppResult<()> {
    match workspace::state(read)?.entry {
        Entry::Closed => Err(AppError::new(Code::EntryClosed)),
        Entry::Open | Entry::Invite => Ok(()),
    }
}

/// Makes an invitation, and tells its token this once.
///
/// # Errors
/// `not_found` for a room that the maker may not add such people to, `forbidden`, `entry_closed`.
pub async fn create(db: &Database, maker: UserId, terms: InviteTerms) -> AppResult<NewInvite> {
    const NEXT_ID: &str = "SELECT coalesce(max(id), 0) + 1 FROM invites";
    const CREATE: &str = "INSERT INTO invites (id, hash, maker_id, role, created, expires, uses)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    const ADD_ROOM: &str = "INSERT INTO invite_rooms (invite_id, room_id) VALUES (?1, ?2)";
    let token = Token::new()?;
    let hash = token.hash();
    let id = db
        .write(move |write| {
            let maker = require_inviter(write, maker)?;
            let rooms: Vec<RoomId> = terms.rooms.into_iter().collect();
            if addable(write, maker.id, &rooms, terms.role == Role::Guest)?.len() != rooms.len() {
                return Err(AppError::new(Code::NotFound));
            }
            may(Person::from(&maker), Action::Invite(terms.role))?;
            require_not_closed(write)?;
            let id: u64 = write.row(NEXT_ID, &[], |row| row.get(0))?.unwrap_or(1);
            let now = write.now();
            write.execute(CREATE, &params![id, hash, maker.id, terms.role, now, terms.expires, terms.uses])?;
            rooms.iter().try_for_each(|room| write.later(ADD_ROOM, &params![id, *room]))?;
            Ok(id)
        })
        .await?;
    Ok(NewInvite { id, token: token.as_str().to_owned() })
}

/// The invitations that are good, newest first, 100 at most.
///
/// # Errors
/// `forbidden`.
pub async fn list(db: &Database, actor: UserId) -> AppResult<InviteList> {
    let now = database::now();
    db.read(move |read| {
        require_inviter(read, actor)?;
        Ok(InviteList { items: good(read, now)? })
    })
    .await
}

/// Reads the invitations that are good, newest first.
pub(crate) fn good(read: &Read<'_>, now: u64) -> database::Result<Vec<Invite>> {
    // Those of people who may not invite any more are good for nothing. Roles 1 and 2 may.
    const GOOD: &str = select_invites!(
        "JOIN users u ON u.id = i.maker_id
         WHERE i.revoked = 0 AND i.used < i.uses AND i.expires > ?1 AND u.active = 1 AND u.role IN (1, 2)
         ORDER BY i.id DESC LIMIT ?2"
    );
    const ROOMS: &str = "SELECT r.invite_id, r.room_id FROM invite_rooms r WHERE r.invite_id IN (?*)";
    let mut items = read.rows(GOOD, &params![now, LIST], invite_row)?;
    let ids: Vec<u64> = items.iter().map(|invite| invite.id).collect();
    if !ids.is_empty() {
        let rooms = read.rows_in(ROOMS, &ids, |row| Ok((row.get::<u64>(0)?, row.get::<RoomId>(1)?)))?;
        for invite in &mut items {
            invite.rooms = rooms.iter().filter(|(id, _)| *id == invite.id).map(|(_, room)| *room).collect();
            invite.rooms.sort_unstable();
        }
    }
    Ok(items)
}

/// Ends an invitation.
///
/// # Errors
/// `not_found`, `forbidden`.
pub async fn revoke(db: &Database, actor: UserId, invite: u64) -> AppResult<()> {
    const REVOKE: &str = "UPDATE invites SET revoked = 1 WHERE id = ?1";
    db.write(move |write| {
        require_inviter(write, actor)?;
        match write.execute(REVOKE, &params![invite])? {
            0 => Err(AppError::new(Code::NotFound)),
            _ => Ok(()),
        }
    })
    .await
}

/// Ends the invitations of somebody who has left: they stay so when that person comes back.
pub(crate) fn end_all(write: &mut Write<'_>, maker: UserId) -> AppResult<()> {
    const END: &str = "UPDATE invites SET revoked = 1 WHERE maker_id = ?1";
    Ok(write.later(END, &params![maker])?)
}

/// Returns what an invitation is for.
///
/// # Errors
/// `gone`, `entry_closed`.
pub async fn describe(db: &Database, token: TokenHash) -> AppResult<InviteSeen> {
    let now = database::now();
    db.read(move |read| {
        let (found, maker) = find(read, token, now)?;
        let ids: Vec<u64> = addable(read, maker.id, &found.rooms, found.role == Role::Guest)?.iter().map(|room| room.0).collect();
        let rooms = by_ids(read, &ids)?.into_iter().map(|room| room.name).collect();
        let workspace = workspace::state(read)?.name;
        Ok(InviteSeen { workspace, by: maker.name, role: found.role, rooms })
    })
    .await
}

/// Finds an invitation that is good, with its rooms, and its maker.
fn find(read: &Read<'_>, token: TokenHash, now: u64) -> AppResult<(Invite, User)> {
    const BY_HASH: &str = select_invites!("WHERE i.hash = ?1 AND i.revoked = 0 AND i.used < i.uses AND i.expires > ?2");
    const ROOMS: &str = "SELECT room_id FROM invite_rooms WHERE invite_id = ?1 ORDER BY room_id";
    require_not_closed(read)?;
    let mut invite = read.row(BY_HASH, &params![token, now], invite_row)?.ok_or_else(gone)?;
    let may_still = |maker: &User| maker.active && may(Person::from(maker), Action::Invite(invite.role)).is_ok();
    let maker = user(read, invite.by)?.filter(may_still).ok_or_else(gone)?;
    invite.rooms = read.rows(ROOMS, &params![invite.id], |row| row.get(0))?;
    Ok((invite, maker))
}

/// Checks an invitation without using it. Returns its role.
///
/// # Errors
/// `gone`, `entry_closed`.
pub(crate) fn check(read: &Read<'_>, token: TokenHash, now: u64) -> AppResult<Role> {
    find(read, token, now).map(|(invite, _)| invite.role)
}

/// Uses an invitation, in the transaction of what it is used for: rooms that its maker can no longer add people to are left out.
///
/// # Errors
/// `gone`, `entry_closed`.
pub(crate) fn take(write: &mut Write<'_>, token: TokenHash) -> AppResult<Grant> {
    let (invite, maker) = find(write, token, write.now())?;
    let rooms = addable(write, maker.id, &invite.rooms, invite.role == Role::Guest)?;
    count(write, &invite)?;
    Ok(Grant { role: invite.role, rooms })
}

/// Counts one use. Commands run one after the other, so what [`find`] has found is still good.
fn count(write: &Write<'_>, invite: &Invite) -> AppResult<()> {
    const COUNT: &str = "UPDATE invites SET used = used + 1 WHERE id = ?1";
    Ok(write.later(COUNT, &params![invite.id])?)
}

/// Brings `user` into the rooms of an invitation. Where they are in all of them already, it is not counted.
///
/// # Errors
/// `gone`, `entry_closed`.
pub async fn accept(db: &Database, hooks: &Hooks, user: UserId, token: TokenHash) -> AppResult<Accepted> {
    let hooks = hooks.clone();
    db.write(move |write| {
        let (invite, maker) = find(write, token, write.now())?;
        let guest = active(write, user)?.role == Role::Guest;
        let rooms = addable(write, maker.id, &invite.rooms, guest)?;
        if let_in(write, &hooks, user, &rooms)? {
            count(write, &invite)?;
        }
        Ok(Accepted { rooms })
    })
    .await
}
