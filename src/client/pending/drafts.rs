//! Drafts: what is typed and not sent, kept per room in the browser's local storage, so that it outlives a reload and stands in
//! every tab (UX 33, 45). Storage is the truth; a tab reads it when it hears of a change, and when it comes back.

use crate::{
    app::state::{AppState, LinkState, put},
    client::platform,
    model::{ids::RoomId, sorted::SortedSet},
};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlTextAreaElement, Storage};

/// Milliseconds after the last key at which a draft is kept.
const PAUSE: u32 = 500;
/// How the items are called: this, the session, a blank, the room.
const PREFIX: &str = "rill draft ";

thread_local! {
    /// The room that is typed in, and the timer that will keep it.
    static TYPING: RefCell<Option<(RoomId, Timeout)>> = const { RefCell::new(None) };
    /// Another tab has left and taken the drafts along: this one does not bring them back.
    static ERASED: Cell<bool> = const { Cell::new(false) };
}

/// A draft as it is stored: where the caret stands, in UTF-16 units, then the text.
struct Draft {
    caret: u32,
    text: String,
}

impl Draft {
    fn read(item: &str) -> Option<Self> {
        let (caret, text) = item.split_once('\n')?;
        Some(Self { caret: caret.parse().ok()?, text: text.to_owned() })
    }

