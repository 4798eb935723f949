//! Pages without a room to show: none chosen, one that the reader has not joined, one that does not exist.

use crate::{
    client::page::Page,
    features::rooms::{WORDS, forms::Join},
    model::{ids::RoomId, route::Route},
    ui::icon::{Icon, icon},
};
use leptos::prelude::*;

/// Shows `/rooms` beside the list, where there is width for both.
#[component]
pub fn PickRoom() -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    view! {
        <div class="empty">
            <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
            <p class="empty-title">{words.pick_room}</p>
            <p>{words.pick_room_help}</p>
        </div>
    }
}

/// Shows a room that the reader may join. Without JavaScript joining is a button.
#[component]
pub fn NotJoined(room: RoomId, name: Signal<String>) -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    view! {
        <div class="empty">
            <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
            <h1 class="empty-title">{move || (words.not_joined)(&name.get())}</h1>
            <p>{words.not_joined_help}</p>
            <Join room />
            <a class="only-narrow" href=Route::Rooms.to_string()>{words.back_to_rooms}</a>
        </div>
    }
}

/// Shows that a room does not exist, or that the reader may not see it.
#[component]
pub fn Missing() -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    view! {
        <div class="empty">
            <h1 class="empty-title">{words.missing}</h1>
            <p>{words.missing_help}</p>
            <a class="button" href=Route::Rooms.to_string()>{words.back_to_rooms}</a>
        </div>
    }
}
