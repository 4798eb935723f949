//! How the message box behaves. The field is the browser's own: it is written to on sending, and when a stored draft comes back
//! into an empty one, never while an input method composes.

use super::state::Messages;
use crate::{client::platform, model::scope::Scope};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, KeyboardEvent, SubmitEvent};

/// The key code of an input method's keys in browsers that end the composition before the key that ends it (WebKit 165004).
const IME: u32 = 229;

impl Messages {
    /// Takes over the field once it stands on the page: what was typed before stays, else the scope's draft comes back.
    pub(super) fn adopt_field(self, field: NodeRef<html::Textarea>, scope: Scope) {
        Effect::new(move |_| {
            let Some(field) = field.get() else { return };
            renew_key(&field, true);
            self.pending.adopt_field(&field, scope);
        });
    }

    /// Enter sends and Shift+Enter breaks the line; where a finger is all there is, Enter breaks the line.
    pub(super) fn on_keydown(self, event: &KeyboardEvent, scope: Scope) {
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
            self.submit(&field, scope);
        }
    }

    /// The button sends.
    pub(super) fn on_submit(self, event: &SubmitEvent, scope: Scope) {
        event.prevent_default();
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let field = form.and_then(|form| form.query_selector("textarea").ok()?);
        if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlTextAreaElement>().ok()) {
            self.submit(&field, scope);
            let _ = field.focus();
        }
    }

    /// Stores the draft.
    pub(super) fn on_input(self, event: &Event, scope: Scope) {
        if let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) {
            self.pending.typed(scope, field.value());
        }
    }

    fn submit(self, field: &HtmlTextAreaElement, scope: Scope) {
        if platform::composing() || !self.send(scope, &field.value()) {
            return;
        }
        field.set_value("");
        self.pending.typed(scope, String::new());
        renew_key(field, false);
    }
}

/// Gives the form another key, so that it carries another message should it ever be posted as a form again.
fn renew_key(field: &HtmlTextAreaElement, only_if_empty: bool) {
    let key = field.form().and_then(|form| form.query_selector("input[name=key]").ok()?);
    if let Some(key) = key.and_then(|key| key.dyn_into::<HtmlInputElement>().ok())
        && (!only_if_empty || key.value().is_empty())
    {
        key.set_value(&platform::fresh_key().to_string());
    }
}

/// Puts the caret into the field of the room that has just been opened, unless a keyboard would slide in.
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
