//! The page of the rooms that one may join, and of those that are archived. Plain HTML, which needs no script.

use crate::{
    features::rooms::{self, api::JoinRoom, model::Room, store},
    model::{argument::MAX_LIST, error::AppResult, ids::RoomId, route::Route},
    request::{
        caller::Caller,
        endpoint::Need,
        plain::{Answer, PlainPage, PlainRequest, Shown, address, find_form, plain_form},
    },
    ui::icon::icon,
};
use leptos::prelude::*;

pub const BROWSE: PlainPage = PlainPage {
    is_at: |route| route == Route::Browse,
    need: Need::Session,
    shows_refusals: false,
    show: |request| Box::pin(page(request)),
};

/// Answers with the page. In its address, `find` is looked for in names and topics, `archived` asks for archived rooms and those
/// alone, and `after` is the room after which the list goes on.
async fn page(request: PlainRequest) -> AppResult<Answer> {
    let (find, archived) = (request.query("find"), request.query("archived") == "true");
    let after = request.query("after").parse().unwrap_or_default();
    let me = request.session()?.user;
    let list = store::look_for(&request.services.db, me, after, MAX_LIST, archived, find).await?;
    let next = list.next.map(|next| address(Route::Browse, &query(find, archived, Some(next))));
    Ok(Answer::Page(shown(&request.caller, (find, archived), list.items, next)))
}

/// The parts of the page's address: what is looked for, whether archived rooms are meant, and after which room the list goes on.
fn query(find: &str, archived: bool, after: Option<RoomId>) -> [(&'static str, String); 3] {
    let archived = if archived { "true" } else { "" };
    [
        ("find", find.to_owned()),
        ("archived", archived.to_owned()),
        ("after", after.map(|after| after.to_string()).unwrap_or_default()),
    ]
}

fn shown(caller: &Caller, (find, archived): (&str, bool), found: Vec<Room>, next: Option<String>) -> Shown {
    let reader = caller.reader;
    let words = reader.lang.of(&rooms::panel_words::WORDS);
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
    let content = view! {
            <section class="panel-part">
                {find_form(Route::Browse, (words.find_room, words.find), find, &query("", archived, None))}
                <ul role="list">{list}</ul>
                {nothing}
                {next.map(|next| view! { <p class="more"><a href=next>{words.more_rooms}</a></p> })}
                <p class="more"><a href=address(Route::Browse, &query(find, other, None))>{label}</a></p>
            </section>
    };
    Shown::parts(heading, Route::Rooms, content.into_any())
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
