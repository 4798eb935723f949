//! The page that sets a workspace up, and the one that its owner sees next.

use super::fields::{ACCOUNT_FIELDS, account_fields, entry_choice};
use crate::{
    features::{
        accounts::{api::SetUp, page_words::WORDS, store},
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
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, Field, PlainPage, PlainRequest, Shown, TAKE_TOKEN, TEXT, Typed, plain_form, token_field},
    },
};
use leptos::prelude::*;
use server_fn::ServerFn;

pub const SET_UP: PlainPage = PlainPage {
    is_at: |route| route == Route::SetUp,
    need: Need::Nothing,
    shows_refusals: true,
    show: |request| Box::pin(page(request)),
};

pub const WELCOME: PlainPage = PlainPage {
    is_at: |route| route == Route::Welcome,
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(welcome(request)),
};

/// Answers with the form to set the workspace up, and with what was refused of it; without it once there is an owner.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let me = request.caller.session.as_ref().map(|session| session.user);
    let read = request.services.db.read(move |read| {
        let me = me.map(|me| people::user(read, me)).transpose()?.flatten();
        Ok((store::has_owner(read)?, me))
    });
    let (has_owner, me) = read.await?;
    if has_owner {
        return Err(AppError::new(Code::NotFound));
    }
    let name = me.filter(|me| me.handle.is_none()).map(|me| me.name).unwrap_or_default();
    Ok(Answer::Page(form(&request.caller, &request.typed(SetUp::PATH), &name).with_script(TAKE_TOKEN)))
}

fn form(caller: &Caller, typed: &Typed, name: &str) -> Shown {
    let words = caller.reader.lang.of(&WORDS);
    let workspace = Field { id: "workspace", name: "workspace", label: words.workspace_name, max: MAX_WORKSPACE, ..TEXT };
    let fields = view! {
        {token_field("token", words.key, words.key_help, typed)}
        {workspace.view(typed)}
        {account_fields(caller.reader, name, typed, true)}
        {typed.elsewhere(&[&["token", "workspace"], &ACCOUNT_FIELDS[..]].concat())}
        <button class="button primary">{words.set_up}</button>
    };
    let empty = String::new;
    let call = SetUp { token: empty(), workspace: empty(), name: empty(), handle: empty(), password: empty() };
    let form = plain_form(&call, caller, None, fields);
    Shown::card(words.set_up_title, words.set_up_about, form.into_any())
}

/// Answers with the first steps of the owner; without it to everyone else.
async fn welcome(request: PlainRequest) -> AppResult<Answer> {
    let me = request.session()?.user;
    let read = request.services.db.read(move |read| Ok((people::user(read, me)?, workspace::state(read)?)));
    let (me, workspace) = read.await?;
    if !me.is_some_and(|User { role, active, .. }| role == Role::Owner && active) {
        return Err(AppError::new(Code::NotFound));
    }
    Ok(Answer::Page(first_steps(&request, workspace)))
}

fn first_steps(request: &PlainRequest, workspace: WorkspaceState) -> Shown {
    let words = request.caller.reader.lang.of(&WORDS);
    let name = if workspace.name.is_empty() { PRODUCT.to_owned() } else { workspace.name };
    let share = match &request.services.settings.public_url {
        Some(address) => (words.share)(address),
        None => words.share_address.to_owned(),
    };
    let choice = view! {
        {entry_choice(words, workspace.entry)}
        <button class="button">{words.save}</button>
    };
    let form = plain_form(&NO_UPDATE, &request.caller, Some(Route::Welcome), choice);
    let content = view! {
        <h2 id="entry">{words.who_comes_in}</h2>
        {form}
        <p class="door-note">{share}</p>
        <a class="button" href=Route::Invites.to_string()>{words.invite_people}</a>
        <a class="button primary" href=Route::Room(GENERAL).to_string()>{words.to_general}</a>
    };
    Shown::card((words.ready)(&name), words.you_own_it, content.into_any())
}
