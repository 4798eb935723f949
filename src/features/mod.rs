//! One folder a feature. This file composes their halves in the browser: every feature has one field, and one line in each
//! fan-out.

pub mod accounts;
pub mod invites;
pub mod messages;
pub mod people;
pub mod pins;
pub mod preferences;
pub mod rooms;
pub mod subscriptions;
pub mod switcher;
pub mod workspace;

#[cfg(test)]
pub mod sample;
#[cfg(feature = "ssr")]
pub mod server;

use crate::{
    client::{location::Location, page::Page, pending::Pending},
    model::{
        ids::RoomId,
        initial_data::{InitialScreen, Theme, Workspace},
        scope::Scope,
        things::{Event, PageData},
    },
};
use leptos::prelude::provide_context;
use messages::{
    model::Facets,
    state::{Loaded, Messages},
};
use people::state::People;
use pins::state::Pins;
use preferences::state::Preferences;
use rooms::state::Rooms;
use subscriptions::state::Subscriptions;

/// The browser's half of every feature; copies are the same state.
#[derive(Clone, Copy)]
pub struct Features {
    pub messages: Messages,
    pub rooms: Rooms,
    pub people: People,
    pub preferences: Preferences,
    pub pins: Pins,
    pub subscriptions: Subscriptions,
}

/// A membership of the reader that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MembershipChange {
    pub room: RoomId,
    pub joined: bool,
}

impl Features {
    /// Makes every feature's state from a page's data.
    pub fn new(page: Page, location: Location, theme: Theme, workspace: Workspace) -> Self {
        let Workspace { me, rooms, joined, admin_of, users, place, beside, .. } = workspace;
        let PageData { pinned, subscriptions, own_messages } = beside;
        let pending = Pending::new(page);
        let subscriptions = Subscriptions::new(page, pending, subscriptions, own_messages, &rooms);
        let people = People::new(page, users);
        people.apply(me);
        let rooms = Rooms::new(page, location, people, &rooms, (&joined, &admin_of));
        let messages = Messages::new(page, rooms, pending);
        let room = place.room();
        let features = Self {
            messages,
            rooms,
            people,
            preferences: Preferences::new(theme, Some(page)),
            pins: Pins::new(page, pending, room, pinned),
            subscriptions,
        };
        messages.on_loaded(move |loaded| features.loaded(loaded));
        if let InitialScreen::Room { room, page, target, key } = place {
            messages.show_first(room.into(), page, target, key, subscriptions.unread_from(room));
        }
        features
    }

    /// Tells the features that keep something beside messages what is loaded.
    fn loaded(self, loaded: Loaded) {
        match loaded {
            Loaded::Window(window) => self.pins.set_window(window),
            Loaded::Page(page, Facets { pins }) => self.pins.merge(&page, pins),
        }
    }

    /// Lets each feature's views find their own state.
    pub fn provide(self) {
        provide_context(self.messages);
        provide_context(self.rooms);
        provide_context(self.people);
        provide_context(self.preferences);
        provide_context(self.pins);
        provide_context(self.subscriptions);
        provide_context(self.messages.pending());
    }

    /// Applies the newest state of one thing. Returns a membership of the reader that it changed.
    pub fn apply(self, event: Event) -> Option<MembershipChange> {
        match event {
            Event::Message(message) => {
                self.rooms.message_came(message.room, message.id);
                self.pins.message_changed(&message);
                self.subscriptions.message_changed(&message);
                self.messages.apply(message);
            }
            Event::Pin(pin) => {
                let message = self.messages.message(pin.room.into(), pin.message);
                self.pins.apply(pin, message.as_ref());
            }
            Event::Subscription(subscription) => {
                let room = subscription.room;
                // Marked unread, here or on another device: the line follows, and reading does not undo it.
                if let Some(n) = self.subscriptions.apply(subscription)
                    && self.messages.shows(room.into())
                {
                    self.subscriptions.hold(room);
                    self.messages.draw_new(room.into(), Some(n));
                }
            }
            Event::Room(room) => {
                self.subscriptions.room_changed(&room);
                self.rooms.merge(std::slice::from_ref(&room));
            }
            Event::User(user) => self.people.apply(user),
            // No page shows the workspace's name yet.
            Event::Workspace(_) => {}
            Event::Member(member) => {
                self.messages.member_changed(&member);
                if let Some(room) = &member.as_of {
                    self.people.joined(member.user);
                    self.subscriptions.room_changed(room);
                }
                let joined = self.rooms.apply_member(&member)?;
                return Some(self.membership_changed(MembershipChange { room: member.room, joined }));
            }
        }
        None
    }

