//! Pages without a room to show: none chosen, one that the reader has not joined, one that does not exist.

use crate::{
    client::page::Page,
    features::{
        messages::kept::KeptText,
        rooms::{WORDS, forms::Join},
    },
    model::{ids::RoomId, initial_data::Missing, route::Route},
    ui::{
        icon::{Icon, icon},
        reactive::reactive,
    },
};
use leptos::prelude::*;

/// Shows the way back on a phone, where the list of rooms is a page of its own.
fn head(label: &'static str) -> impl IntoView {
    view! {
        <div class="head only-narrow">
            <a class="back" href=Route::Rooms.to_string() aria-label=label>{icon(Icon::Back)}</a>
        </div>
    }
}

/// Shows `/rooms` beside the list, where there is width for both.
#[component]
pub fn ChooseRoom() -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    view! {
        <div class="empty">
            <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
            <p class="empty-title">{words.choose_room}</p>
            <p>{words.choose_room_help}</p>
            <a class="button" href=Route::Home.to_string()>{words.last_room}</a>
        </div>
    }
}

/// Shows a room that the reader may join: nobody joins by opening its address.
#[component]
pub fn NotJoined(room: RoomId, name: Signal<String>) -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    view! {
        {head(words.back_to_rooms)}
        <div class="empty">
            <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
            <h1 class="empty-title">{reactive(move || (words.not_joined)(&name.get()))}</h1>
            <p>{words.not_joined_help}</p>
            <Join room />
            <KeptText room />
        </div>
    }
}

/// Shows that something does not exist, or that the reader may not see it.
#[component]
pub fn NotFound(what: Missing) -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    let (title, help) = match what {
        Missing::Page => (words.page_missing, words.page_missing_help),
        Missing::Room(_) => (words.room_missing, words.missing_help),
        Missing::Message => (words.message_missing, words.missing_help),
    };
    let room = match what {
        Missing::Room(room) => room,
        _ => RoomId::default(),
    };
    view! {
        {head(words.back_to_rooms)}
        <div class="empty">
            <h1 class="empty-title">{title}</h1>
            <p>{help}</p>
            <KeptText room />
            <a class="button" href=Route::Rooms.to_string()>{words.back_to_rooms}</a>
        </div>
    }
}
