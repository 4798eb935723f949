//! Pins in the browser: the pin of each message, and the list of the room that is shown.

use super::{
    api::{ListPins, SetPin},
    model::{Pin, PinnedMessage},
};
use crate::{
    client::{
        call::post,
        page::Page,
        pending::{Pending, wishes::Wish},
        shared::Tracked,
    },
    features::messages::{
        facets::{FacetMap, LoadedPage, Window},
        model::Message,
    },
    model::{
        ids::{MessageId, RoomId},
        things::Kind,
    },
};
use leptos::task::spawn_local;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Pins {
    page: Page,
    pending: Pending,
    facets: FacetMap<Pin>,
    list: Tracked<List>,
}

/// The pinned messages of one room, newest pin first.
#[derive(Default)]
struct List {
    room: Option<RoomId>,
    items: Vec<PinnedMessage>,
    /// Nothing of the room has been loaded: the reader may not be a member yet.
    waits: bool,
}

impl Pins {
    /// Makes the state of a page that shows `room` with its newest `pinned` messages.
    pub fn new(page: Page, pending: Pending, room: Option<RoomId>, pinned: Vec<PinnedMessage>) -> Self {
        Self { page, pending, facets: FacetMap::default(), list: Tracked::new(List { room, items: pinned, waits: false }) }
    }

    /// Applies the newest state of a pin.
    pub fn apply(self, pin: Pin) {
        let listed = self.list.with(|list| {
            let is_known = list.items.iter().any(|item| item.message.id == pin.message);
            if list.room != Some(pin.room) || is_known == pin.on {
                return None;
            }
            if !pin.on {
                list.items.retain(|item| item.message.id != pin.message || item.seq > pin.seq);
            }
            Some(pin.on)
        });
        let room = pin.room;
        self.facets.apply(pin);
        match listed.flatten() {
            // The list needs the message too, which may not be loaded.
            Some(true) => self.fetch(room),
            Some(false) => self.list.changed(),
            None => {}
        }
    }

    /// Applies the newest state of a message to the list, and drops the pin of a deleted one.
    pub fn message_changed(self, message: &Message) {
        let changed = self.list.with(|list| {
            let at = list.items.iter().position(|item| item.message.id == message.id)?;
            if message.deleted {
                list.items.remove(at);
            } else if list.items[at].message.seq < message.seq {
                list.items[at].message = message.clone();
            }
            Some(())
        });
        if changed.flatten().is_some() {
            self.list.changed();
        }
        if message.deleted {
            self.facets.message_deleted(message.id);
        }
    }

    /// Applies the pins of a page of messages.
    pub fn merge(self, page: &LoadedPage, pins: Vec<Pin>) {
        self.facets.merge(page, pins);
        if self.list.with(|list| list.room == Some(page.room) && std::mem::take(&mut list.waits)) == Some(true) {
            self.fetch(page.room);
        }
    }

    pub fn set_window(self, window: Window) {
        self.facets.set_window(window);
    }

    /// Forgets a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        self.facets.room_lost(room);
        if self.list.with(|list| list.room == Some(room)) == Some(true) {
            self.list.with(|list| *list = List::default());
            self.list.changed();
        }
    }

    /// Marks what is known as out of date. With `other_store` nothing of it holds any more.
    pub fn reset(self, other_store: bool) {
        if other_store {
            self.facets.reset();
        }
        if let Some(room) = self.list.with(|list| list.room).flatten() {
            self.fetch(room);
        }
    }

    /// Returns the pin of a message that is pinned; tracks it.
    pub fn pin(self, message: MessageId) -> Option<Pin> {
        let known = self.facets.get(message).filter(|pin| pin.on);
        match self.pending.wished(&wish_name(message)) {
            Some(false) => None,
            _ => known,
        }
    }

    /// True when a message is pinned, or wished to be; tracks it.
    pub fn is_pinned(self, message: MessageId) -> bool {
        let known = self.facets.get(message).is_some_and(|pin| pin.on);
        self.pending.wished(&wish_name(message)).unwrap_or(known)
    }

    /// Pins a message or takes its pin off. Without a connection the wish waits, over a reload too.
    pub fn set(self, message: MessageId, on: bool) {
        let call = SetPin { message: message.into(), on: on.into() };
        self.pending.wish(self.page, Wish::of(wish_name(message), on, &call, Kind::Pin));
    }

    /// Returns the pinned messages of `room`, newest pin first; tracks them. A message whose pin is wished off is left out.
    pub fn list(self, room: RoomId) -> Vec<PinnedMessage> {
        let all =
            self.list.read(|list| if list.room == Some(room) { list.items.clone() } else { Vec::new() }).unwrap_or_default();
        all.into_iter().filter(|item| self.pending.wished(&wish_name(item.message.id)) != Some(false)).collect()
    }

    /// Shows the list of another room: it is fetched as soon as messages of the room are loaded, unless it is the one that the
    /// page was rendered with.
    pub fn show(self, room: RoomId) {
        if self.page.is_live() && self.list.with(|list| list.room != Some(room)) == Some(true) {
            let waits = !self.facets.is_loaded(room);
            self.list.with(|list| *list = List { room: Some(room), items: Vec::new(), waits });
            self.list.changed();
            if !waits {
                self.fetch(room);
            }
        }
    }

    /// Fetches the whole list. A failure leaves what is there: the next change asks again.
    pub fn fetch(self, room: RoomId) {
        if !self.page.is_live() {
            return;
        }
        spawn_local(async move {
            match post(&ListPins { room: room.into() }).await {
                Ok(answer) => {
                    self.list.with(|list| {
                        if list.room == Some(room) {
                            list.items = answer.items;
                        }
                    });
                    self.list.changed();
                }
                Err(error) => {
                    self.page.ends(&error);
                }
            }
        });
    }

    /// Returns the pins that are known of a room, by message.
    pub fn known(self, room: RoomId) -> Vec<Pin> {
        self.facets.of_room(room)
    }
}

fn wish_name(message: MessageId) -> String {
    let mut name = String::from("pin ");
    name.push_str(&message.to_string());
    name
}
