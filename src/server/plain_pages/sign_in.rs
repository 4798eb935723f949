//! The page to sign in. It also stands in place of the enter page where nobody enters with a name alone.

use super::{
    form::plain_form,
    parts::{Field, TEXT, Typed, card},
    words::WORDS,
};
use crate::{
    features::{
        accounts::{self, api::SignIn},
        workspace::{model::Entry, store as workspace},
    },
    model::{error::AppResult, route::Route},
    request::{answer, caller::Caller},
    server::{refused, refused_forms::Refusal, state::Process},
};
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Answers with the form to sign in, and with what was refused of it.
///
/// # Errors
/// Those of the store.
pub async fn page(app: &Process, caller: &Caller, refusal: Option<&Refusal>) -> AppResult<Response> {
    let read = app.db.read(|read| Ok((workspace::state(read)?.entry, accounts::store::has_owner(read)?)));
    let (entry, has_owner) = read.await?;
    // Also what was refused of the form to enter, whose place this takes.
    let path = refusal.and_then(|refusal| refusal.row).map_or(SignIn::PATH, |row| row.path);
    let typed = Typed::new(caller.reader, refusal, path);
    let mut response = refused::html(form(app, caller, &typed, entry, has_owner));
    if let Some(error) = typed.error() {
        answer::head(&mut response, error);
    }
    Ok(response)
}

fn form(app: &Process, caller: &Caller, typed: &Typed, entry: Entry, has_owner: bool) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&WORDS);
    let login = Field { id: "login", name: "login", label: words.handle, autocomplete: "username", max: 64, ..TEXT };
    let (kind, autocomplete) = ("password", "current-password");
    let password = Field { id: "password", name: "password", label: words.password, kind, autocomplete, ..TEXT };
    let fields = view! {
        {login.view(typed)}
        {password.view(typed)}
        {typed.elsewhere(&["login", "password"])}
        <button class="button primary">{words.sign_in}</button>
    };
    let form = plain_form(&SignIn { login: String::new(), password: String::new() }, caller, None, fields);
    let note = match (entry, has_owner) {
        (Entry::Open, _) => None,
        (_, true) => Some(words.not_open),
        (_, false) => Some(words.no_owner),
    };
    let join = (entry == Entry::Open).then_some(words.join_by_name);
    card(reader, &app.style_sheet(), (words.sign_in, words.sign_in_about), Route::SignIn, move || {
        view! {
            {note.map(|note| view! { <p class="door-note">{note}</p> })}
            {form}
            {join.map(|join| view! { <a class="door-link" href=Route::Enter.to_string()>{join}</a> })}
            <p class="help">{words.lost_password}</p>
        }
        .into_any()
    })
}
