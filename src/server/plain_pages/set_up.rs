//! The page that sets a workspace up, and the one that its owner sees next.

use super::{
    form::plain_form,
    invites_words::WORDS as INVITE_WORDS,
    parts::{ACCOUNT_FIELDS, Field, TEXT, Typed, account_fields, card, entry_choice, secured, token_field, token_script},
    words::WORDS,
};
use crate::{
    features::{
        accounts::{self, api::SetUp},
        people::{
            model::{Role, User},
            store as people,
        },
        workspace::{
            api::NO_UPDATE,
            model::{MAX_NAME as MAX_WORKSPACE, WorkspaceState},
            store as workspace,
        },
    },
    i18n::PRODUCT,
    model::{
        error::{AppError, AppResult, Code},
        ids::GENERAL,
        route::Route,
    },
    request::{answer, caller::Caller},
    server::{refused, refused_forms::Refusal, state::Process},
    sessions::{cache::Session, token::random_hex},
};
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn;

/// Answers with the form to set the workspace up, and with what was refused of it.
///
/// # Errors
/// `not_found` once there is an owner; those of the store.
pub async fn page(app: &Process, caller: &Caller, refusal: Option<&Refusal>) -> AppResult<Response> {
    let me = caller.session.as_ref().map(|session| session.user);
    let read = app.db.read(move |read| {
        let me = me.map(|me| people::user(read, me)).transpose()?.flatten();
        Ok((accounts::store::has_owner(read)?, me))
    });
    let (has_owner, me) = read.await?;
    if has_owner {
        return Err(AppError::new(Code::NotFound));
    }
    let nonce = random_hex(16)?;
    let name = me.filter(|me| me.handle.is_none()).map(|me| me.name).unwrap_or_default();
    let typed = Typed::new(caller.reader, refusal, SetUp::PATH);
    let mut response = refused::html(form(app, caller, &typed, &name, &nonce));
    if let Some(error) = typed.error() {
        answer::head(&mut response, error);
    }
    secured(app, response, &nonce)
}

fn form(app: &Process, caller: &Caller, typed: &Typed, name: &str, nonce: &str) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&WORDS);
    let workspace = Field { id: "workspace", name: "workspace", label: words.workspace_name, max: MAX_WORKSPACE, ..TEXT };
    let fields = view! {
        {token_field("token", words.key, words.key_help, typed)}
        {workspace.view(typed)}
        {account_fields(reader, name, typed)}
        {typed.elsewhere(&[&["token", "workspace"], &ACCOUNT_FIELDS[..]].concat())}
        <button class="button primary">{words.set_up}</button>
    };
    let empty = String::new;
    let call = SetUp { token: empty(), workspace: empty(), name: empty(), handle: empty(), password: empty() };
    let form = plain_form(&call, caller, None, fields);
    let script = token_script(nonce);
    let about = (words.set_up_title, words.set_up_about);
    card(reader, &app.style_sheet(), about, Route::SetUp, move || view! { {form} {script} }.into_any())
}

/// Answers with the first steps of the owner.
///
/// # Errors
/// `not_found` for everyone else; those of the store.
pub async fn welcome(app: &Process, caller: &Caller, session: &Session) -> AppResult<Response> {
    let me = session.user;
    let (me, workspace) = app.db.read(move |read| Ok((people::user(read, me)?, workspace::state(read)?))).await?;
    if !me.is_some_and(|User { role, active, .. }| role == Role::Owner && active) {
        return Err(AppError::new(Code::NotFound));
    }
    Ok(refused::html(first_steps(app, caller, workspace)))
}

fn first_steps(app: &Process, caller: &Caller, workspace: WorkspaceState) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&WORDS);
    let name = if workspace.name.is_empty() { PRODUCT.to_owned() } else { workspace.name };
    let share = match &app.config.public_url {
        Some(address) => (words.share)(address),
        None => words.share_address.to_owned(),
    };
    let choice = view! {
        {entry_choice(words, workspace.entry)}
        <button class="button">{words.save}</button>
    };
    let form = plain_form(&NO_UPDATE, caller, Some(Route::Welcome), choice);
    let invite_people = reader.lang.of(&INVITE_WORDS).invite_people;
    card(reader, &app.style_sheet(), (&(words.ready)(&name), words.you_own_it), Route::Welcome, move || {
        view! {
            <h2 id="entry">{words.who_comes_in}</h2>
            {form}
            <p class="door-note">{share}</p>
            <a class="button" href=Route::Invites.to_string()>{invite_people}</a>
            <a class="button primary" href=Route::Room(GENERAL).to_string()>{words.to_general}</a>
        }
        .into_any()
    })
}
