//! Rooms and memberships as the wire carries them.

use crate::model::{
    choice::choice,
    ids::{RoomId, Seq, UserId},
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values) in a room's name.
pub const MAX_NAME: usize = 64;
/// Characters in a room's topic.
pub const MAX_TOPIC: usize = 250;
/// People of a room are counted up to this number; beyond it there are "more than" so many.
pub const MAX_COUNT: u32 = 1_000;
/// People named in one call, at most.
pub const MAX_NAMED: usize = 100;
/// People of a direct room beside the one who opens it, at most.
pub const MAX_OTHERS: usize = 9;

/// The kind of a room, which never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// Everyone sees the room and may join it.
    #[default]
    Open,
    /// Only its members know of it; members add people.
    Private,
    /// The conversation of the people that it was made for, alone. It has no name, and nobody runs it.
    Direct,
}

/// The right to post in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posting {
    #[default]
    All,
    /// The room's admins: an announcement room.
    Admins,
}

/// What a member may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberRole {
    #[default]
    Member,
    /// Also renames, archives, removes people and gives roles.
    Admin,
}

choice!(RoomKind { Open: "open", Private: "private", Direct: "direct" });
choice!(Posting { All: "all", Admins: "admins" });
choice!(MemberRole { Member: "member", Admin: "admin" });

/// The `room` thing: newest state of one room. `last` and `last_n` are hints as of that change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub seq: Seq,
    pub id: RoomId,
    #[serde(default)]
    pub kind: RoomKind,
    /// Empty where the room is direct: its readers name it after its people.
    pub name: String,
    #[serde(default)]
    pub topic: String,
    /// The person who opened the room; none for General.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub creator: Option<UserId>,
    #[serde(default)]
    pub posting: Posting,
    /// True when newcomers become members.
    #[serde(default)]
    pub default: bool,
    /// It can be read and no longer be written in.
    #[serde(default)]
    pub archived: bool,
    /// Everybody in it, by id, where it is direct.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<UserId>,
    /// Id of the newest message, 0 where there is none.
    pub last: u64,
    /// Ordinal of the newest message, 0 where there is none.
    pub last_n: u64,
}

/// The `member` thing: whether `user` is in `room`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub seq: Seq,
    pub room: RoomId,
    pub user: UserId,
    pub joined: bool,
    #[serde(default)]
    pub role: MemberRole,
    /// The room, for somebody who has just come to know of it. Only with `joined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Room>,
}

/// The answer of `rooms/list` and `rooms/browse`, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomList {
    pub items: Vec<Room>,
    /// What `after` has to be for those that follow; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<RoomId>,
}

/// The answer of `rooms/members`, by the ids of the people, and of what changes memberships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberList {
    pub items: Vec<Member>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<UserId>,
}

impl Room {
    /// Returns the people of a direct room beside `me`, by id.
    pub fn others(&self, me: UserId) -> Vec<UserId> {
        self.people.iter().copied().filter(|id| *id != me).collect()
    }
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
