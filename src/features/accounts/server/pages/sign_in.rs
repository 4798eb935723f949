//! The page to sign in. It also stands in place of the enter page where nobody enters with a name alone.

use crate::{
    features::{
        accounts::{api::SignIn, page_words::WORDS, store},
        workspace::{model::Entry, store as workspace},
    },
    model::{error::AppResult, route::Route},
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, Field, PlainPage, PlainRequest, Shown, TEXT, Typed, plain_form},
    },
};
use leptos::prelude::*;
use server_fn::ServerFn;

pub const SIGN_IN: PlainPage = PlainPage {
    is_at: |route| route == Route::SignIn,
    need: Need::Nothing,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

/// Answers with the form to sign in, and with what was refused of it.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    if request.caller.session.is_some() && request.refusal.is_none() {
        return Ok(Answer::To(Route::Home));
    }
    let read = request.services.db.read(|read| Ok((workspace::state(read)?.entry, store::has_owner(read)?)));
    let (entry, has_owner) = read.await?;
    // Also what was refused of the form to enter, whose place this takes.
    let path = request.refusal.as_ref().and_then(|refusal| refusal.row).map_or(SignIn::PATH, |row| row.path);
    Ok(Answer::Page(form(&request.caller, &request.typed(path), entry, has_owner)))
}

fn form(caller: &Caller, typed: &Typed, entry: Entry, has_owner: bool) -> Shown {
    let words = caller.reader.lang.of(&WORDS);
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
    let content = view! {
        {note.map(|note| view! { <p class="door-note">{note}</p> })}
        {form}
        {join.map(|join| view! { <a class="door-link" href=Route::Enter.to_string()>{join}</a> })}
        <p class="help">{words.lost_password}</p>
    };
    Shown::card(words.sign_in, words.sign_in_about, content.into_any())
}
