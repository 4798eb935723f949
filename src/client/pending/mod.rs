//! Pending: what the person has typed, sent or changed and the server has not confirmed: drafts, unsent messages, wishes. It
//! outlives a reload, a closed tab and a crash, and stands in every tab of the browser. This file owns its state; `drafts.rs`,
//! `outbox_storage.rs` and `tab_storage.rs` own where the parts of it are stored.

mod drafts;
mod kept;
pub mod outbox;
mod outbox_storage;
mod stored_page;
mod tab_storage;
pub mod wishes;

use super::{
    page::Page,
    shared::{Shared, Tracked},
};
use crate::model::{
    ids::ClientKey,
    scope::Scope,
    sorted::{Sorted, SortedSet},
};
use outbox::{Outbox, Unsent};
use std::sync::Arc;
use wishes::Wishes;

/// What has changed in it by itself.
pub enum PendingChange {
    /// Unsent messages of another page are this page's now.
    Adopted(Vec<(Scope, ClientKey)>),
    /// Another page has taken over this page's unsent messages.
    TakenOver,
    /// The network is back, or there is something new to send: whatever waits goes out now.
    SendNow,
}

type Listener = Arc<dyn Fn(PendingChange) + Send + Sync>;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Pending {
    /// Scopes in which something is typed and not sent.
    pub drafting: Tracked<SortedSet<Scope>>,
    /// Changes that the server has not confirmed.
    wishes: Tracked<Wishes>,
    page: Page,
    inner: Shared<Inner>,
}

struct Inner {
    session: String,
    outboxes: Sorted<Scope, Outbox>,
    drafts: Sorted<Scope, String>,
    /// The session has ended under the person's hands.
    ended: bool,
    /// The page is going, or waits in the back-forward cache.
    leaving: bool,
    /// Another tab has left and erased the drafts: this one does not bring them back.
    erased: bool,
    /// The scope that is typed in.
    typing: Option<Scope>,
    /// Counts the keys typed, so that an old timer stores nothing.
    typed: u32,
    /// Under which name this page stores its unsent messages, and what it last wrote there.
    item: String,
    written: String,
    listener: Option<Listener>,
    active: Option<Active>,
}

/// What a page does from its start on. That it does not do so before keeps this code out of the first module.
#[derive(Clone, Copy)]
struct Active {
    save: fn(Pending),
    send_wishes: fn(Pending, Page),
}

impl Pending {
    /// Makes an empty state for the session of `page`.
    pub fn new(page: Page) -> Self {
        let session = page.session();
        Self {
            drafting: Tracked::new(SortedSet::default()),
            wishes: Tracked::new(Wishes::default()),
            page,
            inner: Shared::new(Inner {
                session,
                outboxes: Sorted::default(),
                drafts: Sorted::default(),
                ended: false,
                leaving: false,
                erased: false,
                typing: None,
                typed: 0,
                item: String::new(),
                written: String::new(),
                listener: None,
                active: None,
            }),
        }
    }

    /// Brings back the drafts that earlier pages have stored.
    pub fn restore(self) {
        self.restore_tab();
        self.restore_drafts();
    }

    /// Brings back what else earlier pages have stored, and keeps it in line with the other tabs. `listener` hears what changes
    /// by itself.
    pub fn start(self, listener: impl Fn(PendingChange) + Send + Sync + 'static) {
        let active = Active { save: Self::save_now, send_wishes: Self::send_wishes_now };
        self.with(|inner| {
            inner.listener = Some(Arc::new(listener));
            inner.active = Some(active);
        });
        self.start_outbox_storage();
        self.save();
    }

    /// Runs `work` on the state; none when the page is gone. Never call it from inside of `work`.
    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.with(work)
    }

    fn notify(self, change: PendingChange) {
        // What is written for a room may have come or gone.
        self.drafting.changed();
        if let Some(listener) = self.with(|inner| inner.listener.clone()).flatten() {
            listener(change);
        }
    }

    /// Runs `work` on the outbox of `scope`; none when the page is gone. Call [`Self::save`] after a change.
    pub fn outbox<T>(self, scope: Scope, work: impl FnOnce(&mut Outbox) -> T) -> Option<T> {
        self.with(|inner| work(inner.outboxes.get_or(scope, Outbox::default)))
    }

    /// Returns what is not sent yet in `scope`, in order.
    pub fn unsent(self, scope: Scope) -> Vec<Unsent> {
        self.with(|inner| inner.outboxes.get(scope).map(|outbox| outbox.unsent().to_vec())).flatten().unwrap_or_default()
    }

    /// Returns how many messages of `scope` are not sent yet.
    pub fn unsent_count(self, scope: Scope) -> usize {
        self.with(|inner| inner.outboxes.get(scope).map_or(0, |outbox| outbox.unsent().len())).unwrap_or_default()
    }

    /// Returns the scopes with unsent messages, each of which may try again at once.
    pub fn hurry(self) -> Vec<Scope> {
        self.with(|inner| {
            let waiting = inner.outboxes.iter_mut().filter(|(_, outbox)| !outbox.unsent().is_empty());
            let hurried = waiting.map(|(scope, outbox)| {
                outbox.hurry();
                scope
            });
            hurried.collect()
        })
        .unwrap_or_default()
    }

    /// Stores everything: an outbox or a wish has changed, or the page is about to go. Does nothing before [`Self::start`].
    pub fn save(self) {
        if let Some(active) = self.with(|inner| inner.active).flatten() {
            (active.save)(self);
        }
    }

    fn save_now(self) {
        self.save_tab();
        self.save_outboxes();
    }

    /// Stores what has been typed up to now: the page is hidden or goes.
    pub fn page_hidden(self, shown: Option<Scope>) {
        self.save_drafts(shown);
    }

    /// Stops sending. Texts stay on the page, and with this tab for the person who enters here next.
    pub fn session_ended(self) {
        self.with(|inner| {
            inner.ended = true;
            inner.outboxes.iter_mut().for_each(|(_, outbox)| outbox.end());
        });
        self.save();
    }
}

/// Erases what a session that was left has stored. Called where no session is; what ended under somebody's hands in this tab
/// stays.
pub fn forget() {
    tab_storage::clear();
    outbox_storage::clear();
}
