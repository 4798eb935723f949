//! The subscription of a person to a room, as the wire carries it.

use crate::model::{
    ids::{RoomId, Seq, UserId},
    names_people::NamesPeople,
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// The `subscription` thing: what a room is to one person. Only that person gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    pub seq: Seq,
    pub room: RoomId,
    pub favourite: bool,
    /// The person; not on the wire, since nobody else gets it.
    #[serde(skip)]
    pub user: UserId,
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
