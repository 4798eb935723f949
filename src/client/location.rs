//! Location: which screen the page shows, and the way to another one.

use super::{platform, shared::Shared};
use crate::model::{ids::RoomId, initial_data::Missing, route::Route, scope::Scope};
use leptos::prelude::*;
use std::sync::Arc;

/// What the page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Screen {
    Rooms,
    Room(RoomId),
    /// A room that the reader may join.
    NotJoined(RoomId),
    Missing(Missing),
}

impl Screen {
    /// Returns the room that the screen is about.
    pub fn room(self) -> Option<RoomId> {
        match self {
            Self::Room(room) | Self::NotJoined(room) => Some(room),
            Self::Rooms | Self::Missing(_) => None,
        }
    }

    /// Returns the scope whose messages the screen shows.
    pub fn scope(self) -> Option<Scope> {
        match self {
            Self::Room(room) => Some(room.into()),
            _ => None,
        }
    }
}

type Open = Arc<dyn Fn(Screen) + Send + Sync>;

/// A handle; copies are the same location.
#[derive(Clone, Copy)]
pub struct Location {
    pub screen: RwSignal<Screen>,
    open: Shared<Option<Open>>,
}

impl Location {
    pub fn new(screen: Screen) -> Self {
        Self { screen: RwSignal::new(screen), open: Shared::new(None) }
    }

    /// Sets what opening a screen does.
    pub fn start(self, open: impl Fn(Screen) + Send + Sync + 'static) {
        self.open.with(|current| *current = Some(Arc::new(open)));
    }

    /// Goes to a room, fetching what it shows where that is not known. Before [`Self::start`] the browser goes there.
    pub fn open_room(self, room: RoomId) {
        self.go(Screen::Room(room), Route::Room(room));
    }

    /// Goes to the list of rooms.
    pub fn open_list(self) {
        self.go(Screen::Rooms, Route::Rooms);
    }

    fn go(self, screen: Screen, route: Route) {
        match self.open.with(|open| open.clone()).flatten() {
            Some(open) => open(screen),
            None => platform::go(&route.to_string()),
        }
    }

    /// Returns the screen; none when the page is gone.
    pub fn now(self) -> Option<Screen> {
        self.screen.try_get_untracked()
    }
}
