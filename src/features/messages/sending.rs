//! Sending: the outbox at work. What is typed stands in the list at once and is posted in order.

use super::{
    api::{DeleteMessage, SendMessage},
    model::{PageRange, check, tidy},
    state::Messages,
    timeline::RowKey,
};
use crate::{
    client::{
        call::post,
        connection_status::ConnectionStatus,
        pending::outbox::{Attempt, Next},
        platform,
    },
    model::{
        error::{AppError, Code, Reason},
        ids::{ClientKey, MessageId},
        scope::Scope,
        things::Event,
    },
};
use gloo_timers::callback::Timeout;
use leptos::{prelude::*, task::spawn_local};
use std::borrow::Borrow;

/// Milliseconds after which a pending message shows its clock.
const SLOW: u64 = 500;
/// Milliseconds without an answer after which the connection counts as lost.
const UNANSWERED: u32 = 5_000;
/// Milliseconds without success after which its row says so in words. It goes on trying.
const LATE: u64 = 10_000;

impl Messages {
    /// Sends `text` to `scope`: the list goes to its end and shows it, the server's answer follows. False when it may not be
    /// sent; then the text is still the caller's.
    pub fn send(self, scope: Scope, text: &str) -> bool {
        let text = tidy(text);
        if let Err(reason) = check(&text) {
            // Too long a text is counted under the box.
            if reason == Reason::Character {
                self.page.notice.try_set(Some(AppError::bad_input("text", reason)));
            }
            return false;
        }
        if self.page.is_ended() {
            return false;
        }
        let (key, at) = (self.take_key(scope), self.page.clock());
        let behind = self.scope_or_new(scope, |state| {
            state.anchor = None;
            state.timeline.new_from = None;
            state.timeline.loaded() && !state.timeline.at_end()
        });
        let Some(behind) = behind else { return false };
        self.pending.outbox(scope, |outbox| outbox.push(key, text, at));
        self.sent(scope, key);
        if behind {
            self.jump_to_latest(scope);
        }
        true
    }

    /// Returns the server's key for the first message, so that a click before and one after hydration are one message; then fresh
    /// ones.
    fn take_key(self, scope: Scope) -> ClientKey {
        let first = self.scope(scope, |state| std::mem::take(&mut state.view.first_key));
        first.and_then(|key| key.parse().ok()).unwrap_or_else(platform::fresh_key)
    }

    /// Sends a refused message again, or a waiting one now.
    pub fn retry(self, scope: Scope, key: impl Borrow<RowKey>) {
        let Some(key) = client_key(key.borrow()) else { return };
        // The button goes with the words beside it.
        self.take_focus();
        if let Some(Some(key)) = self.pending.outbox(scope, |outbox| outbox.retry(key, platform::fresh_key())) {
            self.sent(scope, key);
        }
    }

    /// Gives up a message that was refused or waits.
    pub fn discard(self, scope: Scope, key: impl Borrow<RowKey>) {
        let Some(key) = client_key(key.borrow()) else { return };
        self.take_focus();
        self.pending.outbox(scope, |outbox| outbox.discard(key));
        self.draw_shown(false);
        self.pending.save();
        self.post_next(scope);
    }

    fn sent(self, scope: Scope, key: ClientKey) {
        if self.page.status() == ConnectionStatus::Reconnecting {
            self.pending.outbox(scope, |outbox| outbox.late(key));
        }
        self.draw_shown(true);
        self.pending.save();
        self.watch(scope, key);
        self.post_next(scope);
    }

    /// Lets a message's row tell how long it takes: first a clock, then words.
    pub(super) fn watch(self, scope: Scope, key: ClientKey) {
        spawn_local(async move {
            platform::sleep(SLOW).await;
            if self.pending.outbox(scope, |outbox| outbox.slow(key)) == Some(true) {
                self.draw_soon();
            }
            platform::sleep(LATE - SLOW).await;
            if self.pending.outbox(scope, |outbox| outbox.late(key)) == Some(true) {
                self.draw_soon();
            }
        });
    }

