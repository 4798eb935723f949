//! Reports: what the reader has seen of the shown room goes to the server, so that it is read on every device.

use super::{
    api::ReadRoom,
    state::{Subscriptions, fields_of},
};
use crate::{
    client::{connection_status::ConnectionStatus, platform},
    features::messages::state::Messages,
    model::ids::{RoomId, Seq},
};
use leptos::{prelude::*, task::spawn_local};
use server_fn::ServerFn;
use std::time::Duration;

/// Time between two looks at the list. There are none while the shown room has nothing unread.
const LOOK: Duration = Duration::from_millis(500);
impl Subscriptions {
    /// Looks at the list and reports what is read, as long as the shown room has something unread; and shows by the page's icon
    /// whether any room has.
    pub fn start(self, messages: Messages) {
        let due = Memo::new(move |_| {
            let shown = messages.view.with(|view| view.as_ref().map(|view| view.scope.room));
            shown.is_some_and(|room| self.is_unread(room))
        });
        Effect::new(move |_| {
            if due.get()
                && let Ok(timer) = set_interval_with_handle(move || self.look(messages), LOOK)
            {
                on_cleanup(move || timer.clear());
            }
        });
        let icon = Memo::new(move |_| match (self.all_mentions(), self.any_unread()) {
            (0, false) => "/icon.svg",
            (0, true) => "/icon-unread.svg",
            _ => "/icon-mentions.svg",
        });
        Effect::new(move |_| {
            let icon = icon.get();
            if let Ok(Some(link)) = document().query_selector("link[rel=icon]") {
                let _ = link.set_attribute("href", icon);
            }
        });
    }

    fn look(self, messages: Messages) {
        let Some(room) = messages.shown().map(|scope| scope.room) else { return };
        // A page is not read that is hidden or behind another window.
        let reads = platform::visible() && document().has_focus().unwrap_or_default();
        let seen = if reads { messages.seen() } else { None };
        let Some(Some(n)) = self.reading.with(|reading| reading.look(room, seen)) else { return };
        let Some((read, basis)) = self.mark(room) else { return };
        if n > read && ![ConnectionStatus::Reconnecting, ConnectionStatus::Ended].contains(&self.page.status()) {
            spawn_local(self.report(room, n, basis));
        }
    }

    async fn report(self, room: RoomId, n: u64, basis: Seq) {
        self.reading.with(|reading| reading.set_reporting(true));
        let call = ReadRoom { room: room.into(), n: n.into(), basis: basis.into() };
        // A failure is not shown, since no person has asked for a report: a later look tries again. The stream says when the
        // session has ended, or is another person's now.
        let _ = self.post(ReadRoom::PATH, fields_of(&call)).await;
        self.reading.with(|reading| reading.set_reporting(false));
    }
}
