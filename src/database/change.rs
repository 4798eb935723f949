//! Changes: the newest state of one thing and its audience, on the way from a write to the streams. Knows no feature.

use crate::model::{
    ids::{RoomId, UserId},
    things::{Event, Kind, Thing},
};

/// The people who may see a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Audience {
    /// The room's members.
    Room(RoomId),
    /// The room's members and this person, who may be none of them any more.
    RoomAnd(RoomId, UserId),
    /// One person: an own thing.
    User(UserId),
    /// Everyone but guests who are outside of this open room.
    OpenRoom(RoomId),
    /// Everyone who may see this person.
    Person(UserId),
    Everyone,
}

/// The room that stands for everyone where a change is stored.
const EVERYONE: RoomId = RoomId(0);

impl Audience {
    /// The room and the person, as they stand in `changes`.
    pub(crate) fn columns(self) -> (Option<RoomId>, Option<UserId>) {
        match self {
            Self::Room(room) => (Some(room), None),
            Self::RoomAnd(room, user) => (Some(room), Some(user)),
            Self::User(user) => (None, Some(user)),
            // Which room or person it is, the thing says.
            Self::OpenRoom(_) | Self::Person(_) | Self::Everyone => (Some(EVERYONE), None),
        }
    }

    /// The audience of a thing's row of `changes`; none for what we do not write.
    pub(crate) fn from_columns(thing: Thing, room: Option<RoomId>, user: Option<UserId>) -> Option<Self> {
        match (room, user) {
            (Some(EVERYONE), None) => Some(match thing.kind {
                Kind::Room => Self::OpenRoom(RoomId(thing.a)),
                Kind::User => Self::Person(UserId(thing.a)),
                _ => Self::Everyone,
            }),
            (Some(room), None) => Some(Self::Room(room)),
            (Some(room), Some(user)) => Some(Self::RoomAnd(room, user)),
            (None, Some(user)) => Some(Self::User(user)),
            (None, None) => None,
        }
    }
}

/// A durable change on its way to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub event: Event,
    pub audience: Audience,
}
