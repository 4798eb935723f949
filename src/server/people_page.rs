//! The page with the people of a room: plain HTML, which needs no script.

use super::{refused, state::Process, words::WORDS};
use crate::{
    features::{
        people::{model::User, store as people},
        rooms::{self, model::MAX_COUNT, store},
    },
    i18n::PRODUCT,
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, UserId},
        route::{Route, title},
    },
    request::caller::{Caller, Reader},
    sessions::cache::Session,
    ui::{
        avatar,
        icon::{Icon, icon},
    },
};
use axum::response::Response;
use leptos::prelude::*;

/// Answers with the people of `room`.
///
/// # Errors
/// `not_found` where the reader is not in the room; those of the store.
pub async fn page(app: &Process, caller: &Caller, session: &Session, room: RoomId) -> AppResult<Response> {
    let me = session.user;
    let read = app.db.read(move |read| {
        store::require_member(read, room, me)?;
        let found = store::room(read, room)?.ok_or(AppError::new(Code::NotFound))?;
        Ok((found.name, people::members(read, room, MAX_COUNT)?, store::count_members(read, room)?))
    });
    let (name, people, count) = read.await?;
    Ok(refused::html(document(caller.reader, &app.style_sheet(), me, (room, &name), people, count)))
}

fn document(reader: Reader, css: &str, me: UserId, room: (RoomId, &str), people: Vec<User>, count: u32) -> String {
    let (words, rooms_words) = (reader.lang.of(&WORDS), reader.lang.of(&rooms::WORDS));
    let (id, name) = room;
    let heading = (words.people_in)(name);
    let (more, count) = match count {
        n if n > MAX_COUNT => (Some(words.more_people), rooms_words.many_people.to_owned()),
        n => (None, (rooms_words.people)(n)),
    };
    let mut people = people;
    people.sort_by_key(|user| (user.id != me, user.name.to_lowercase(), user.id));
    let person = |user: User| {
        let initial = if user.initial.is_empty() { avatar::initial(&user.name) } else { user.initial };
        let own = (user.id == me).then(|| view! { <small>{words.you}</small> });
        view! {
            <li>
                <span class=format!("avatar {}", avatar::hue_class(user.hue)) aria-hidden="true" data-letter=initial></span>
                <bdi translate="no">{user.name}</bdi>
                {own}
            </li>
        }
    };
    let list: Vec<_> = people.into_iter().map(person).collect();
    let page = view! {
        <main class="people-page">
            <div class="head">
                <a class="back" href=Route::Room(id).to_string() aria-label=words.go_back title=words.go_back>
                    {icon(Icon::Back)}
                </a>
                <h1>{heading.clone()}</h1>
                <p>{count}</p>
            </div>
            <ul role="list">{list}</ul>
            {more.map(|more| view! { <p class="more">{more}</p> })}
        </main>
    };
    refused::document(reader, css, &title(Some(&heading), PRODUCT), page)
}
