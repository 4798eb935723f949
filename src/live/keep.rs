//! What outlives a page in its tab: texts not sent and drafts, in the browser's session storage.

use super::{
    browser,
    state::{AppState, LinkState},
};
use crate::{
    ids::{RoomId, UserId},
    json,
    messages::outbox::Outbox,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

const NAME: &str = "rill";

/// Kept for the same person, or for whoever enters after their session ended under their hands.
#[derive(Serialize, Deserialize)]
struct Kept {
    user: UserId,
    ended: bool,
    outboxes: Vec<(RoomId, Outbox)>,
    drafts: Vec<(RoomId, String)>,
}

fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Called when the page goes and whenever the outbox changes, for a crash asks nobody.
pub(crate) fn save(state: &AppState) {
    let kept = state.inner.with(|inner| Kept {
        user: state.me.id,
        ended: state.link.get_untracked() == LinkState::Ended,
        outboxes: inner
            .rooms
            .iter()
            .filter(|(_, room)| !room.outbox.unsent().is_empty())
            .map(|(id, room)| (id, room.outbox.clone()))
            .collect(),
        drafts: inner.drafts.iter().map(|(id, text)| (id, text.clone())).collect(),
    });
    let (Some(kept), Some(storage)) = (kept, storage()) else { return };
    // A browser that refuses to store loses only this comfort.
    if kept.outboxes.is_empty() && kept.drafts.is_empty() {
        let _ = storage.remove_item(NAME);
    } else if let Ok(json) = serde_json::to_string(&kept) {
        let _ = storage.set_item(NAME, &json);
    }
}

pub(super) fn restore(state: &AppState) {
    let Some(text) = storage().and_then(|storage| storage.get_item(NAME).ok().flatten()) else { return };
    let kept = json::read::<Kept>(&text).filter(|kept| kept.user == state.me.id || kept.ended);
    let Some(kept) = kept else {
        if let Some(storage) = storage() {
            let _ = storage.remove_item(NAME);
        }
        return;
    };
    for (room, mut outbox) in kept.outboxes {
        if kept.user != state.me.id {
            // Another person's keys are not ours: what they may have sent would not be recognised by them.
            outbox.rekey(browser::fresh_key);
        }
        state.room_or_new(room, |room| room.outbox = outbox);
    }
    state.inner.with(|inner| inner.drafts = kept.drafts.into_iter().collect());
}
