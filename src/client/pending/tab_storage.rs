//! The tab's own storage: what stays with a tab when its session ends under somebody's hands: drafts, and unsent texts as
//! drafts, for the next one who enters there.

use super::{
    Pending,
    stored_page::{StoredPage, write},
};
use leptos::prelude::window;
use web_sys::Storage;

const NAME: &str = "rill";

pub(super) fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

impl Pending {
    /// Stores drafts, and after the session's end unsent texts too.
    pub(super) fn save_tab(self) {
        let stored = self.with(|inner| {
            let stored = StoredPage::new(inner.session.clone(), inner.ended);
            let stored = stored.with_drafts(inner.drafts.iter().map(|(scope, text)| (scope, text.clone())));
            match inner.ended {
                true => stored.with_outboxes(inner.outboxes.iter().map(|(scope, outbox)| (scope, outbox.clone()))),
                false => stored,
            }
        });
        if let (Some(stored), Some(storage)) = (stored, storage()) {
            write(&storage, NAME, &stored.text());
        }
    }

    /// Brings back what an earlier page in this tab has left for this session, or for whoever comes next.
    pub(super) fn restore_tab(self) {
        let Some(storage) = storage() else { return };
        let Some(stored) = StoredPage::read(&storage, NAME) else { return };
        if stored.free || self.with(|inner| inner.session == stored.session) == Some(true) {
            self.with(|inner| inner.drafts = stored.into_drafts().into_iter().collect());
        } else {
            write(&storage, NAME, "");
        }
    }
}

/// Erases what a session that was left has stored in this tab. What ended under somebody's hands stays.
pub(super) fn clear() {
    if let Some(storage) = storage()
        && StoredPage::read(&storage, NAME).is_none_or(|stored| !stored.free)
    {
        write(&storage, NAME, "");
    }
}
