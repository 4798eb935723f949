//! Unsent messages outlive their page and its tab. Every page keeps its own on a shelf in the browser's local storage, under
//! the session's name, and takes over what pages that have gone left there: so a closed or crashed tab loses nothing, and
//! still only one page sends a message. Should two of them send it all the same, its key makes it one.

use super::tab_storage::{Kept, outboxes, write};
use crate::{
    app::state::{AppState, LinkState},
    client::platform,
};
use leptos::{prelude::*, task::spawn_local};
use std::cell::{Cell, RefCell};
use web_sys::Storage;

const PREFIX: &str = "rill.unsent.";
/// In the tab's own storage: under which name its last page kept what it had.
const PAGE: &str = "rill.page";
/// In place of what another page has taken over, should its owner come back by Back.
const TAKEN: &str = "taken";
/// Milliseconds that a page has to answer whether it is still there. One that sleeps longer loses nothing by it.
const ASK: u64 = 2_000;

thread_local! {
    /// Where this page keeps its own, and what it last wrote there.
    static MINE: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
    /// The page is going, or waits in the back-forward cache.
    static GONE: Cell<bool> = const { Cell::new(false) };
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn names(storage: &Storage) -> Vec<String> {
    let all = (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok().flatten());
    all.filter(|name| name.starts_with(PREFIX)).collect()
}

/// Finds this page a place, takes over what others left, and listens.
pub(crate) fn start(state: &AppState) {
    let mut name = String::from(PREFIX);
    state.inner.with(|inner| name.push_str(&inner.session));
    name.push('.');
    name.push_str(&platform::fresh_key().to_string());
    let mut earlier = None;
    if let Ok(Some(tab)) = window().session_storage() {
        earlier = tab.get_item(PAGE).ok().flatten();
        write(&tab, PAGE, &name);
    }
    MINE.set((name, String::new()));
    let on = |name, work: fn(&AppState)| {
        let state = state.clone();
        window_event_listener_untyped(name, move |_| work(&state))
    };
    let handles = [
        on("storage", |state| answer(state, false)),
        on("pagehide", |state| {
            GONE.set(true);
            save(state);
        }),
        on("pageshow", |state| {
            GONE.set(false);
            answer(state, true);
            save(state);
        }),
        on("online", |state| state.post_all()),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    gather(state, earlier.as_deref());
}

/// Keeps what is not sent yet. An ended session's is the tab's, see [`super::tab_storage`].
pub(crate) fn save(state: &AppState) {
    let ended = state.link.get_untracked() == LinkState::Ended;
    let kept = state.inner.with(|inner| Kept {
        session: inner.session.clone(),
        free: GONE.get(),
        outboxes: if ended { Vec::new() } else { outboxes(inner) },
        drafts: Vec::new(),
    });
    let (Some(kept), Some(storage)) = (kept, storage()) else { return };
    let text = kept.text();
    MINE.with_borrow_mut(|(name, written)| {
        if *written != text {
            write(&storage, name, &text);
            *written = text;
        }
    });
}

/// Takes over what pages that have gone left of this session; what is left of others goes. `earlier` is the page that this
/// tab showed before.
pub(crate) fn gather(state: &AppState, earlier: Option<&str>) {
    let (Some(storage), Some(session)) = (storage(), state.inner.with(|inner| inner.session.clone())) else { return };
    let mine = MINE.with_borrow(|(name, _)| name.clone());
    for name in names(&storage).into_iter().filter(|name| *name != mine) {
        match Kept::read(&storage, &name).filter(|kept| kept.session == session) {
            None => write(&storage, &name, ""),
            Some(kept) if kept.free || earlier == Some(&name) => take(state, &storage, &name, kept),
            Some(_) => ask(state, name),
        }
    }
    state.post_all();
}

/// The messages are this page's from here on: first written here, then marked there.
fn take(state: &AppState, storage: &Storage, name: &str, kept: Kept) {
    for (room, outbox) in kept.outboxes {
        let keys: Vec<_> = outbox.unsent().iter().map(|message| message.key).collect();
        state.room_or_new(room, |room| room.outbox.adopt(outbox));
        keys.into_iter().for_each(|key| state.watch(room, key));
    }
    save(state);
    write(storage, name, TAKEN);
    state.draw_soon();
}

/// Whether the page behind `name` is there is told by nothing but itself: a mark at its messages' end makes it write them
/// anew. Where nothing answers it has crashed.
fn ask(state: &AppState, name: String) {
    let Some(storage) = storage() else { return };
    let Ok(Some(mut marked)) = storage.get_item(&name) else { return };
    marked.push(' ');
    write(&storage, &name, &marked);
    let state = state.clone();
    spawn_local(async move {
        platform::sleep(ASK).await;
        if storage.get_item(&name).ok().flatten().as_ref() == Some(&marked)
            && state.link.try_get_untracked().is_some_and(|link| link != LinkState::Ended)
            && let Some(kept) = Kept::read(&storage, &name)
        {
            take(&state, &storage, &name, kept);
            state.post_all();
        }
    });
}

/// Somebody has written to the shelf, perhaps at this page's place; or the page is `back` from where it could not hear it.
fn answer(state: &AppState, back: bool) {
    let Some(storage) = storage() else { return };
    let (name, written) = MINE.with_borrow(Clone::clone);
    let there = storage.get_item(&name).ok().flatten().unwrap_or_default();
    if there == written {
        return;
    }
    if there == TAKEN || (back && there.trim_end() != written) {
        state.inner.with(|inner| inner.rooms.iter_mut().for_each(|(_, room)| room.outbox.clear()));
        MINE.with_borrow_mut(|(_, written)| written.clear());
        write(&storage, &name, "");
        state.draw_soon();
    } else if !there.is_empty() {
        write(&storage, &name, &written);
    }
}

/// Nothing stays of any session.
pub(crate) fn clear() {
    if let Some(storage) = storage() {
        names(&storage).iter().for_each(|name| write(&storage, name, ""));
    }
}
