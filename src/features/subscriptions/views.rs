//! What subscriptions show: a button in a room's head, and marks in the list of rooms.

use super::{
    state::{Subscriptions, favour},
    words::WORDS,
};
use crate::{
    client::{form::Form, page::Page},
    model::ids::RoomId,
    ui::{icon::drawn, reactive::reactive},
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
