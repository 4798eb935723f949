//! Rooms and memberships as the wire carries them.

use crate::model::{
    ids::{RoomId, Seq, UserId},
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values) in a room's name.
pub const MAX_NAME: usize = 64;
/// People of a room are counted up to this number; beyond it there are "more than" so many.
pub const MAX_COUNT: u32 = 1_000;
/// Rooms in one answer of `rooms/list`, where the call names no limit, and at most.
pub const LIST: u32 = 50;
pub const MAX_LIST: u32 = 100;

/// The `room` thing: newest state of one room. `last` and `last_n` are hints as of that change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub seq: Seq,
    pub id: RoomId,
    pub name: String,
    /// The person who opened the room and may rename it; none for General.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<UserId>,
    /// Id of the newest message, 0 where there is none.
    pub last: u64,
    /// Ordinal of the newest message, 0 where there is none.
    pub last_n: u64,
}

/// The `member` thing: whether `user` is in `room`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub seq: Seq,
    pub room: RoomId,
    pub user: UserId,
    pub joined: bool,
}

/// The answer of `rooms/list`, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomList {
    pub items: Vec<Room>,
    /// What `after` has to be for those that follow; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RoomId>,
}

impl Versioned for Room {
    const NAME: &'static str = "room";

    fn key(&self) -> (u64, u64) {
        (self.id.0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}

impl Versioned for Member {
    const NAME: &'static str = "member";

    fn key(&self) -> (u64, u64) {
        (self.room.0, self.user.0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}
