//! The workspace as the wire carries it: its name, and who may come in.

use crate::model::{ids::Seq, versioned::Versioned};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Characters (Unicode scalar values) in a workspace's name.
pub const MAX_NAME: usize = 64;

/// The people who may come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Everybody, with a name.
    Open,
    /// Invited people.
    #[default]
    Invite,
    /// No new people.
    Closed,
}

/// A text that names no entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownEntry;

impl Entry {
    /// Every entry, in the order of the numbers that are stored.
    pub const ALL: [Self; 3] = [Self::Open, Self::Invite, Self::Closed];

    /// Returns the entry as it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Entry {
    type Err = UnknownEntry;

    fn from_str(text: &str) -> Result<Self, UnknownEntry> {
        Self::ALL.into_iter().find(|entry| entry.as_str() == text).ok_or(UnknownEntry)
    }
}

/// The `workspace` thing: its newest state. `seq` is 0 until its first change.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WorkspaceState {
    pub seq: Seq,
    pub name: String,
    pub entry: Entry,
}

impl Versioned for WorkspaceState {
    const NAME: &'static str = "workspace";

    fn key(&self) -> (u64, u64) {
        (0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}
