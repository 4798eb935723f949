//! Messages in the browser: what is loaded of each room, which room is shown, and how events and answers change it.

use super::{
    facets::{LoadedPage, Window},
    model::{Facets, Message, Page as MessagePage, PageRange},
    room_state::RoomState,
    room_view::RoomView,
    scroller::Scroller,
};
use crate::{
    client::{
        page::Page,
        pending::{Pending, PendingChange},
        platform,
        shared::{Shared, Tracked},
    },
    features::rooms::state::Rooms,
    model::{
        ids::{MessageId, RoomId, Seq},
        scope::Scope,
        sorted::Sorted,
    },
};
use leptos::{prelude::*, reactive::owner::WeakOwner};
use std::sync::Arc;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Messages {
    pub(super) page: Page,
    pub(super) rooms: Rooms,
    pub(super) pending: Pending,
    /// The list that is shown; none while it is on its way, and on screens without one.
    pub view: RwSignal<Option<RoomView>>,
    /// Messages of others that have arrived in the shown list and are not announced yet.
    pub news: Tracked<Vec<Message>>,
    pub(super) scroller: Scroller,
    inner: Shared<Inner>,
    on_loaded: Shared<Option<OnLoaded>>,
    /// Posts what is next in a scope; none before the page may post.
    pub(super) post: Shared<Option<PostNext>>,
}

/// What has changed in what is loaded.
pub enum Loaded {
    Window(Window),
    Page(LoadedPage, Facets),
}

type PostNext = fn(Messages, Scope);
type OnLoaded = Arc<dyn Fn(Loaded) + Send + Sync>;

pub(super) struct Inner {
    /// Owns the signals of rooms opened later. Weak, for it owns this value too.
    owner: Option<WeakOwner>,
    scopes: Sorted<Scope, RoomState>,
    /// A drawing is due with the next frame.
    pub drawing: bool,
}

impl Messages {
    pub fn new(page: Page, rooms: Rooms, pending: Pending) -> Self {
        let inner = Inner { owner: Owner::current().map(|owner| owner.downgrade()), scopes: Sorted::default(), drawing: false };
        let (view, inner) = (RwSignal::new(None), Shared::new(inner));
        Self {
            page,
            rooms,
            pending,
            view,
            news: Tracked::new(Vec::new()),
            scroller: Scroller::new(),
            inner,
            on_loaded: Shared::new(None),
            post: Shared::new(None),
        }
    }

    /// Sets what hears of every change in what is loaded: the features that keep something beside messages.
    pub fn on_loaded(self, hear: impl Fn(Loaded) + Send + Sync + 'static) {
        self.on_loaded.with(|current| *current = Some(Arc::new(hear)));
    }

    fn tell_loaded(self, loaded: Loaded) {
        if let Some(hear) = self.on_loaded.with(|hear| hear.clone()).flatten() {
            hear(loaded);
        }
    }

    /// Tells what is loaded of `scope` now.
    pub(super) fn tell_window(self, scope: Scope) {
        if scope.thread.is_none()
            && let Some((first, in_flight)) = self.scope(scope, |state| state.timeline.loaded_from())
        {
            self.tell_loaded(Loaded::Window(Window { room: scope.room, first, in_flight }));
        }
    }

    /// Tells the facets of a page that has been merged.
    pub(super) fn tell_page(self, scope: Scope, ids: Vec<MessageId>, head: Seq, facets: Facets) {
        let parts = self.scope(scope, |state| {
            let is_living = |id: &MessageId| state.timeline.get(*id).is_some_and(|message| !message.deleted);
            ids.into_iter().partition(is_living)
        });
        let Some((living, deleted)) = parts else { return };
        self.tell_loaded(Loaded::Page(LoadedPage { room: scope.room, living, deleted, head }, facets));
    }

