//! A person as everyone sees them, and the rules of a name.

use crate::model::{
    ids::{Seq, UserId},
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values) in a person's name.
pub const MAX_NAME: usize = 40;

/// The `user` thing: newest state of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub seq: Seq,
    pub id: UserId,
    pub name: String,
    /// Which of the ten hues (0–9) colours name and avatar.
    pub hue: u8,
    /// What an avatar shows where it is more than the first character of the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub initial: String,
}

impl Versioned for User {
    const NAME: &'static str = "user";

    fn key(&self) -> (u64, u64) {
        (self.id.0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}
