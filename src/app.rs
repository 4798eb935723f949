//! App: everything in `<body>`, the same on both sides, made from [`Boot`] alone. Which page stands where is read off here.

use crate::{
    auth::enter_page::EnterPage,
    boot::Boot,
    ids::RoomId,
    live::{
        state::{AppState, Route},
        status::Status,
    },
    preferences::switches::CurrentTheme,
    rooms::{
        room_page::RoomPage,
        rooms_page::{Missing, NotJoined, PickRoom},
        sidebar::Sidebar,
    },
};
use leptos::prelude::*;

/// The page for `boot`: the door for who has not entered, else the workspace.
#[component]
pub fn App(boot: Boot) -> impl IntoView {
    provide_context(CurrentTheme(RwSignal::new(boot.theme)));
    match AppState::from_boot(&boot) {
        Some(state) => view! { <WorkspacePage state /> }.into_any(),
        None => view! { <EnterPage lang=boot.lang /> }.into_any(),
    }
}

/// Side and page next to each other; on a phone `/rooms` shows the one and a room the other.
#[component]
pub fn WorkspacePage(state: AppState) -> impl IntoView {
    provide_context(state.clone());
    let strings = state.lang.strings();
    let route = {
        let route = state.route;
        Memo::new(move |_| route.get())
    };
    let listing = move || route.get() == Route::Rooms;
    let skip = move || match route.get() {
        Route::Room(_) => view! { <a class="skip" href="#message-box">{strings.skip_to_box}</a> }.into_any(),
        Route::Rooms => view! { <a class="skip" href="#rooms">{strings.skip_to_page}</a> }.into_any(),
        _ => view! { <a class="skip" href="#page">{strings.skip_to_page}</a> }.into_any(),
    };
    let page = {
        let state = state.clone();
        move |route: Route| {
            let state = state.clone();
            match route {
                Route::Rooms => view! { <PickRoom state /> }.into_any(),
                Route::Room(room) => view! { <RoomPage name=room_name(&state, room) state room /> }.into_any(),
                Route::NotJoined(room) => view! { <NotJoined name=room_name(&state, room) state room /> }.into_any(),
                Route::Missing => view! { <Missing state /> }.into_any(),
            }
        }
    };
    view! {
        {skip}
        <div class="workspace" class:listing=listing>
            <Sidebar state=state.clone() />
            <div class="page" id="page" tabindex="-1" role=move || if listing() { "complementary" } else { "main" }>
                // Keyed: else the next room would take over the elements of the last one, and with them what was typed there.
                <For each=move || [route.get()] key=|route| *route children=page />
            </div>
        </div>
        <Status state />
    }
    .into_any()
}

/// The room's name as it stands now; empty for one that is not known.
fn room_name(state: &AppState, room: RoomId) -> Signal<String> {
    let rooms = state.rooms;
    Memo::new(move |_| rooms.with(|all| all.iter().find(|one| one.id == room).map(|one| one.name.clone()).unwrap_or_default()))
        .into()
}
