//! The page of a room: head, messages, composer.

use super::{
    message_list::{MessageList, Skeleton},
    slots,
};
use crate::{
    client::page::Page,
    features::{
        messages::{self, composer::Composer, state::Messages},
        people::{model::Role, state::People},
        rooms::{
            self,
            forms::Rename,
            model::{MAX_COUNT, Posting, RoomKind},
            sign::sign,
            state::Rooms,
        },
    },
    model::{ids::RoomId, route::Route, scope::Scope},
    ui::{
        icon::{Icon, icon},
        reactive::reactive,
    },
};
use leptos::{either::Either, prelude::*};

/// Returns the number of people as it stands beside the icon.
fn people_sign(count: u32) -> String {
    if count > MAX_COUNT { "1,000+".to_owned() } else { count.to_string() }
}

/// The page of `room`, which the reader is a member of. Another room is another page, so nothing of one leaks into the next.
#[component]
pub fn RoomPage(room: RoomId, name: Signal<String>) -> impl IntoView {
    let (page, messages, rooms) = (expect_context::<Page>(), expect_context::<Messages>(), expect_context::<Rooms>());
    let words = page.lang.of(&rooms::WORDS);
    let me = expect_context::<People>().person(page.me);
    // As the server sees it: a room's admin, and in an open room whoever runs the workspace.
    let is_admin = Memo::new(move |_| {
        let runs_all = me.with(|me| matches!(me.role, Role::Owner | Role::Admin));
        rooms.admin_of.with(|rooms| rooms.contains(room)) || runs_all && rooms.read(room, |room| room.kind == RoomKind::Open)
    });
    let sign = untrack(|| rooms.all.with(|all| all.iter().find(|one| one.id == room).map(|room| sign(rooms, room))));
    let archived = Memo::new(move |_| rooms.read(room, |room| room.archived));
    // Why nobody, or not the reader, may post.
    let closed = Memo::new(move |_| match rooms.read(room, |room| room.posting) {
        _ if archived.get() => words.archived,
        _ if rooms.has_left(room) => words.has_left,
        Posting::Admins if !is_admin.get() => words.admins_post,
        _ => "",
    });
    let (scope, shown) = (Scope::from(room), messages.view);
    let key = shown.with_untracked(|view| view.as_ref().map(|view| view.first_key.clone())).unwrap_or_default();

    let count = Memo::new(move |_| {
        shown.with(|view| view.as_ref().filter(|view| view.scope == scope).map_or(0, |view| view.members.get()))
    });
    let people = move || match count.get() {
        n if n > MAX_COUNT => words.many_people.to_owned(),
        n => (words.people)(n),
    };
    let rename = move || (is_admin.get() && !archived.get()).then(|| view! { <Rename room name /> });
    let list = move || match shown.get().filter(|view| view.scope == scope) {
        Some(view) => Either::Left(view! { <MessageList view name /> }),
        None => Either::Right(view! { <Skeleton words=page.lang.of(&messages::WORDS).loading /> }),
    };
    view! {
        <div class="head">
            <a class="back" href=Route::Rooms.to_string() aria-label=words.back_to_rooms>{icon(Icon::Back)}</a>
            <h1>{sign}<bdi translate="no">{reactive(move || name.get())}</bdi></h1>
            {reactive(rename)}
            <div class="head-tools">
                <a
                    class="people"
                    href=Route::People(room).to_string()
                    aria-label=people
                    title=people
                    hidden=move || count.get() == 0
                >
                    {icon(Icon::People)}
                    <span>{reactive(move || people_sign(count.get()))}</span>
                </a>
                {slots::room_tools(room)}
            </div>
        </div>
        {reactive(list)}
        <p class="closed" role="status" hidden=move || closed.get().is_empty()>{reactive(move || closed.get())}</p>
        <Composer scope name key />
    }
}
