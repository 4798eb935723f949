//! The side: which rooms there are, and who one is here.

use crate::{
    app::state::{AppState, Route},
    client::pending::drafts,
    features::{
        preferences::switches::{LanguageSwitch, ThemeSwitch},
        rooms::{forms::NewRoom, model::Room},
    },
    model::ids::RoomId,
    ui::{
        avatar::avatar,
        icon::{Icon, icon},
        keyed::each,
        menu,
    },
};
use leptos::{either::Either, prelude::*};

/// The room a route is about.
fn room_of(route: Route) -> Option<RoomId> {
    match route {
        Route::Room(room) | Route::NotJoined(room) => Some(room),
        Route::Rooms | Route::Missing => None,
    }
}

/// The list of rooms and the foot with one's own menu. It is drawn once and stays through every change of room, so its
/// scroll position does too (UX 54).
#[component]
pub fn Sidebar(state: AppState) -> impl IntoView {
    let strings = state.lang.strings();
    let (rooms, route, linked) = (state.rooms, state.route, state.clone());
    // On `/rooms` the list is the page, so its heading is the page's.
    let heading = move || match route.get() {
        Route::Rooms => Either::Left(view! { <h1 class="section">{strings.rooms}</h1> }),
        _ => Either::Right(view! { <h2 class="section">{strings.rooms}</h2> }),
    };
    view! {
        <div class="side" role=move || if route.get() == Route::Rooms { "main" } else { "banner" } id="rooms">
            <a class="brand" href="/rooms">{strings.product}</a>
            <nav aria-label=strings.rooms>
                {heading}
                <ul role="list">
                    {each(move || rooms.get(), key, move |room| view! { <RoomLink room state=linked.clone() /> })}
                    <li><NewRoom state=state.clone() /></li>
                </ul>
            </nav>
            <Me state />
        </div>
    }
}

/// A room under another name is drawn anew.
fn key(room: &Room) -> String {
    format!("{} {}", room.id, room.name)
}

#[component]
fn RoomLink(room: Room, state: AppState) -> impl IntoView {
    let (id, route, drafting, strings) = (room.id, state.route, state.drafting, state.lang.strings());
    // What is typed in the room one is in stands before one's eyes (UX 33).
    let draft = move || {
        let elsewhere = room_of(route.get()) != Some(id) && drafting.with(|rooms| rooms.contains(id));
        elsewhere.then(|| view! { {icon(Icon::Pencil)}<span class="hidden">{", "}{strings.draft}</span> })
    };
    view! {
        <li>
            <a class="room" href=format!("/rooms/{id}") aria-current=move || (room_of(route.get()) == Some(id)).then_some("page")>
                {icon(Icon::Hash)}
                <bdi>{room.name}</bdi>
                {draft}
            </a>
        </li>
    }
}

/// One's own name, and under it theme, language and the way out.
#[component]
fn Me(state: AppState) -> impl IntoView {
    let strings = state.lang.strings();
    let (lang, route) = (state.lang, state.route);
    let (name, hue) = (state.user_name(state.me.id), state.user_hue(state.me.id));
    let leaving = state.clone();
    let back = Signal::derive(move || match room_of(route.get()) {
        Some(room) => format!("/rooms/{room}"),
        None => "/rooms".to_owned(),
    });
    view! {
        <details class="menu me" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary aria-label=move || (strings.your_menu)(&name.get())>
                {avatar(name, hue)}
                <bdi>{name}</bdi>
                {icon(Icon::Chevrons)}
            </summary>
            <div class="panel" tabindex="-1">
                <p aria-hidden="true">{strings.theme}</p>
                <ThemeSwitch lang back state=Some(state) />
                <p aria-hidden="true">{strings.language}</p>
                <LanguageSwitch lang back />
                <form class="leave" method="post" action="/api/auth/leave" on:submit=move |_| drafts::erase(&leaving)>
                    <button class="button quiet">{icon(Icon::Leave)}{strings.leave}</button>
                </form>
            </div>
        </details>
    }
}
