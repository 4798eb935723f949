//! Pins in the browser: the pin of each message, and the list of the room that is shown.

use super::{
    api::{ListPinExcerpts, SetPin},
    model::{Pin, PinnedMessage},
    room_pins::RoomPins,
};
use crate::{
    client::{
        call::post,
        page::Page,
        pending::{Pending, wishes::Wish},
        platform,
        shared::Tracked,
    },
    features::messages::{
        facets::{FacetMap, LoadedPage, Window},
        model::Message,
    },
    model::{
        ids::{MessageId, RoomId, UserId},
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
    list: Tracked<RoomPins>,
}

impl Pins {
    /// Makes the state of a page that shows `room` with its `pinned` messages.
    pub fn new(page: Page, pending: Pending, room: Option<RoomId>, pinned: Vec<PinnedMessage>) -> Self {
        let list = Tracked::new(RoomPins::new(room, pinned, page.head()));
        Self { page, pending, facets: FacetMap::default(), list }
    }

    /// Applies the newest state of a pin. `message` is its message where that is loaded; a deleted one has no pin.
    pub fn apply(self, pin: Pin, message: Option<&Message>) {
        if message.is_some_and(|message| message.deleted) {
            return;
        }
        self.change(|list| list.apply(&pin, message));
        self.facets.apply(pin);
    }

    /// Applies the newest state of a message to the list, and drops the pin of a deleted one.
    pub fn message_changed(self, message: &Message) {
        self.change(|list| list.message_changed(message));
        if message.deleted {
            self.facets.message_deleted(message.id);
        }
    }

    /// Applies the pins of a page of messages.
    pub fn merge(self, page: &LoadedPage, pins: Vec<Pin>) {
        self.facets.merge(page, pins);
    }

    /// Notes what is loaded of a room. A list that has to be read waits for that: before it the reader may be no member.
    pub fn set_window(self, window: Window) {
        self.facets.set_window(window);
        self.fetch();
    }

    /// Forgets a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        self.facets.room_lost(room);
        if self.list.with(|list| list.room()) == Some(Some(room)) {
            self.show_list(None);
        }
    }

    /// Marks what is known as out of date. With `other_store` nothing of it holds any more.
    pub fn reset(self, other_store: bool) {
        if other_store {
            self.facets.reset();
        }
        self.change(|list| {
            list.reset(other_store);
            other_store
        });
    }

    /// Tries again to read the list, where that has failed.
    pub fn connected(self) {
        self.fetch();
    }

    /// Returns whether a message is pinned or wished to be, and who has pinned it where the server says so; tracks it.
    pub fn pinned(self, message: MessageId) -> (bool, Option<UserId>) {
        let by = self.facets.get(message).filter(|pin| pin.on).map(|pin| pin.by);
        let is_pinned = self.pending.wished(&wish_name(message)).unwrap_or(by.is_some());
        (is_pinned, by.filter(|_| is_pinned))
    }

    /// Pins a message or takes its pin off. Without a connection the wish waits, over a reload too.
    pub fn set(self, message: MessageId, on: bool) {
        let call = SetPin { message: message.into(), on: on.into() };
        self.pending.wish(self.page, Wish::of(wish_name(message), on, &call, Kind::Pin));
    }

    /// Returns the pinned messages of `room`, newest pin first; tracks them. A message whose pin is wished off is left out.
    pub fn list(self, room: RoomId) -> Vec<PinnedMessage> {
        let all = self.list.read(|list| list.items(room).0.to_vec()).unwrap_or_default();
        all.into_iter().filter(|item| self.pending.wished(&wish_name(item.message)) != Some(false)).collect()
    }

    /// True when the list of `room` has been read; tracks it.
    pub fn is_listed(self, room: RoomId) -> bool {
        self.list.read(|list| list.items(room).1) == Some(true)
    }

    /// Shows the list of another room. It is fetched once the room is seen, unless it is the one that the page was rendered with.
    pub fn show(self, room: RoomId) {
        if self.page.is_live() && self.list.with(|list| list.room() != Some(room)) == Some(true) {
            self.list.with(|list| list.show(Some(room)));
            self.list.changed();
            platform::after_frame(move || self.fetch());
        }
    }

    fn show_list(self, room: Option<RoomId>) {
        self.change(|list| {
            list.show(room);
            true
        });
    }

    /// Runs `work`, which says whether it has changed the list, tells the readers then, and reads the list where that is due.
    fn change(self, work: impl FnOnce(&mut RoomPins) -> bool) {
        if self.list.with(work) == Some(true) {
            self.list.changed();
        }
        self.fetch();
    }

    /// Fetches the list where it has to be read. After a failure it stays due, for the next change or connection.
    fn fetch(self) {
        let Some(Some(room)) = self.list.with(|list| list.due()) else { return };
        if !self.page.is_live() || !self.facets.is_loaded(room) {
            return;
        }
        let Some(request) = self.list.with(RoomPins::begin) else { return };
        spawn_local(async move {
            match post(&ListPinExcerpts { room: room.into() }).await {
                Ok(answer) => self.change(|list| list.complete(request, Some(answer))),
                Err(error) => {
                    self.list.with(|list| list.complete(request, None));
                    self.page.ends(&error);
                }
            }
        });
    }
}

fn wish_name(message: MessageId) -> String {
    let mut name = String::from("pin ");
    name.push_str(&message.to_string());
    name
}

#[cfg(test)]
pub(crate) mod tests;
