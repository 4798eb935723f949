//! The page that a recovery link leads to: a new password for somebody who has lost theirs.

use super::fields::new_password;
use crate::{
    features::accounts::{api::Recover, page_words::WORDS},
    model::{error::AppResult, route::Route},
    request::{
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, TAKE_TOKEN, plain_form, token_field},
    },
};
use leptos::prelude::*;
use server_fn::ServerFn;

pub const RECOVER: PlainPage = PlainPage {
    is_at: |route| route == Route::Recover,
    need: Need::Nothing,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

/// Answers with the form, and with what was refused of it.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let (caller, typed) = (&request.caller, request.typed(Recover::PATH));
    let words = caller.reader.lang.of(&WORDS);
    let fields = view! {
        {token_field("token", words.key, words.link_key_help, &typed)}
        {new_password("password", words.new_password, words).view(&typed)}
        {typed.elsewhere(&["token", "password"])}
        <button class="button primary">{words.recover}</button>
    };
    let form = plain_form(&Recover { token: String::new(), password: String::new() }, caller, None, fields);
    Ok(Answer::Page(Shown::card(words.recover_title, words.recover_about, form.into_any()).with_script(TAKE_TOKEN)))
}
