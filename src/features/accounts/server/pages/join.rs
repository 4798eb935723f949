//! The page that an invitation's link leads to: makes an account, or brings somebody who is signed in into its rooms.

use super::fields::{ACCOUNT_FIELDS, account_fields};
use crate::{
    features::{
        accounts::api::SignUp,
        invites::{api::AcceptInvite, words::WORDS},
    },
    model::{error::AppResult, route::Route},
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, TAKE_TOKEN, Typed, plain_form, token_field},
    },
};
use leptos::prelude::*;
use server_fn::ServerFn;

pub const JOIN: PlainPage = PlainPage {
    is_at: |route| route == Route::Join,
    need: Need::Nothing,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

/// Answers with the form of an invitation, and with what was refused of it. What the invitation is for is not known here: its
/// token stands in the fragment of the address.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let path = request.refusal.as_ref().and_then(|refusal| refusal.row).map_or(SignUp::PATH, |row| row.path);
    let typed = request.typed(path);
    let page = match request.caller.session {
        Some(_) => accept(&request.caller, &typed),
        None => sign_up(&request.caller, &typed),
    };
    Ok(Answer::Page(page.with_script(TAKE_TOKEN)))
}

fn sign_up(caller: &Caller, typed: &Typed) -> Shown {
    let words = caller.reader.lang.of(&WORDS);
    let fields = view! {
        {token_field("invite", words.key, words.key_help, typed)}
        {account_fields(caller.reader, "", typed, false)}
        <p class="help">{words.join_guest}</p>
        {typed.elsewhere(&[&["invite"], &ACCOUNT_FIELDS[..]].concat())}
        <button class="button primary">{words.join}</button>
    };
    let empty = String::new;
    let call = SignUp { invite: empty(), name: empty(), handle: empty(), password: empty(), email: empty() };
    let content = view! {
        {plain_form(&call, caller, None, fields)}
        <a class="door-link" href=Route::SignIn.to_string()>{words.have_account}</a>
    };
    Shown::card(words.join_title, words.join_about, content.into_any())
}

fn accept(caller: &Caller, typed: &Typed) -> Shown {
    let words = caller.reader.lang.of(&WORDS);
    let fields = view! {
        {token_field("invite", words.key, words.key_help, typed)}
        {typed.elsewhere(&["invite"])}
        <button class="button primary">{words.accept}</button>
    };
    let form = plain_form(&AcceptInvite { invite: String::new() }, caller, None, fields);
    Shown::card(words.join_title, words.accept_about, form.into_any())
}