    /// Shows a scope with the page that it was rendered with. `key` is the one that its form carries.
    /// `unread` is the ordinal up to which a room with something unread is read.
    pub fn show_first(self, scope: Scope, page: MessagePage, target: Option<MessageId>, key: String, unread: Option<u64>) {
        let view = RoomView::new(scope, target, key);
        self.with(|inner| inner.scopes.insert(scope, RoomState::new(view.clone())));
        if let Some(request) = self.begin(scope, PageRange::Newest) {
            self.complete(scope, request, page);
        }
        if target.is_none() {
            self.scope(scope, |state| state.open_at(unread));
        }
        self.draw(scope);
        self.view.set(Some(view));
    }

    /// Sends what waits as soon as it may, from now on.
    pub fn start(self) {
        self.start_posting();
        self.pending.start(move |change| match change {
            PendingChange::Adopted(keys) => {
                for (scope, key) in keys {
                    self.ensure(scope);
                    self.watch(scope, key);
                }
                self.draw_soon();
            }
            PendingChange::TakenOver => self.draw_soon(),
            PendingChange::SendNow => {
                self.post_all();
                self.pending.hurry_wishes(self.page);
            }
        });
    }

    /// Returns what is typed or sent and not stored by the server.
    pub fn pending(self) -> Pending {
        self.pending
    }

