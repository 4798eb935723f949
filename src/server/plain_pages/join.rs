//! The page that an invitation's link leads to: makes an account, or brings somebody who is signed in into its rooms.

use super::{
    form::plain_form,
    invites_words::WORDS,
    parts::{ACCOUNT_FIELDS, Typed, account_fields, card, secured, token_field, token_script},
};
use crate::{
    features::{accounts::api::SignUp, invites::api::AcceptInvite},
    model::{error::AppResult, route::Route},
    request::{answer, caller::Caller},
    server::{refused, refused_forms::Refusal, state::Process},
    sessions::token::random_hex,
};
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Answers with the form of an invitation, and with what was refused of it.
///
/// # Errors
/// `internal` where the system gives no randomness.
pub fn page(app: &Process, caller: &Caller, refusal: Option<&Refusal>) -> AppResult<Response> {
    let path = refusal.and_then(|refusal| refusal.row).map_or(SignUp::PATH, |row| row.path);
    let typed = Typed::new(caller.reader, refusal, path);
    let nonce = random_hex(16)?;
    let page = match caller.session {
        Some(_) => accept(app, caller, &typed, &nonce),
        None => sign_up(app, caller, &typed, &nonce),
    };
    let mut response = refused::html(page);
    if let Some(error) = typed.error() {
        answer::head(&mut response, error);
    }
    secured(app, response, &nonce)
}

fn sign_up(app: &Process, caller: &Caller, typed: &Typed, nonce: &str) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&WORDS);
    let fields = view! {
        {token_field("invite", words.key, words.key_help, typed)}
        {account_fields(reader, "", typed)}
        {typed.elsewhere(&[&["invite"], &ACCOUNT_FIELDS[..]].concat())}
        <button class="button primary">{words.join}</button>
    };
    let empty = String::new;
    let call = SignUp { invite: empty(), name: empty(), handle: empty(), password: empty(), email: empty() };
    let form = plain_form(&call, caller, None, fields);
    let script = token_script(nonce);
    card(reader, &app.style_sheet(), (words.join_title, words.join_about), Route::Join, move || {
        view! {
            {form}
            <a class="door-link" href=Route::SignIn.to_string()>{words.have_account}</a>
            {script}
        }
        .into_any()
    })
}

fn accept(app: &Process, caller: &Caller, typed: &Typed, nonce: &str) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&WORDS);
    let fields = view! {
        {token_field("invite", words.key, words.key_help, typed)}
        {typed.elsewhere(&["invite"])}
        <button class="button primary">{words.accept}</button>
    };
    let form = plain_form(&AcceptInvite { invite: String::new() }, caller, None, fields);
    let script = token_script(nonce);
    let about = (words.join_title, words.accept_about);
    card(reader, &app.style_sheet(), about, Route::Join, move || view! { {form} {script} }.into_any())
}
