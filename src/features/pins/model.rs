//! The pin of a message, as the wire carries it.

use crate::{
    features::messages::model::Message,
    model::{
        facet::Facet,
        ids::{MessageId, RoomId, Seq, UserId},
        versioned::Versioned,
    },
};
use serde::{Deserialize, Serialize};

/// Pinned messages of one room, at most.
pub const MAX_PINS: usize = 100;

/// The `pin` thing: whether a message is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub seq: Seq,
    pub message: MessageId,
    pub room: RoomId,
    pub on: bool,
    /// The person who set it last.
    pub by: UserId,
    /// When it was set last, milliseconds since 1970, the server's clock.
    pub at: u64,
}

impl Versioned for Pin {
    const NAME: &'static str = "pin";

    fn key(&self) -> (u64, u64) {
        (self.message.0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}

impl Facet for Pin {
    fn message(&self) -> MessageId {
        self.message
    }

    fn room(&self) -> RoomId {
        self.room
    }
}

/// A pinned message with its pin, as lists answer it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedMessage {
    /// The number of the pin.
    pub seq: Seq,
    pub by: UserId,
    pub at: u64,
    pub message: Message,
}

/// The answer of `pins/list`, newest pin first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinList {
    pub items: Vec<PinnedMessage>,
}
