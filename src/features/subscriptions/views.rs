//! What subscriptions show: a button in a room's head, and marks in the list of rooms.

use super::{
    state::{Subscriptions, favour, hide},
    words::WORDS,
};
use crate::{
    client::{form::Form, location::Location, page::Page},
    features::rooms::{model::RoomKind, state::Rooms},
    model::{ids::RoomId, route::Route},
    ui::{
        icon::{Icon, drawn, icon},
        reactive::reactive,
    },
};
use leptos::prelude::*;

/// A star on a grid of 24.
const STAR: &str = "m12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z";

/// Makes a room a favourite or no longer one. Without a script the form posts.
#[component]
pub fn FavouriteButton(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let words = page.lang.of(&WORDS);
    let on = Memo::new(move |_| subscriptions.contains(room));
    let label = move || if on.get() { words.remove } else { words.add };
    let call = favour(room, !on.get_untracked());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        subscriptions.set(room, !on.get_untracked());
    };
    view! {
        <Form call on:submit=submit>
            <button
                class="tool favourite"
                class:pressed=on
                aria-label=label
                title=label
            >
                {drawn(STAR)}
            </button>
        </Form>
    }
}

/// Closes a direct room: it is left out of the list until its next message. Without a script the form posts.
#[component]
pub fn CloseButton(room: RoomId) -> impl IntoView {
    let (subscriptions, location) = (expect_context::<Subscriptions>(), expect_context::<Location>());
    let (words, rooms) = (expect_context::<Page>().lang.of(&WORDS), expect_context::<Rooms>());
    let is_direct = untrack(|| rooms.read(room, |room| room.kind == RoomKind::Direct));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        subscriptions.hide(room);
        location.open_list();
    };
    is_direct.then(|| {
        view! {
            <Form call=hide(room) back=Route::Rooms on:submit=submit>
                <button class="tool" aria-label=words.close title=words.close>{icon(Icon::Close)}</button>
            </Form>
        }
    })
}

/// Marks a favourite in the list of rooms.
#[component]
pub fn FavouriteMark(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let on = Memo::new(move |_| subscriptions.contains(room));
    reactive(move || {
        let words = page.lang.of(&WORDS);
        on.get().then(|| view! { <span class="star">{drawn(STAR)}<span class="hidden">{", "}{words.favourite}</span></span> })
    })
}
