//! The page of a room: head, messages, composer.

use super::{
    message_list::{MessageList, Skeleton},
    slots,
};
use crate::{
    client::page::Page,
    features::{
        messages::{self, composer::Composer, state::Messages},
        rooms::{self, forms::Rename, state::Rooms},
    },
    model::{ids::RoomId, route::Route, scope::Scope},
    ui::icon::{Icon, icon},
};
use leptos::{either::Either, prelude::*};

/// The page of `room`, which the reader is a member of. Another room is another page, so nothing of one leaks into the next.
#[component]
pub fn RoomPage(room: RoomId, name: Signal<String>) -> impl IntoView {
    let (page, messages, rooms) = (expect_context::<Page>(), expect_context::<Messages>(), expect_context::<Rooms>());
    let words = page.lang.of(&rooms::WORDS);
    let own = Memo::new(move |_| rooms.all.with(|all| all.iter().any(|one| one.id == room && one.creator == Some(page.me))));
    let (scope, shown) = (Scope::from(room), messages.view);
    let key = shown.with_untracked(|view| view.as_ref().map(|view| view.first_key.clone())).unwrap_or_default();

    let rename = move || own.get().then(|| view! { <Rename room name /> });
    let list = move || match shown.get().filter(|view| view.scope == scope) {
        Some(view) => Either::Left(view! { <MessageList view name /> }),
        None => Either::Right(view! { <Skeleton words=page.lang.of(&messages::WORDS).loading /> }),
    };
    view! {
        <div class="head">
            <a class="back" href=Route::Rooms.to_string() aria-label=words.back_to_rooms>{icon(Icon::Back)}</a>
            <h1>{icon(Icon::Hash)}<bdi translate="no">{name}</bdi></h1>
            {rename}
            <div class="head-tools">{slots::room_tools(room)}</div>
        </div>
        {list}
        <Composer scope name key />
    }
}
