//! The subscription of a person to a room, as the wire carries it.

use crate::model::{
    choice::choice,
    ids::{MessageId, RoomId, Seq, UserId},
    names_people::NamesPeople,
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// Unread mentions that a subscription names.
pub const MAX_MENTIONS: usize = 100;

/// What a member wants to hear of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    All,
    Mentions,
    Nothing,
}

// In the order of the numbers that are stored.
choice!(Level { All: "all", Mentions: "mentions", Nothing: "nothing" });

/// The `subscription` thing: what a room is to one person. Only that person gets it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub seq: Seq,
    pub room: RoomId,
    /// Ordinal of the last message that counts as read; [`effective_read`] says what else does.
    pub read: u64,
    #[serde(default)]
    pub level: Level,
    /// Milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<u64>,
    pub favourite: bool,
    #[serde(default)]
    pub hidden: bool,
    /// Ids of unread messages that name the person, ascending: the newest [`MAX_MENTIONS`].
    #[serde(default)]
    pub mentions: Vec<MessageId>,
    /// The person; not on the wire, since nobody else gets it.
    #[serde(skip)]
    pub user: UserId,
}

impl Subscription {
    /// True while the person wants to see no news of the room.
    pub fn is_quiet(&self, now: u64) -> bool {
        self.level == Level::Nothing || self.muted_until.is_some_and(|until| until > now)
    }
}

/// One's own newest message of a room, where it is newer than the subscription: who writes has read what stands above.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnMessage {
    pub room: RoomId,
    pub id: MessageId,
    pub n: u64,
}

/// Returns up to which ordinal a room counts as read, on either side: sending raises the mark without a change of its own.
pub fn effective_read(seq: Seq, read: u64, own: Option<(MessageId, u64)>) -> u64 {
    own.filter(|(id, _)| id.0 > seq.0).map_or(read, |(_, n)| read.max(n))
}

impl Versioned for Subscription {
    const NAME: &'static str = "subscription";

    fn key(&self) -> (u64, u64) {
        (self.room.0, self.user.0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}

impl NamesPeople for Subscription {
    fn people(&self) -> Vec<UserId> {
        Vec::new()
    }
}

impl NamesPeople for OwnMessage {
    fn people(&self) -> Vec<UserId> {
        Vec::new()
    }
}