    /// Applies what an answer says of the workspace as of its head. Returns the reader's memberships that it changed. Messages
    /// are not part of it: they belong to the request that asked for them.
    pub fn take(self, workspace: &mut Workspace) -> Vec<MembershipChange> {
        let PageData { pinned: _, mut subscriptions, own_messages } = std::mem::take(&mut workspace.beside);
        // What the reader is says which rooms are theirs to see.
        self.people.apply(workspace.me.clone());
        self.rooms.merge(&workspace.rooms);
        std::mem::take(&mut workspace.users).into_iter().for_each(|user| self.people.apply(user));
        let Workspace { joined, admin_of, rooms, head, .. } = workspace;
        let changed = self.rooms.merge_joined(joined, admin_of, rooms, *head);
        let changed =
            changed.into_iter().map(|(room, joined)| self.membership_changed(MembershipChange { room, joined })).collect();
        // The answer may be older than the end of a membership.
        subscriptions.retain(|subscription| self.rooms.is_joined(subscription.room));
        self.subscriptions.merge(subscriptions, own_messages, rooms);
        changed
    }

    fn membership_changed(self, change: MembershipChange) -> MembershipChange {
        if change.joined {
            self.messages.room_joined(change.room);
        } else {
            self.room_lost(change.room);
        }
        change
    }

    /// Forgets everything of a room that the reader has lost.
    fn room_lost(self, room: RoomId) {
        self.messages.room_lost(room);
        self.pins.room_lost(room);
        self.subscriptions.room_lost(room);
    }

    /// Marks what is known as out of date: changes were missed. With `other_store` the server's data is another than it was.
    pub fn reset(self, other_store: bool) {
        self.messages.reset(other_store);
        self.pins.reset(other_store);
        self.people.reset(other_store);
        if other_store {
            self.messages.pending().forget_wishes();
            self.subscriptions.reset();
            self.rooms.reset();
        }
    }

    /// Brings back what is typed and not sent.
    pub fn restore(self) {
        self.messages.pending().restore();
    }

    /// Returns up to which ordinal a room with something unread is read.
    pub fn unread_from(self, room: RoomId) -> Option<u64> {
        self.subscriptions.unread_from(room)
    }

    /// Notes that a room is opened. Returns up to which ordinal it is read, where something is unread.
    pub fn opened(self, room: RoomId) -> Option<u64> {
        self.subscriptions.opened();
        self.unread_from(room)
    }

    /// Starts what only a browser does: sending, storing, asking for names, reporting what was read.
    pub fn start(self) {
        self.subscriptions.start(self.messages);
        self.messages.start();
        self.people.ask();
        switcher::dialog::start();
    }

    /// Draws the shown list anew, now that the page is live.
    pub fn drawn(self) {
        self.messages.draw_shown(false);
    }

    /// Applies what other tabs have stored.
    pub fn storage_changed(self) {
        self.messages.pending().refresh_drafts();
    }

    /// Applies what was not heard in the back-forward cache.
    pub fn page_shown(self) {
        self.preferences.refresh();
        self.storage_changed();
    }

    /// Stores everything that is not sent: the page goes.
    pub fn page_left(self) {
        self.messages.pending().save();
    }

    /// Asks again for what could not be fetched while the stream was down, and sends what waits.
    pub fn connected(self) {
        self.people.ask();
        self.pins.connected();
        self.messages.pending().take_over();
    }

    /// Stops sending for good: the session has ended.
    pub fn session_ended(self) {
        self.messages.session_ended();
    }

    /// Stores what the person has typed: the page is hidden or goes.
    pub fn page_hidden(self) {
        self.messages.pending().page_hidden(self.messages.shown());
    }

    /// Returns the scope that is shown.
    pub fn shown(self) -> Option<Scope> {
        self.messages.shown()
    }
}
