//! Sending: the outbox at work. What is typed stands in the list at once and is posted in order.

use super::{
    api::{DeleteMessage, SendMessage},
    model::{check, tidy},
    outbox::Next,
    scroll,
    timeline::RowKey,
};
use crate::{
    app::state::{AppState, LinkState},
    client::{call::call, pending::tab_storage, platform, tabs},
    model::{
        error::{AppError, Code, Reason},
        ids::{ClientKey, MessageId, RoomId},
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::borrow::Borrow;

/// Milliseconds after which a pending message shows its clock (UX 29).
const SLOW: u64 = 500;
/// Milliseconds without success after which its row says so in words (UX 31). It goes on trying.
const LATE: u64 = 10_000;

impl AppState {
    /// Sends `text` to `room`: the list goes to its end and shows it, the server's word follows. False where it may not be
    /// sent, and then the text is still the caller's.
    pub fn send(&self, room: RoomId, text: String) -> bool {
        let text = tidy(&text);
        if let Err(reason) = check(&text) {
            if reason != Reason::Empty {
                self.notice.try_set(Some(AppError::bad_input("text", reason)));
            }
            return false;
        }
        if self.link.get_untracked() == LinkState::Ended {
            return false;
        }
        let (key, at) = (self.take_key(room), self.clock());
        let behind = self.room_or_new(room, |room| {
            room.outbox.push(key, text, at);
            room.eye = None;
            room.timeline.loaded() && !room.timeline.at_end()
        });
        let Some(behind) = behind else { return false };
        self.sent(room, key);
        if behind {
            self.jump_to_latest(room);
        }
        true
    }

    /// The server's key for the first message, so that a click before and one after hydration are one message; then our own.
    fn take_key(&self, room: RoomId) -> ClientKey {
        let first = self.room(room, |room| std::mem::take(&mut room.view.first_key));
        first.and_then(|key| key.parse().ok()).unwrap_or_else(platform::fresh_key)
    }

    /// Sends a refused message again, or one that waits now.
    pub fn retry(&self, room: RoomId, key: impl Borrow<RowKey>) {
        let Some(key) = self.key_of(key.borrow()) else { return };
        // The button goes with the words it stands beside.
        scroll::take_focus();
        if let Some(Some(key)) = self.room(room, |room| room.outbox.retry(key, platform::fresh_key())) {
            self.sent(room, key);
        }
    }

    /// Gives a message up that was refused or waits.
    pub fn discard(&self, room: RoomId, key: impl Borrow<RowKey>) {
        let Some(key) = self.key_of(key.borrow()) else { return };
        scroll::take_focus();
        self.room(room, |room| room.outbox.discard(key));
        self.draw_shown(false);
        tab_storage::save(self);
        self.post_next(room);
    }

    fn key_of(&self, key: &RowKey) -> Option<ClientKey> {
        key.0.rsplit_once('-')?.1.parse().ok()
    }

    fn sent(&self, room: RoomId, key: ClientKey) {
        if self.link.try_get_untracked() == Some(LinkState::Reconnecting) {
            self.room(room, |room| room.outbox.late(key));
        }
        self.draw_shown(true);
        tab_storage::save(self);
        self.watch(room, key);
        self.post_next(room);
    }

    /// Its row tells how long a message takes: first a clock, then words.
    pub(crate) fn watch(&self, room: RoomId, key: ClientKey) {
        let state = self.clone();
        spawn_local(async move {
            platform::sleep(SLOW).await;
            if state.room(room, |room| room.outbox.slow(key)) == Some(true) {
                state.draw_soon();
            }
            platform::sleep(LATE - SLOW).await;
            if state.room(room, |room| room.outbox.late(key)) == Some(true) {
                state.draw_soon();
            }
        });
    }

    /// Whether everyone can see why a request failed. A browser that calls itself offline may still reach a server on its own
    /// machine, so this alone says nothing.
    fn cut_off(&self) -> bool {
        self.link.try_get_untracked() == Some(LinkState::Reconnecting) || !window().navigator().on_line()
    }

    /// The network or the stream is back: whatever waits goes now.
    pub(crate) fn post_all(&self) {
        let rooms = self.inner.with(|inner| {
            let waiting = inner.rooms.iter_mut().filter(|(_, room)| !room.outbox.unsent().is_empty());
            let hurried = waiting.map(|(id, room)| {
                room.outbox.hurry();
                id
            });
            hurried.collect::<Vec<_>>()
        });
        rooms.into_iter().flatten().for_each(|room| self.post_next(room));
    }

    /// Posts the next message of a room, if its turn has come. One at a time, so that the order holds.
    pub(crate) fn post_next(&self, room: RoomId) {
        if self.link.try_get_untracked().is_none_or(|link| link == LinkState::Ended) {
            return;
        }
        // Opening a room is joining it, and that may have to wait its turn: until then the room would refuse what is written.
        if self.joined.try_with_untracked(|joined| joined.contains(room)) != Some(true) {
            return;
        }
        let Some(Some(attempt)) = self.room(room, |room| room.outbox.take_next()) else { return };
        let state = self.clone();
        spawn_local(async move {
            let (to, key) = (room.to_string(), attempt.key.to_string());
            match call::<SendMessage>(&[("room", &to), ("key", &key), ("text", &attempt.text)]).await {
                Ok(message) => {
                    // By the key that was sent, whatever the message says: an answer ends the wait in any case.
                    state.room(room, |room| room.outbox.confirm(attempt.key));
                    state.learn_message(message);
                    // The server is there again, and nobody waits for the stream's own turn to find that out.
                    if state.link.try_get_untracked() == Some(LinkState::Reconnecting) {
                        tabs::wake();
                    }
                }
                Err(error) => {
                    let seen = error.code == Code::Network && state.cut_off();
                    let next = state.room(room, |room| {
                        if seen {
                            room.outbox.all_late();
                        }
                        room.outbox.refused(attempt.number, &error, platform::random())
                    });
                    if !state.ends(&error)
                        && let Some(Next::Wait(wait)) = next
                    {
                        state.draw_soon();
                        platform::sleep(wait).await;
                        state.room(room, |room| room.outbox.resume(attempt.number));
                    }
                }
            }
            state.settled(room);
        });
    }

    /// Something in the outbox has changed by itself: shown where the reader is, and the next one goes.
    fn settled(&self, room: RoomId) {
        self.draw_soon();
        tab_storage::save(self);
        self.post_next(room);
    }

    /// Deletes one of one's own messages.
    pub fn delete(&self, _room: RoomId, message: MessageId) {
        let state = self.clone();
        spawn_local(async move {
            match call::<DeleteMessage>(&[("message", &message.to_string())]).await {
                Ok(message) => state.learn_message(message),
                Err(error) if state.ends(&error) => {}
                Err(error) => {
                    state.notice.try_set(Some(error));
                }
            }
        });
    }

    /// Goes to the newest message, wherever the window is.
    pub fn jump_to_latest(&self, room: RoomId) {
        self.room(room, |room| room.eye = None);
        if self.room(room, |room| room.current()) == Some(true) {
            scroll::to_end();
            return scroll::look(self);
        }
        let state = self.clone();
        spawn_local(async move {
            if state.fetch(room, super::model::Stretch::Newest).await.is_ok() && state.shows(room) {
                state.draw_shown(true);
            }
        });
    }
}
