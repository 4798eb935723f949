//! What the stream says: the newest state of one thing.

use super::{
    ids::{MessageId, RoomId, Seq, UserId},
    wire,
};
use crate::features::{
    messages::model::Message,
    people::model::User,
    rooms::model::{Member, Room},
};
use serde::{Deserialize, Serialize};

/// One durable change, as the default SSE event carries it: `{"type":"message","seq":5120,…}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Message(Message),
    Room(Room),
    Member(Member),
    User(User),
}

/// Which thing an event is about; two events of one thing replace each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Thing {
    Message(MessageId),
    Room(RoomId),
    Member(RoomId, UserId),
    User(UserId),
}

/// What tells the kinds of [`Event`] apart.
#[derive(Deserialize)]
struct Tag {
    #[serde(rename = "type")]
    kind: Kind,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Message,
    Room,
    Member,
    User,
}

impl Event {
    /// Reads what the stream carries; none for what this page does not know. First the kind, then the thing: what is derived
    /// would keep all fields aside until it has met the kind, and for that read everything in a second way.
    pub fn read(data: &str) -> Option<Self> {
        match wire::read::<Tag>(data)?.kind {
            Kind::Message => wire::read(data).map(Self::Message),
            Kind::Room => wire::read(data).map(Self::Room),
            Kind::Member => wire::read(data).map(Self::Member),
            Kind::User => wire::read(data).map(Self::User),
        }
    }

    pub fn seq(&self) -> Seq {
        match self {
            Self::Message(m) => m.seq,
            Self::Room(r) => r.seq,
            Self::Member(m) => m.seq,
            Self::User(u) => u.seq,
        }
    }

    pub fn thing(&self) -> Thing {
        match self {
            Self::Message(m) => Thing::Message(m.id),
            Self::Room(r) => Thing::Room(r.id),
            Self::Member(m) => Thing::Member(m.room, m.user),
            Self::User(u) => Thing::User(u.id),
        }
    }
}

/// Data of the `hello` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Names the client code the server carries; another one than the page's means an update is ready.
    pub build: String,
    /// Random id of the data directory; sequence numbers mean nothing in another store.
    pub store: String,
    pub head: Seq,
    pub me: UserId,
    /// Public tag of the session.
    pub session: String,
}

/// Data of the `reset` event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reset {
    pub head: Seq,
}

/// Who may see a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    Room(RoomId),
    /// The room's members and this person, who may be none of them any more.
    RoomAnd(RoomId, UserId),
    User(UserId),
    Everyone,
}

/// A durable change on its way to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub event: Event,
    pub audience: Audience,
}
