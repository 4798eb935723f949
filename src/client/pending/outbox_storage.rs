//! Storage of unsent messages and wishes, which outlive their page and its tab. Every page stores its own under a name in the
//! browser's local storage and takes over what pages that have gone left there. So a closed or crashed tab loses nothing, and
//! still only one page sends a message; if two send it all the same, its key makes it one.

use super::{
    Pending, PendingChange,
    stored_page::{StoredPage, write},
    tab_storage,
};
use crate::client::platform;
use leptos::{prelude::*, task::spawn_local};
use web_sys::Storage;

const PREFIX: &str = "rill.unsent.";
/// In the tab's own storage: the name under which the tab's last page stored its messages.
const PAGE: &str = "rill.page";
/// Stands in place of what another page has taken over, for an owner that comes back by Back.
const TAKEN: &str = "taken";
/// Milliseconds that a page has to answer whether it is still there. A page that sleeps longer loses nothing by it.
const ANSWER: u64 = 2_000;

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn names(storage: &Storage) -> Vec<String> {
    let all = (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok().flatten());
    all.filter(|name| name.starts_with(PREFIX)).collect()
}

/// True when a page of `session` stores under `name`.
fn is_of(name: &str, session: &str) -> bool {
    name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('.')).is_some_and(|(tag, _)| tag == session)
}

impl Pending {
    /// Gives this page a name, takes over what others left, and listens.
    pub(super) fn start_outbox_storage(self) {
        let mut name = String::from(PREFIX);
        self.with(|inner| name.push_str(&inner.session));
        name.push('.');
        name.push_str(&platform::fresh_key().to_string());
        let mut earlier = None;
        if let Some(tab) = tab_storage::storage() {
            earlier = tab.get_item(PAGE).ok().flatten();
            write(&tab, PAGE, &name);
        }
        self.with(|inner| inner.item = name);
        let on = |name, work: fn(Self)| window_event_listener_untyped(name, move |_| work(self));
        let handles = [
            on("storage", |pending| pending.answer(false)),
            on("pagehide", |pending| {
                pending.with(|inner| inner.leaving = true);
                pending.save_outboxes();
            }),
            on("pageshow", |pending| {
                pending.with(|inner| inner.leaving = false);
                pending.answer(true);
                pending.save_outboxes();
            }),
            on("online", |pending| pending.notify(PendingChange::SendNow)),
        ];
        on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
        self.gather(earlier.as_deref());
    }

    /// Stores what is not sent yet. After the session's end it is stored with the tab instead.
    pub(super) fn save_outboxes(self) {
        let wishes = self.wishes.with(|wishes| wishes.stored()).unwrap_or_default();
        let store = self.page.store().unwrap_or_default();
        let stored = self.with(|inner| {
            let stored = StoredPage::new(inner.session.clone(), inner.leaving);
            if inner.ended {
                return stored;
            }
            let stored = stored.with_outboxes(inner.outboxes.iter().map(|(scope, outbox)| (scope, outbox.clone())));
            stored.with_wishes(wishes, store)
        });
        let (Some(stored), Some(storage)) = (stored, storage()) else { return };
        let text = stored.text();
        self.with(|inner| {
            if inner.written != text {
                write(&storage, &inner.item, &text);
                inner.written = text;
            }
        });
    }

    /// Takes over what pages of this session that have gone left here, and sends it; what is left of other sessions goes.
    pub fn take_over(self) {
        self.gather(None);
    }

    /// `earlier` is the page that this tab showed before.
    fn gather(self, earlier: Option<&str>) {
        let Some(storage) = storage() else { return };
        let Some((mine, session)) = self.with(|inner| (inner.item.clone(), inner.session.clone())) else { return };
        for name in names(&storage).into_iter().filter(|name| *name != mine) {
            match StoredPage::read(&storage, &name) {
                Some(stored) if stored.session == session => {
                    if stored.free || earlier == Some(&name) {
                        self.take(&storage, &name, stored);
                    } else {
                        self.ask(name);
                    }
                }
                // This session's, written by another release: it stays for that one.
                None if is_of(&name, &session) && storage.get_item(&name).ok().flatten().as_deref() != Some(TAKEN) => {}
                _ => write(&storage, &name, ""),
            }
        }
        self.notify(PendingChange::SendNow);
    }

    /// Makes the messages this page's from here on: first written here, then marked there.
    fn take(self, storage: &Storage, name: &str, stored: StoredPage) {
        // Of another store the numbers in them mean other messages and rooms.
        if self.page.store().as_ref() == Some(&stored.store) {
            self.adopt_wishes(&stored.wishes);
        }
        let mut adopted = Vec::new();
        for (scope, outbox) in stored.into_outboxes() {
            adopted.extend(outbox.unsent().iter().map(|message| (scope, message.key)));
            self.outbox(scope, |own| own.adopt(outbox));
        }
        self.save();
        write(storage, name, TAKEN);
        self.notify(PendingChange::Adopted(adopted));
    }

    /// Finds out whether the page behind `name` is there: a mark at its messages' end makes it write them anew. Without an
    /// answer the page has crashed, and its messages are taken over.
    fn ask(self, name: String) {
        let Some(storage) = storage() else { return };
        let Ok(Some(mut marked)) = storage.get_item(&name) else { return };
        marked.push(' ');
        write(&storage, &name, &marked);
        spawn_local(async move {
            platform::sleep(ANSWER).await;
            if storage.get_item(&name).ok().flatten().as_ref() == Some(&marked)
                && self.with(|inner| inner.ended) == Some(false)
                && let Some(stored) = StoredPage::read(&storage, &name)
            {
                self.take(&storage, &name, stored);
                self.notify(PendingChange::SendNow);
            }
        });
    }

    /// Another page has written to the storage, perhaps under this page's name; or the page is `back` from where it could not
    /// hear that.
    fn answer(self, back: bool) {
        let Some(storage) = storage() else { return };
        let Some((name, written)) = self.with(|inner| (inner.item.clone(), inner.written.clone())) else { return };
        let there = storage.get_item(&name).ok().flatten().unwrap_or_default();
        if there == written {
            return;
        }
        if there == TAKEN || (back && there.trim_end() != written) {
            self.with(|inner| {
                inner.outboxes.iter_mut().for_each(|(_, outbox)| outbox.clear());
                inner.written.clear();
            });
            self.forget_wishes();
            write(&storage, &name, "");
            self.notify(PendingChange::TakenOver);
        } else if !there.is_empty() {
            write(&storage, &name, &written);
        }
    }
}

/// Erases the unsent messages of every session.
pub(super) fn clear() {
    if let Some(storage) = storage() {
        names(&storage).iter().for_each(|name| write(&storage, name, ""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_page_is_of_the_session_in_its_name() {
        assert!(is_of("rill.unsent.5d1c.00", "5d1c"));
        for (name, session) in [("rill.unsent.5d1c.00", "5d"), ("rill.unsent.5d1c", "5d1c"), ("rill draft 5d1c.00", "5d1c")] {
            assert!(!is_of(name, session), "{name} {session}");
        }
    }
}
