//! What stays with a tab when its session ends under somebody's hands: drafts, and what was not sent, as drafts, for whoever
//! enters there next. While a session lives its drafts are in every tab ([`super::drafts`], which has the last word) and its
//! unsent messages lie on the [`shelf`].

use super::outbox_storage;
use crate::{
    app::state::{AppState, Inner, LinkState},
    features::messages::outbox::Outbox,
    model::{ids::RoomId, wire},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

const NAME: &str = "rill";

/// What a page leaves behind.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Public tag of the session it was written in.
    pub session: String,
    /// Whoever comes next may have it. In the tab: the session ended under the person's hands, and whoever enters there goes
    /// on with the drafts. On the shelf: the page has gone.
    pub free: bool,
    pub outboxes: Vec<(RoomId, Outbox)>,
    pub drafts: Vec<(RoomId, String)>,
}

impl Kept {
    pub(crate) fn read(storage: &Storage, name: &str) -> Option<Self> {
        wire::read(&storage.get_item(name).ok()??)
    }

    /// As it is stored; empty where there is nothing to keep.
    pub(crate) fn text(&self) -> String {
        if self.outboxes.is_empty() && self.drafts.is_empty() {
            return String::new();
        }
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The drafts, with what was not sent put before them: a new session is another person, in whose name nothing goes out
    /// that they have not looked at.
    fn into_drafts(self) -> Vec<(RoomId, String)> {
        let mut drafts = self.drafts;
        for (room, outbox) in self.outboxes {
            let mut text = String::new();
            for message in outbox.unsent() {
                text.push_str(&message.text);
                text.push_str("\n\n");
            }
            match drafts.iter_mut().find(|(other, _)| *other == room) {
                Some((_, draft)) => draft.insert_str(0, &text),
                None => drafts.push((room, text.trim_end().to_owned())),
            }
        }
        drafts
    }
}

/// What is not sent yet, by room.
pub(crate) fn outboxes(inner: &Inner) -> Vec<(RoomId, Outbox)> {
    let rooms = inner.rooms.iter().filter(|(_, room)| !room.outbox.unsent().is_empty());
    rooms.map(|(id, room)| (id, room.outbox.clone())).collect()
}

/// Writes `text` under `name`, or takes away what is there. A browser that refuses to store loses only this comfort.
pub(crate) fn write(storage: &Storage, name: &str, text: &str) {
    let _ = if text.is_empty() { storage.remove_item(name) } else { storage.set_item(name, text) };
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Called when the page goes and whenever an outbox changes, for a crash asks nobody.
pub(crate) fn save(state: &AppState) {
    let ended = state.link.get_untracked() == LinkState::Ended;
    let kept = state.inner.with(|inner| Kept {
        session: inner.session.clone(),
        free: ended,
        outboxes: if ended { outboxes(inner) } else { Vec::new() },
        drafts: inner.drafts.iter().map(|(id, text)| (id, text.clone())).collect(),
    });
    if let (Some(kept), Some(storage)) = (kept, storage()) {
        write(&storage, NAME, &kept.text());
    }
    outbox_storage::save(state);
}

pub(crate) fn restore(state: &AppState) {
    if let Some(storage) = storage()
        && let Some(kept) = Kept::read(&storage, NAME)
    {
        let same = state.inner.with(|inner| inner.session == kept.session) == Some(true);
        if same || kept.free {
            state.inner.with(|inner| inner.drafts = kept.into_drafts().into_iter().collect());
        } else {
            write(&storage, NAME, "");
        }
    }
    outbox_storage::start(state);
}

/// At the door, where nobody is signed in: nothing stays of a session that was left. What ended under somebody's hands in
/// this tab waits for them.
pub(crate) fn forget() {
    if let Some(storage) = storage()
        && Kept::read(&storage, NAME).is_none_or(|kept| !kept.free)
    {
        write(&storage, NAME, "");
    }
    outbox_storage::clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::ClientKey;

    #[test]
    fn what_was_not_sent_stands_before_the_draft_of_its_room() {
        let outbox = |texts: &[&str]| {
            let mut outbox = Outbox::default();
            texts.iter().for_each(|text| outbox.push(ClientKey([1; 16]), (*text).to_owned(), 1));
            outbox
        };
        let kept = Kept {
            session: String::new(),
            free: true,
            outboxes: vec![(RoomId(1), outbox(&["one", "two"])), (RoomId(2), outbox(&["three"]))],
            drafts: vec![(RoomId(1), "half".into())],
        };
        let back: Kept = wire::read(&kept.text()).unwrap();
        assert_eq!(back.into_drafts(), [(RoomId(1), "one\n\ntwo\n\nhalf".to_owned()), (RoomId(2), "three".to_owned())]);
    }
}
