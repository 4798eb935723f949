//! Fields of the pages about accounts: those of a new account, and who may come into the workspace.

use crate::{
    features::{
        accounts::{
            self,
            page_words::{WORDS, Words},
        },
        people::model::MAX_NAME,
        workspace::model::Entry,
    },
    request::{
        caller::Reader,
        plain::{Field, TEXT, Typed},
    },
};
use leptos::prelude::*;

/// The fields of a new account, whose names are [`ACCOUNT_FIELDS`]. `name` is what the person is called already;
/// `required` is false where some may leave out handle and password.
pub fn account_fields(reader: Reader, name: &str, typed: &Typed, required: bool) -> impl IntoView + use<> {
    let words = reader.lang.of(&WORDS);
    let label = reader.lang.of(&accounts::WORDS).your_name;
    let name = Field { id: "name", name: "name", label, autocomplete: "name", first: name, max: MAX_NAME, ..TEXT };
    let handle = Field { required, ..handle_field(words) };
    let password = Field { required, ..new_password("password", words.password, words) };
    (name.view(typed), handle.view(typed), password.view(typed))
}

pub const ACCOUNT_FIELDS: [&str; 3] = ["name", "handle", "password"];

pub fn handle_field(words: &'static Words) -> Field<'static> {
    let (label, help) = (words.handle, words.handle_help);
    Field { id: "handle", name: "handle", label, help, autocomplete: "username", max: 32, ..TEXT }
}

pub fn new_password(name: &'static str, label: &'static str, words: &'static Words) -> Field<'static> {
    Field { id: name, name, label, help: words.password_help, kind: "password", autocomplete: "new-password", ..TEXT }
}

/// Shows who may come in, to be chosen.
pub fn entry_choice(words: &'static Words, entry: Entry) -> impl IntoView + use<> {
    let choices = [
        (Entry::Open, words.entry_open, words.entry_open_help),
        (Entry::Invite, words.entry_invite, words.entry_invite_help),
        (Entry::Closed, words.entry_closed, words.entry_closed_help),
    ]
    .map(|(one, label, help)| {
        view! {
            <label class="entry">
                <input type="radio" name="entry" value=one.as_str() checked=one == entry />
                <span>{label}</span>
                <small>{help}</small>
            </label>
        }
    });
    view! { <div role="radiogroup" aria-labelledby="entry">{choices.into_iter().collect::<Vec<_>>()}</div> }
}
