//! Invitations as the wire carries them, and their limits.

use crate::{
    features::people::model::Role,
    model::ids::{RoomId, UserId},
};
use serde::{Deserialize, Serialize};

/// Times that one link may be used, at most.
pub const MAX_USES: u32 = 1_000;
/// Milliseconds of a day.
pub const DAY: u64 = 24 * 3_600_000;
/// Days that a link is good for where the call does not say it, and at most.
pub const DAYS: u32 = 7;
pub const MAX_DAYS: u32 = 90;
/// Rooms of one invitation, at most.
pub const MAX_ROOMS: usize = 100;

/// An invitation that is good, as those who may invite see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    pub id: u64,
    pub by: UserId,
    pub role: Role,
    pub rooms: Vec<RoomId>,
    /// Milliseconds since 1970.
    pub created: u64,
    pub expires: u64,
    pub uses: u32,
    pub used: u32,
}

/// The answer of `invites/create`: the only time that the token is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvite {
    pub id: u64,
    pub token: String,
}

/// The answer of `invites/list`, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteList {
    pub items: Vec<Invite>,
}

/// What an invitation is for, as told to somebody who has its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteSeen {
    /// The workspace's name.
    pub workspace: String,
    /// Name of the person who invites.
    pub by: String,
    pub role: Role,
    /// Names of the rooms.
    pub rooms: Vec<String>,
}

/// The answer of `invites/accept`: the rooms that one is in now by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub rooms: Vec<RoomId>,
}
