//! The page that an invitation's link leads to: makes an account, or brings somebody who is signed in into its rooms.

use super::{
    parts::{Field, TAKE_TOKEN, Typed, card, hidden_fields, secured},
    words::WORDS,
};
use crate::{
    features::{
        accounts::{self, api::SignUp},
        invites::api::AcceptInvite,
        people::model::MAX_NAME,
    },
    model::{error::AppResult, route::Route},
    request::{answer, caller::Caller},
    server::{
        invites_words::{WORDS as INVITE_WORDS, Words},
        refused,
        refused_forms::Refusal,
        state::Process,
    },
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

/// The field for what stands in the link, which a script fills.
fn token(typed: &Typed, words: &Words) -> impl IntoView + use<> {
    Field {
        id: "token",
        name: "invite",
        label: words.key,
        help: words.key_help,
        kind: "text",
        autocomplete: "off",
        first: "",
        max: 64,
        required: true,
    }
    .view(typed)
}

fn sign_up(app: &Process, caller: &Caller, typed: &Typed, nonce: &str) -> String {
    let reader = caller.reader;
    let (words, own) = (reader.lang.of(&WORDS), reader.lang.of(&INVITE_WORDS));
    let text = |name, label, max| Field {
        id: name,
        name,
        label,
        help: "",
        kind: "text",
        autocomplete: "off",
        first: "",
        max,
        required: true,
    };
    let name = Field { autocomplete: "name", ..text("name", reader.lang.of(&accounts::WORDS).your_name, MAX_NAME) };
    let handle = Field { autocomplete: "username", help: words.handle_help, ..text("handle", words.handle, 32) };
    let password = Field {
        kind: "password",
        autocomplete: "new-password",
        help: words.password_help,
        ..text("password", words.password, 200)
    };
    let fields = (token(typed, own), name.view(typed), handle.view(typed), password.view(typed));
    let other = typed.elsewhere(&["invite", "name", "handle", "password"]);
    let nonce = nonce.to_owned();
    card(reader, &app.style_sheet(), (own.join_title, own.join_about), Route::Join, move || {
        view! {
            <form method="post" action=SignUp::PATH>
                {fields}
                {other}
                <button class="button primary">{own.join}</button>
            </form>
            <a class="door-link" href=Route::SignIn.to_string()>{own.have_account}</a>
            <script type="module" nonce=nonce inner_html=TAKE_TOKEN></script>
        }
        .into_any()
    })
}

fn accept(app: &Process, caller: &Caller, typed: &Typed, nonce: &str) -> String {
    let reader = caller.reader;
    let own = reader.lang.of(&INVITE_WORDS);
    let (field, other, hidden) = (token(typed, own), typed.elsewhere(&["invite"]), hidden_fields(caller, None));
    let nonce = nonce.to_owned();
    card(reader, &app.style_sheet(), (own.join_title, own.accept_about), Route::Join, move || {
        view! {
            <form method="post" action=AcceptInvite::PATH>
                {hidden}
                {field}
                {other}
                <button class="button primary">{own.accept}</button>
            </form>
            <script type="module" nonce=nonce inner_html=TAKE_TOKEN></script>
        }
        .into_any()
    })
}