    fn write(&self) -> String {
        let mut item = self.caret.to_string();
        item.push('\n');
        item.push_str(&self.text);
        item
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn name(state: &AppState, room: RoomId) -> Option<String> {
    let mut name = String::from(PREFIX);
    name.push_str(&state.inner.with(|inner| inner.session.clone())?);
    name.push(' ');
    name.push_str(&room.to_string());
    Some(name)
}

fn stored(state: &AppState, room: RoomId) -> Option<Draft> {
    Draft::read(&storage()?.get_item(&name(state, room)?).ok()??)
}

/// All items of ours, as (session, room) in the name and draft in the value.
fn items(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or_default();
    (0..count).filter_map(|at| storage.key(at).ok()?).filter(|key| key.starts_with(PREFIX)).collect()
}

/// The message box, where it stands for `room`.
fn field(room: RoomId) -> Option<HtmlTextAreaElement> {
    let field = document().get_element_by_id("message-box")?.dyn_into::<HtmlTextAreaElement>().ok()?;
    (field.get_attribute("data-room")? == room.to_string()).then_some(field)
}

/// The draft of `room` has changed under the person's hands: it is kept once they pause, an emptied one at once.
pub(crate) fn typed(state: &AppState, room: RoomId) {
    let text = state.inner.with(|inner| inner.drafts.get(room).cloned()).flatten().unwrap_or_default();
    // Nothing new, as when the text has come from another tab.
    if stored(state, room).map_or(text.is_empty(), |draft| draft.text == text) {
        return;
    }
    ERASED.set(false);
    // Who goes on in another room within the pause: the first one is not forgotten.
    if TYPING.with_borrow(|typing| typing.as_ref().is_some_and(|(other, _)| *other != room)) {
        save(state);
    }
    let late = state.clone();
    let timer = Timeout::new(if text.is_empty() { 0 } else { PAUSE }, move || save(&late));
    let old = TYPING.replace(Some((room, timer)));
    drop(old);
}

/// Keeps what has been typed since the last time.
fn save(state: &AppState) {
    if let Some((room, timer)) = TYPING.take() {
        keep(state, room);
        // It may be the one that runs now.
        platform::later(0, move || drop(timer));
    }
}

/// Keeps everything, and where the caret stands: the page is hidden or goes.
pub(crate) fn save_all(state: &AppState) {
    save(state);
    if let Some(view) = state.view.get_untracked()
        && state.inner.with(|inner| inner.drafts.contains(view.room)) == Some(true)
    {
        keep(state, view.room);
    }
}

fn keep(state: &AppState, room: RoomId) {
    if ERASED.get() || state.link.try_get_untracked().is_none_or(|link| link == LinkState::Ended) {
        return;
    }
    let text = state.inner.with(|inner| inner.drafts.get(room).cloned()).flatten().unwrap_or_default();
    let caret = field(room).and_then(|field| field.selection_end().ok()?).unwrap_or(u32::MAX);
    // An emptied draft stays as an empty item: the other tabs take it for emptied, not for erased.
    let empty = text.is_empty() && stored(state, room).is_none();
    if let (false, Some(storage), Some(name)) = (empty, storage(), name(state, room)) {
        // A browser that refuses to store loses only this comfort.
        let _ = storage.set_item(&name, &Draft { caret, text }.write());
    }
    mark(state);
}

/// What earlier pages of this session have kept; what another session has kept is erased. Called after [`super::tab_storage`] has
/// brought back what this tab alone had.
pub(crate) fn restore(state: &AppState) {
    if let (Some(storage), Some(mut ours)) = (storage(), state.inner.with(|inner| inner.session.clone())) {
        ours.insert_str(0, PREFIX);
        ours.push(' ');
        for key in items(&storage) {
            let room = key.strip_prefix(&ours).and_then(|room| room.parse().ok());
            match (room, storage.get_item(&key).ok().flatten().and_then(|item| Draft::read(&item))) {
                (Some(room), Some(draft)) if !draft.text.is_empty() => {
                    state.inner.with(|inner| inner.drafts.insert(room, draft.text));
                }
                (room, _) => {
                    let _ = storage.remove_item(&key);
                    // Emptied in another tab since this one kept it.
                    if let Some(room) = room {
                        state.inner.with(|inner| inner.drafts.remove(room));
                    }
                }
            }
        }
    }
    let known = rooms(state);
    known.iter().filter(|(room, ())| stored(state, *room).is_none()).for_each(|(room, ())| keep(state, room));
    mark(state);
}

/// Rooms with a draft.
fn rooms(state: &AppState) -> SortedSet<RoomId> {
    let rooms = state.inner.with(|inner| inner.drafts.iter().map(|(room, _)| (room, ())).collect());
    rooms.unwrap_or_default()
}

/// Puts the caret where it stood when the text in `field` was kept.
pub(crate) fn place_caret(field: &HtmlTextAreaElement, state: &AppState, room: RoomId) {
    if let Some(draft) = stored(state, room)
        && draft.text == field.value()
    {
        let _ = field.set_selection_range(draft.caret, draft.caret);
    }
}

/// Takes over what other tabs have kept. A box that somebody is typing in is left alone: what they type next is the newest.
pub(crate) fn refresh(state: &AppState) {
    let Some(storage) = storage() else { return };
    ERASED.set(rooms(state).iter().any(|(room, ())| stored(state, room).is_none() && !typing(room)));
    for key in items(&storage) {
        let room = key.rsplit_once(' ').and_then(|(_, room)| room.parse().ok());
        if let Some(room) = room.filter(|room| name(state, *room).as_ref() == Some(&key))
            && let Some(draft) = stored(state, room)
        {
            take(state, room, draft);
        }
    }
    mark(state);
}

fn typing(room: RoomId) -> bool {
    TYPING.with_borrow(|typing| typing.as_ref().is_some_and(|(here, _)| *here == room))
}

fn take(state: &AppState, room: RoomId, draft: Draft) {
    let field = field(room);
    let focused = field.as_ref().is_some_and(|field| {
        let active = document().active_element();
        active.is_some_and(|active| active.is_same_node(Some(field))) && document().has_focus().unwrap_or(false)
    });
    if focused || typing(room) || platform::composing() {
        return;
    }
    state.inner.with(|inner| match draft.text.is_empty() {
        true => inner.drafts.remove(room),
        false => inner.drafts.insert(room, draft.text.clone()),
    });
    let Some(field) = field.filter(|field| field.value() != draft.text) else { return };
    field.set_value(&draft.text);
    let _ = field.set_selection_range(draft.caret, draft.caret);
    // Whoever measures the text hears of it as of any other change.
    if let Ok(input) = Event::new("input") {
        let _ = field.dispatch_event(&input);
    }
}

/// The person leaves: nothing of what they have typed stays behind.
pub(crate) fn erase(state: &AppState) {
    TYPING.take();
    state.inner.with(|inner| inner.drafts.clear());
    if let Some(storage) = storage() {
        for key in items(&storage) {
            let _ = storage.remove_item(&key);
        }
    }
    mark(state);
}

/// Tells the list of rooms which of them have one.
fn mark(state: &AppState) {
    put(state.drafting, rooms(state));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_with_its_lines_and_its_caret() {
        let text = "one\n\ntwo\n";
        let draft = Draft::read(&Draft { caret: 4, text: text.into() }.write()).unwrap();
        assert_eq!((draft.caret, &*draft.text), (4, text));
        let empty = Draft::read(&Draft { caret: 0, text: String::new() }.write()).unwrap();
        assert_eq!(empty.text, "");
        assert!(Draft::read("no number\ntext").is_none());
        assert!(Draft::read("12").is_none());
    }
}
