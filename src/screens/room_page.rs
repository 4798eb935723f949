//! A room: its head, its messages, the message box.

use super::message_list::{MessageList, Skeleton};
use crate::{
    app::state::AppState,
    features::{messages::composer::Composer, rooms::forms::Rename},
    model::ids::RoomId,
    ui::icon::{Icon, icon},
};
use leptos::{either::Either, prelude::*};

/// The page of `room`, which one is a member of. Another room is another page, so nothing of one leaks into the next.
#[component]
pub fn RoomPage(state: AppState, room: RoomId, name: Signal<String>) -> impl IntoView {
    let strings = state.lang.strings();
    let me = state.me.id;
    let rooms = state.rooms;
    let own = Memo::new(move |_| rooms.with(|all| all.iter().any(|one| one.id == room && one.creator == Some(me))));
    let shown = state.room_view();
    let key = shown.with_untracked(|view| view.as_ref().map(|view| view.first_key.clone())).unwrap_or_default();

    let rename = {
        let state = state.clone();
        move || own.get().then(|| view! { <Rename state=state.clone() room name /> })
    };
    let messages = {
        let state = state.clone();
        move || match shown.get().filter(|view| view.room == room) {
            Some(view) => Either::Left(view! { <MessageList state=state.clone() view name /> }),
            None => Either::Right(view! { <Skeleton words=strings.loading /> }),
        }
    };
    view! {
        <div class="head">
            <a class="back" href="/rooms" aria-label=strings.back_to_rooms>{icon(Icon::Back)}</a>
            <h1>{icon(Icon::Hash)}<bdi>{name}</bdi></h1>
            {rename}
        </div>
        {messages}
        <Composer state room name key />
    }
}
