//! App: everything in `<body>`, the same on both sides, made from [`Boot`] alone. Which page stands where is read off here.

use super::state::{AppState, Route};
use crate::{
    client::{pending::tab_storage, status_line::Status},
    features::preferences::switches::CurrentTheme,
    model::{ids::RoomId, initial_data::Boot},
    screens::{
        enter_page::EnterPage,
        room_page::RoomPage,
        rooms_page::{Missing, NotJoined, PickRoom},
        sidebar::Sidebar,
    },
    ui::keyed::each,
};
use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};

/// The page for `boot`: the door for who has not entered, else the workspace.
#[component]
pub fn App(boot: Boot) -> impl IntoView {
    let lang = boot.lang;
    provide_context(CurrentTheme(RwSignal::new(boot.theme)));
    match AppState::from_boot(boot) {
        Some(state) => Either::Left(view! { <WorkspacePage state /> }),
        None => {
            Effect::new(|_| tab_storage::forget());
            Either::Right(view! { <EnterPage lang /> })
        }
    }
}

/// Side and page next to each other; on a phone `/rooms` shows the one and a room the other.
#[component]
pub fn WorkspacePage(state: AppState) -> impl IntoView {
    provide_context(state.clone());
    let strings = state.lang.strings();
    let route = state.route;
    let listing = move || route.get() == Route::Rooms;
    let skip = move || {
        let (target, words) = match route.get() {
            Route::Room(_) => ("#message-box", strings.skip_to_box),
            Route::Rooms => ("#rooms", strings.skip_to_page),
            _ => ("#page", strings.skip_to_page),
        };
        view! { <a class="skip" href=target>{words}</a> }
    };
    let page = {
        let state = state.clone();
        move |route: Route| {
            let state = state.clone();
            match route {
                Route::Rooms => EitherOf4::A(view! { <PickRoom state /> }),
                Route::Room(room) => EitherOf4::B(view! { <RoomPage name=room_name(&state, room) state room /> }),
                Route::NotJoined(room) => EitherOf4::C(view! { <NotJoined name=room_name(&state, room) state room /> }),
                Route::Missing => EitherOf4::D(view! { <Missing state /> }),
            }
        }
    };
    view! {
        {skip}
        <div class="workspace" class:listing=listing>
            <Sidebar state=state.clone() />
            <div class="page" id="page" tabindex="-1" role=move || if listing() { "complementary" } else { "main" }>
                // Keyed: else the next room would take over the elements of the last one, and with them what was typed there.
                {each(move || vec![route.get()], key, page)}
            </div>
        </div>
        <Status state />
    }
}

/// What tells one page from another.
fn key(route: &Route) -> String {
    match route {
        Route::Rooms => String::from("rooms"),
        Route::Room(room) => room.to_string(),
        Route::NotJoined(room) => format!("not {room}"),
        Route::Missing => String::new(),
    }
}

/// The room's name as it stands now; empty for one that is not known.
fn room_name(state: &AppState, room: RoomId) -> Signal<String> {
    let rooms = state.rooms;
    Signal::derive(move || {
        rooms.with(|all| all.iter().find(|one| one.id == room).map(|one| one.name.clone()).unwrap_or_default())
    })
}
