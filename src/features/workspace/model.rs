//! The workspace as the wire carries it: its name, and who may come in.

use crate::model::{choice::choice, ids::Seq, versioned::Versioned};
use serde::{Deserialize, Serialize};

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

// In the order of the numbers that are stored.
choice!(Entry { Open: "open", Invite: "invite", Closed: "closed" });

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