    /// True when the reader can see why a request failed. A browser that calls itself offline may still reach a server on its own
    /// machine, so this alone says nothing.
    fn is_cut_off(self) -> bool {
        self.page.status() == ConnectionStatus::Reconnecting || !window().navigator().on_line()
    }

    /// Sends whatever waits: the network or the stream is back.
    pub fn post_all(self) {
        self.pending.hurry().into_iter().for_each(|scope| self.post_next(scope));
    }

    /// Posts the next message of a scope, if its turn has come; does nothing before [`Self::start_posting`].
    pub(crate) fn post_next(self, scope: Scope) {
        if let Some(post) = self.post.with(|post| *post).flatten() {
            post(self, scope);
        }
    }

    /// Posts from now on.
    pub(super) fn start_posting(self) {
        self.post.with(|post| *post = Some(Self::post_one));
    }

    /// Posts one message of a scope, and then the next: the order holds.
    fn post_one(self, scope: Scope) {
        if self.page.is_ended() || self.pending.unsent_count(scope) == 0 {
            return;
        }
        // A room that the reader has lost would refuse what is written; it goes out when they join again.
        if !self.rooms.is_joined(scope.room) {
            return;
        }
        let Some(Some(attempt)) = self.pending.outbox(scope, |outbox| outbox.take_next()) else { return };
        spawn_local(async move {
            let Attempt { number, key, text } = attempt;
            let timer = Timeout::new(UNANSWERED, move || self.page.step_status(ConnectionStatus::lost));
            let answer = post(&SendMessage { room: scope.room.into(), key: key.into(), text }).await;
            drop(timer);
            match answer {
                Ok(message) => {
                    // By the key that was sent, whatever the message says: an answer ends the wait in any case.
                    self.pending.outbox(scope, |outbox| outbox.confirm(key));
                    self.page.application(|application| application.event(Event::Message(message)));
                    // The server is there again: the stream need not wait for its own turn to find that out.
                    if self.page.status() == ConnectionStatus::Reconnecting {
                        self.page.application(|application| application.reconnect());
                    }
                }
                Err(error) => {
                    let visible = error.code == Code::Network && self.is_cut_off();
                    let next = self.pending.outbox(scope, |outbox| {
                        if visible {
                            outbox.all_late();
                        }
                        outbox.refused(number, &error, platform::random())
                    });
                    if !self.page.ends(&error)
                        && let Some(Next::Wait(wait)) = next
                    {
                        self.draw_soon();
                        platform::sleep(wait).await;
                        self.pending.outbox(scope, |outbox| outbox.resume(number));
                    }
                }
            }
            self.attempt_ended(scope);
        });
    }

    /// Shows what has changed in the outbox by itself, and posts the next one.
    fn attempt_ended(self, scope: Scope) {
        self.draw_soon();
        self.pending.save();
        self.post_next(scope);
    }

    /// Deletes one of the reader's own messages.
    pub fn delete(self, message: MessageId) {
        spawn_local(async move {
            match post(&DeleteMessage { message: message.into() }).await {
                // Other features keep something of the message too.
                Ok(message) => self.page.application(|application| application.event(Event::Message(message))),
                Err(error) => self.page.report(error),
            }
        });
    }

    /// Goes to the newest message, wherever the window is.
    pub fn jump_to_latest(self, scope: Scope) {
        self.scope(scope, |state| state.anchor = None);
        if self.scope(scope, |state| state.is_current()) == Some(true) {
            self.scroller.to_end();
            return self.look();
        }
        spawn_local(async move {
            if self.fetch(scope, PageRange::Newest).await.is_ok() && self.shows(scope) {
                self.draw_shown(true);
            }
        });
    }
}

/// Returns the sender's key that a row is named by.
fn client_key(key: &RowKey) -> Option<ClientKey> {
    key.0.rsplit_once('-')?.1.parse().ok()
}
