//! The page of one person: who they are, the rooms that the reader shares with them, and the way to write to them. Plain HTML,
//! which needs no script.

use crate::{
    features::{
        people::model::{Role, User},
        rooms::{
            self,
            api::OpenDirect,
            model::Room,
            panel_words,
            store::{Profile, profile},
        },
    },
    model::{
        argument::Argument,
        error::{AppError, AppResult, Code},
        ids::{List, UserId},
        route::Route,
    },
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, plain_form},
    },
    ui::{avatar, icon::icon},
};
use leptos::prelude::*;

pub const PERSON: PlainPage = PlainPage {
    is_at: |route| matches!(route, Route::Person(_)),
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(page(request)),
};

async fn page(request: PlainRequest) -> AppResult<Answer> {
    let Route::Person(id) = request.route else { return Err(AppError::new(Code::NotFound)) };
    let me = request.session()?.user;
    let profile = request.services.db.read(move |read| profile(read, me, id)).await?;
    Ok(Answer::Page(shown(&request.caller, me, profile)))
}

/// The avatar of a person.
fn picture(user: &User) -> impl IntoView + use<> {
    let initial = if user.initial.is_empty() { avatar::initial(&user.name) } else { user.initial.clone() };
    view! { <span class=format!("avatar {}", avatar::hue_class(user.hue)) aria-hidden="true" data-letter=initial></span> }
}

/// A person in a list: avatar and name, which leads to their page, and their handle.
pub(crate) fn line(user: &User) -> impl IntoView + use<> {
    let handle =
        user.handle.as_ref().map(|handle| view! { <small><bdi dir="ltr" translate="no">{format!("@{handle}")}</bdi></small> });
    view! {
        {picture(user)}
        <span class="about">
            <a href=Route::Person(user.id).to_string()><bdi translate="no">{user.name.clone()}</bdi></a>
            {handle}
        </span>
    }
}

fn shown(caller: &Caller, me: UserId, profile: Profile) -> Shown {
    let words = caller.reader.lang.of(&panel_words::WORDS);
    let Profile { person, in_common } = profile;
    let role = match person.role {
        Role::Owner => words.role_owner,
        Role::Admin => words.role_admin,
        Role::Member => words.role_member,
        Role::Guest => words.role_guest,
    };
    let handle = person.handle.as_ref().map(|handle| view! { <p><bdi dir="ltr" translate="no">{format!("@{handle}")}</bdi></p> });
    let left = (!person.active).then(|| view! { <p>{words.has_left}</p> });
    let (users, label) = match person.id == me {
        true => (Argument::MISSING, caller.reader.lang.of(&rooms::WORDS).notes),
        false => (List(vec![person.id]).into(), words.message),
    };
    // With somebody who has left there may be a room, which can be read.
    let write = (person.active || person.id == me)
        .then(|| plain_form(&OpenDirect { users }, caller, None, view! { <button class="button primary">{label}</button> }));
    let none = in_common.is_empty().then(|| view! { <p class="more">{words.none_in_common}</p> });
    let content = view! {
        <section class="panel-part profile">
            {picture(&person)}
            <div>
                {handle}
                <p>{role}</p>
                {left}
                {write}
            </div>
        </section>
        <section class="panel-part">
            <h2>{words.in_common}</h2>
            <ul role="list">{in_common.into_iter().map(room).collect::<Vec<_>>()}</ul>
            {none}
        </section>
    };
    Shown::parts(person.name, Route::Rooms, content.into_any())
}

fn room(room: Room) -> impl IntoView {
    view! {
        <li>
            {icon(room.sign())}
            <span class="about">
                <a href=Route::Room(room.id).to_string()><bdi translate="no">{room.name}</bdi></a>
            </span>
        </li>
    }
}
