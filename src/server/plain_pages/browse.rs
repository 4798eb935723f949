//! The page of the rooms that one may join, and of those that are archived. Plain HTML, which needs no script.

use super::form::plain_form;
use crate::{
    features::rooms::{self, api::JoinRoom, model::Room, store},
    i18n::PRODUCT,
    model::{
        argument::MAX_LIST,
        error::AppResult,
        ids::RoomId,
        route::{Route, title},
    },
    request::caller::Caller,
    server::{refused, state::Process, words::WORDS},
    sessions::cache::Session,
    ui::icon::{Icon, icon},
};
use axum::response::Response;
use leptos::prelude::*;

/// What the address of the page says.
#[derive(Debug, Default)]
pub struct Wish<'a> {
    /// What is looked for in names and topics.
    pub find: &'a str,
    /// Whether archived rooms are shown, and those alone.
    pub archived: bool,
    /// The room after which the list goes on.
    pub after: RoomId,
}

/// Answers with the page.
///
/// # Errors
/// Those of the store.
pub async fn page(app: &Process, caller: &Caller, session: &Session, wish: Wish<'_>) -> AppResult<Response> {
    let (find, archived) = (wish.find.trim(), wish.archived);
    let list = store::look_for(&app.db, session.user, wish.after, MAX_LIST, archived, find).await?;
    let next = list.next.map(|next| address(find, archived, Some(next)));
    let page = document(caller, &app.style_sheet(), (find, archived), list.items, next);
    Ok(refused::html(page))
}

/// The address of the page with what is looked for.
fn address(find: &str, archived: bool, after: Option<RoomId>) -> String {
    let find: String = percent_encoding::utf8_percent_encode(find, percent_encoding::NON_ALPHANUMERIC).collect();
    let mut address = Route::Browse.to_string();
    let mut sign = '?';
    let known = [
        (!find.is_empty()).then(|| format!("find={find}")),
        archived.then(|| "archived=true".to_owned()),
        after.map(|after| format!("after={after}")),
    ];
    for part in known.into_iter().flatten() {
        address.push(sign);
        address.push_str(&part);
        sign = '&';
    }
    address
}

fn document(caller: &Caller, css: &str, (find, archived): (&str, bool), found: Vec<Room>, next: Option<String>) -> String {
    let reader = caller.reader;
    let words = reader.lang.of(&rooms::panel_words::WORDS);
    let go_back = reader.lang.of(&WORDS).go_back;
    let browse = reader.lang.of(&rooms::WORDS).browse;
    let heading = if archived { words.archived_rooms } else { browse };
    let nothing = match (find, archived) {
        ("", false) => words.all_joined,
        ("", true) => words.none_archived,
        _ => words.no_room_found,
    };
    let nothing = found.is_empty().then(|| view! { <p class="more">{nothing}</p> });
    let list: Vec<_> = found.into_iter().map(|room| line(caller, room)).collect();
    let (other, label) = if archived { (false, browse) } else { (true, words.archived_rooms) };
    let archived_field = archived.then(|| view! { <input type="hidden" name="archived" value="true" /> });
    let page = view! {
        <main class="people-page">
            <div class="head">
                <a class="back" href=Route::Rooms.to_string() aria-label=go_back title=go_back>{icon(Icon::Back)}</a>
                <h1>{heading}</h1>
            </div>
            <section class="panel-part">
                <form method="get" action=Route::Browse.to_string() role="search">
                    {archived_field}
                    <label for="find">{words.find_room}</label>
                    <div class="field-row">
                        <input id="find" name="find" dir="auto" autocomplete="off" value=find.to_owned() />
                        <button class="button">{words.find}</button>
                    </div>
                </form>
                <ul role="list">{list}</ul>
                {nothing}
                {next.map(|next| view! { <p class="more"><a href=next>{words.more_rooms}</a></p> })}
                <p class="more"><a href=address(find, other, None)>{label}</a></p>
            </section>
        </main>
    };
    refused::document(reader, css, &title(Some(heading), PRODUCT), page)
}

/// A room's line: its name and topic, and how to get in.
fn line(caller: &Caller, room: Room) -> impl IntoView + use<> {
    let words = caller.reader.lang.of(&rooms::panel_words::WORDS);
    let names = caller.reader.lang.of(&rooms::WORDS);
    let join = (!room.archived).then(|| {
        let button = view! { <button class="button" aria-label=(words.join_room)(&room.name)>{names.join}</button> };
        plain_form(&JoinRoom { room: room.id.into() }, caller, Some(Route::Room(room.id)), button)
    });
    let topic = (!room.topic.is_empty()).then(|| view! { <small dir="auto">{room.topic.clone()}</small> });
    view! {
        <li>
            {icon(room.sign())}
            <span class="about">
                <a href=Route::Room(room.id).to_string()><bdi translate="no">{room.name}</bdi></a>
                {topic}
            </span>
            {join}
        </li>
    }
}
