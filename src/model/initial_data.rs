//! Boot: everything a page is made from. The server fills it, renders it, and hands the same value to the browser.

use super::{
    choice::choice,
    error::AppError,
    ids::{MessageId, RoomId, Seq, UserId},
    lang::Lang,
    things::{PageData, Subscription},
};
use crate::features::{
    messages::model::Page,
    people::model::User,
    rooms::model::{Member, Room, RoomKind},
    workspace::model::WorkspaceState,
};
use serde::{Deserialize, Serialize};

/// How the page is coloured: `system` follows the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

choice!(Theme { System: "system", Light: "light", Dark: "dark" });

/// The time zone the server wrote times in, with its offsets over the time shown, so that the browser's first rendering is
/// the same to the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone {
    /// IANA name: the `tz` cookie's, else `UTC`.
    pub name: String,
    /// From which instant (milliseconds since 1970) how many minutes east of UTC, ascending; never empty.
    pub offsets: Vec<(u64, i16)>,
}

impl Zone {
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), offsets: vec![(0, 0)] }
    }

    /// Minutes east of UTC at `at`; before the first entry the first holds.
    pub fn offset(&self, at: u64) -> i16 {
        let after = self.offsets.partition_point(|(from, _)| *from <= at);
        self.offsets.get(after.saturating_sub(1)).map_or(0, |(_, minutes)| *minutes)
    }
}

/// The value both sides render from; it crosses in the page as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    pub lang: Lang,
    pub theme: Theme,
    pub zone: Zone,
    /// The server's clock, milliseconds since 1970.
    pub now: u64,
    pub build: String,
    pub view: View,
    /// The form that was refused a moment ago, where the page shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedForm>,
}

/// A form for a name that was refused before or without the script: it is shown again, with what was typed and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedForm {
    /// Path of the server function.
    pub path: String,
    /// The name that was typed.
    pub name: String,
    /// What was chosen of a new room.
    #[serde(default)]
    pub kind: RoomKind,
    pub error: AppError,
}

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Enter,
    Workspace(Box<Workspace>),
}

/// The signed-in part of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    pub workspace: WorkspaceState,
    pub me: User,
    /// Public tag of the session.
    pub session: String,
    pub store: String,
    /// Where the page's data was read: the stream starts here.
    pub head: Seq,
    pub rooms: Vec<Room>,
    /// Rooms `me` is a member of.
    pub joined: Vec<RoomId>,
    /// Those of them that `me` runs.
    #[serde(default)]
    pub admin_of: Vec<RoomId>,
    /// One's own memberships, or those of the room that `workspace/fetch` names. Pages have none, and the browser reads none.
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// One's own subscriptions, as `beside` has them too, where `workspace/fetch` answers.
    #[serde(skip_deserializing, skip_serializing_if = "Vec::is_empty")]
    pub subscriptions: Vec<Subscription>,
    /// What `after` has to be for those that follow; none at the end.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub next: Option<UserId>,
    /// Authors of what is shown, and others likely to speak.
    pub users: Vec<User>,
    pub place: InitialScreen,
    /// What features give to the page.
    #[serde(default)]
    pub beside: PageData,
}

/// Where in the workspace the page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InitialScreen {
    /// `/rooms`: the list, a page of its own on a phone.
    Rooms,
    /// `/rooms/{id}` and the pages of its history.
    Room {
        room: RoomId,
        page: Page,
        target: Option<MessageId>,
        key: String,
    },
    /// A room that `me` has not joined.
    NotJoined {
        room: RoomId,
    },
    Missing(Missing),
}

/// What the address names that is not there, or not for `me` to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Page,
    Room(RoomId),
    Message,
}

impl InitialScreen {
    /// Returns the room that is open.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Self::Room { room, .. } => Some(*room),
            _ => None,
        }
    }
}
