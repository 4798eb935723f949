//! How the message box behaves. The field is the browser's own: it is written to on sending, and when a kept draft comes
//! back into an empty one, never while an input method composes.

use crate::{
    app::state::AppState,
    client::{pending::drafts, platform},
    model::ids::RoomId,
};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, SubmitEvent};

/// What an input method's keys say in the browsers that end the composition before the key that ends it (UX 27; WebKit
/// 165004).
const IME: u32 = 229;
/// Attribute of the field: whose room's text is in it.
const ROOM: &str = "data-room";

/// Takes over the field once it stands on the page: what was typed before is kept, else the room's draft comes back.
pub fn adopt(field: NodeRef<html::Textarea>, state: &AppState, room: RoomId) {
    let state = state.clone();
    Effect::new(move |_| {
        let Some(field) = field.get() else { return };
        renew_key(&field, true);
        // The element may be the one that served another room, with that room's text in it.
        let name = room.to_string();
        let fresh = field.get_attribute(ROOM).is_none_or(|other| other == name);
        let _ = field.set_attribute(ROOM, &name);
        if fresh && !field.value().is_empty() {
            drafts::place_caret(&field, &state, room);
            return keep(&field, &state, room);
        }
        let draft = state.inner.with(|inner| inner.drafts.get(room).cloned()).flatten();
        field.set_value(draft.as_deref().unwrap_or_default());
        drafts::place_caret(&field, &state, room);
    });
}

/// Enter sends, Shift+Enter breaks the line; with fingers only, Enter breaks the line (UX 26).
pub fn on_keydown(event: &KeyboardEvent, state: &AppState, room: RoomId) {
    if event.key() != "Enter" || event.is_composing() || event.key_code() == IME || event.shift_key() || event.alt_key() {
        return;
    }
    if platform::touch_only() && !event.ctrl_key() && !event.meta_key() {
        return;
    }
    event.prevent_default();
    if event.repeat() {
        return;
    }
    if let Some(field) = event.target().and_then(|target| target.dyn_into().ok()) {
        submit(&field, state, room);
    }
}

/// The button.
pub fn on_submit(event: &SubmitEvent, state: &AppState, room: RoomId) {
    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
    let field = form.and_then(|form| form.query_selector("textarea").ok()?);
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
        submit(&field, state, room);
        let _ = field.focus();
    }
}

/// Keeps the draft.
pub fn on_input(event: &Event, state: &AppState, room: RoomId) {
    if let Some(field) = event.target().and_then(|target| target.dyn_into().ok()) {
        keep(&field, state, room);
    }
}

fn keep(field: &HtmlTextAreaElement, state: &AppState, room: RoomId) {
    let text = field.value();
    state.inner.with(|inner| if text.is_empty() { inner.drafts.remove(room) } else { inner.drafts.insert(room, text) });
    drafts::typed(state, room);
}

fn submit(field: &HtmlTextAreaElement, state: &AppState, room: RoomId) {
    if platform::composing() || !state.send(room, field.value()) {
        return;
    }
    field.set_value("");
    keep(field, state, room);
    renew_key(field, false);
}

/// Should the form ever be posted as a form again, it carries another message.
fn renew_key(field: &HtmlTextAreaElement, only_if_empty: bool) {
    let key = field.form().and_then(|form| form.query_selector("input[name=key]").ok()?);
    if let Some(key) = key.and_then(|key| key.dyn_into::<HtmlInputElement>().ok())
        && (!only_if_empty || key.value().is_empty())
    {
        key.set_value(&platform::fresh_key().to_string());
    }
}

/// Puts the caret into the field of the room that has just been opened, unless a keyboard would slide in (UX 93).
pub(crate) async fn focus() {
    leptos::task::tick().await;
    if platform::touch_only() {
        return;
    }
    let field = document().query_selector("form.compose textarea").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
        let _ = field.focus();
    }
}
