//! A person as everyone sees them, their role, and the rules of a name.

use crate::model::{
    choice::choice,
    ids::{Seq, UserId},
    versioned::Versioned,
};
use serde::{Deserialize, Serialize};

/// Characters (Unicode scalar values) in a person's name.
pub const MAX_NAME: usize = 40;
/// Hues that a person can have.
pub const HUES: u8 = 10;

/// What a person is in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May change the workspace.
    Owner,
    Admin,
    #[default]
    Member,
    Guest,
}

choice!(Role { Owner: "owner", Admin: "admin", Member: "member", Guest: "guest" });

impl Role {
    /// The number that is stored, from 1 on.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// The `user` thing: newest state of one person.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct User {
    pub seq: Seq,
    pub id: UserId,
    pub name: String,
    /// Which of the ten hues (0–9) colours name and avatar.
    pub hue: u8,
    /// What an avatar shows where it is more than the first character of the name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub initial: String,
    /// With which the person signs in and is mentioned; none where they have entered with a name alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handle: Option<String>,
    #[serde(default)]
    pub role: Role,
    /// False once the person has left for good.
    #[serde(default)]
    pub active: bool,
    /// What the person has written is not shown.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

/// A part of the people, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct UserList {
    pub items: Vec<User>,
    /// What `after` is for the rest; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<UserId>,
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
