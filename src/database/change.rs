//! Changes: the newest state of one thing and its audience, on the way from a write to the streams. Knows no feature.

use crate::model::{
    ids::{RoomId, UserId},
    things::Event,
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
    Everyone,
}

/// A durable change on its way to the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub event: Event,
    pub audience: Audience,
}