    pub(super) fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.with(work)
    }

    /// Runs `work` on what is loaded of `scope`; none when the page is gone or has nothing of it. Never call it from inside of
    /// `work`.
    pub(crate) fn scope<T>(self, scope: Scope, work: impl FnOnce(&mut RoomState) -> T) -> Option<T> {
        self.with(|inner| inner.scopes.get_mut(scope).map(work)).flatten()
    }

    /// The same, for a scope that may be new to this page.
    pub(crate) fn scope_or_new<T>(self, scope: Scope, work: impl FnOnce(&mut RoomState) -> T) -> Option<T> {
        self.with(|inner| {
            if !inner.scopes.contains(scope) {
                let owner = inner.owner.as_ref().and_then(WeakOwner::upgrade)?;
                let view = owner.with(|| RoomView::new(scope, None, String::new()));
                inner.scopes.insert(scope, RoomState::new(view));
            }
            inner.scopes.get_mut(scope).map(work)
        })?
    }

    fn ensure(self, scope: Scope) {
        self.scope_or_new(scope, |_| ());
    }

    /// Returns the scope that is shown.
    pub fn shown(self) -> Option<Scope> {
        self.view.try_with_untracked(|view| view.as_ref().map(|view| view.scope)).flatten()
    }

    pub fn shows(self, scope: Scope) -> bool {
        self.shown() == Some(scope)
    }

    /// Draws the line above what is new after the message with ordinal `n`, and opens `scope` there when it is shown next.
    /// Without one it opens where the reader has left it.
    pub fn open_at(self, scope: Scope, n: Option<u64>) {
        self.scope_or_new(scope, |state| state.open_at(n));
    }

    /// Draws the line above what is new in a list that is shown; the reader stays where they are.
    pub fn draw_new(self, scope: Scope, n: Option<u64>) {
        if self.shows(scope) {
            self.scope(scope, |state| state.timeline.new_from = n);
            self.draw_soon();
        }
    }

    /// Takes the line above what is new away and goes to the end. False when there is none.
    pub fn dismiss_new(self) -> bool {
        let Some(scope) = self.shown() else { return false };
        let is_there = self.scope(scope, |state| state.timeline.new_from.take().is_some()) == Some(true);
        if is_there {
            if self.holds(scope, None) {
                self.draw_shown(true);
            } else {
                self.jump_to_latest(scope);
            }
        }
        is_there
    }

    /// True when everything above ordinal `n` is loaded of `scope`.
    pub fn holds_from(self, scope: Scope, n: u64) -> bool {
        self.scope(scope, |state| state.is_current() && state.timeline.reaches_from(n)) == Some(true)
    }

    /// Shows what is loaded of `scope`. `target` is the message that a permalink names.
    pub fn show(self, scope: Scope, target: Option<MessageId>) {
        // What was focused or selected when it was left is so no more.
        self.scope(scope, |state| {
            state.retained = None;
            state.anchor = target.map(|id| (id, 0.0)).or(state.anchor);
        });
        self.draw_in_slices(scope);
        self.draw(scope);
        let Some(mut view) = self.scope_or_new(scope, |state| state.view.clone()) else { return };
        view.target = target;
        if view.first_key.is_empty() {
            view.first_key = platform::fresh_key().to_string();
        }
        self.view.set(Some(view));
        // A room that was joined a moment ago may now take what was written for it.
        self.post_next(scope);
    }

    /// Returns the message at which the reader left `scope`; none at the live end.
    pub fn left_at(self, scope: Scope) -> Option<MessageId> {
        self.scope(scope, |state| state.anchor.map(|(id, _)| id)).flatten()
    }

    /// True when `scope` can be shown at once: the message `at` is loaded, or without one the newest.
    pub fn holds(self, scope: Scope, at: Option<MessageId>) -> bool {
        self.scope(scope, |state| at.map_or_else(|| state.is_current(), |id| state.timeline.covers(id))) == Some(true)
    }

    /// Applies the newest state of a message, from the stream or from an answer.
    pub fn apply(self, message: Message) {
        let (scope, own) = (Scope::from(message.room), message.author == self.page.me);
        let shown = self.shows(scope);
        if shown {
            // A scroll whose event has not come yet must not count what arrives as seen.
            self.note_scroll();
        }
        // The stream and the answer both confirm what was pending; the first of them does.
        let confirmed = own && self.confirm(scope, &message);
        let unsent = self.pending.unsent_count(scope);
        let is_new = shown && !own && !message.deleted && message.seq.0 == message.id.0;
        let news = is_new.then(|| message.clone());
        let changed = self.scope(scope, |state| {
            let changed = state.timeline.apply(message, self.page.me);
            state.trim(unsent);
            changed
        });
        if let Some(message) = news.filter(|_| changed == Some(true)) {
            self.news.with(|news| news.push(message));
            self.news.changed();
        }
        self.tell_window(scope);
        if shown && (changed == Some(true) || confirmed) {
            self.draw_soon();
        }
        if own {
            // It may have been the one that was waiting for another try.
            self.post_next(scope);
        }
    }

    fn confirm(self, scope: Scope, message: &Message) -> bool {
        self.pending.unsent_count(scope) > 0 && self.pending.outbox(scope, |outbox| outbox.confirm(message.key)) == Some(true)
    }

    /// Marks what is loaded as out of date: the shown window stays until a page replaces it, everything else is forgotten. With
    /// `other_store` nothing that is known holds any more.
    pub fn reset(self, other_store: bool) {
        let shown = self.shown();
        self.with(|inner| {
            for (scope, state) in inner.scopes.iter_mut() {
                if Some(scope) == shown && !other_store {
                    state.timeline.reset();
                } else {
                    state.timeline.forget();
                }
            }
        });
        let scopes = self.with(|inner| inner.scopes.iter().map(|(scope, _)| scope).collect::<Vec<_>>());
        scopes.into_iter().flatten().for_each(|scope| self.tell_window(scope));
    }

    /// The reader is a member of `room` now: what was written for it goes out.
    pub fn room_joined(self, room: RoomId) {
        self.post_next(room.into());
    }

    /// Forgets a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        if self.shown().is_some_and(|scope| scope.room == room) {
            self.view.try_set(None);
        }
        self.with(|inner| inner.scopes.retain(|scope| scope.room != room));
    }

    /// Stops sending for good; what was typed stays.
    pub fn session_ended(self) {
        self.pending.session_ended();
        self.draw_soon();
    }

    /// Returns a message that is loaded; it may be a tombstone.
    pub fn message(self, scope: Scope, id: MessageId) -> Option<Message> {
        self.scope(scope, |state| state.timeline.get(id).cloned()).flatten()
    }

    /// Returns the messages that are loaded of a room, in order.
    pub fn loaded(self, room: RoomId) -> Vec<Message> {
        self.scope(room.into(), |state| state.timeline.messages().to_vec()).unwrap_or_default()
    }
}
