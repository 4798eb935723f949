//! Arguments of the calls of invitations, checked as far as they can be without the store.

use crate::{
    features::{
        invites::{
            model::{DAY, DAYS, MAX_DAYS, MAX_ROOMS, MAX_USES},
            store::InviteTerms,
        },
        people::model::Role,
    },
    model::{
        argument::Argument,
        error::{AppError, AppResult, Reason},
        ids::{List, RoomId},
    },
    sessions::token::{TokenHash, hash_of},
};
use std::collections::BTreeSet;

/// Returns the terms of a new invitation.
///
/// # Errors
/// `bad_input` (role, rooms, uses, expires).
pub fn new_invite(
    role: Argument<Role>,
    rooms: Argument<List<RoomId>>,
    uses: Argument<u32>,
    expires: Argument<u64>,
    now: u64,
) -> AppResult<InviteTerms> {
    let role = match role.optional("role")?.unwrap_or_default() {
        role @ (Role::Admin | Role::Member | Role::Guest) => role,
        Role::Owner => return Err(AppError::bad_input("role", Reason::Malformed)),
    };
    let List(rooms) = rooms.optional("rooms")?.unwrap_or(List(Vec::new()));
    if rooms.len() > MAX_ROOMS {
        return Err(AppError::bad_input("rooms", Reason::TooLong));
    }
    // A guest is in the rooms of the invitation and in no other.
    if role == Role::Guest && rooms.is_empty() {
        return Err(AppError::bad_input("rooms", Reason::Missing));
    }
    let uses = uses.optional("uses")?.unwrap_or(1);
    if !(1..=MAX_USES).contains(&uses) {
        return Err(AppError::bad_input("uses", Reason::Malformed));
    }
    let expires = expires.optional("expires")?.unwrap_or(now + u64::from(DAYS) * DAY);
    if expires <= now || expires > now + u64::from(MAX_DAYS) * DAY {
        return Err(AppError::bad_input("expires", Reason::Malformed));
    }
    Ok(InviteTerms { role, rooms: rooms.into_iter().collect::<BTreeSet<_>>(), uses, expires })
}

/// Returns the hash of an invitation's token.
///
/// # Errors
/// `bad_input` (invite) where it is missing; what cannot be a token is `gone`, as a wrong one.
pub fn token(text: &str) -> AppResult<TokenHash> {
    match text.trim() {
        "" => Err(AppError::bad_input("invite", Reason::Missing)),
        text => hash_of(text).ok_or_else(super::super::store::gone),
    }
}
