//! Slots: where screens show what leaf features have. A slot is a plain call, one line a feature; no other screen names a leaf.

use crate::{
    features::{
        pins::views::{PinButton, PinList, PinNote},
        rooms::{model::Room, state::by_name},
        subscriptions::{
            state::Subscriptions,
            views::{CloseButton, FavouriteButton, FavouriteMark, LevelMenu, ListTools, RoomMark, UnreadButton},
        },
        switcher::views::SwitcherButton,
    },
    model::ids::{MessageId, RoomId},
};
use leptos::prelude::*;

/// The buttons of a message's row.
pub fn message_tools(message: MessageId, n: u64) -> impl IntoView {
    view! {
        <PinButton message />
        <UnreadButton n />
    }
}

/// What stands below a message's text.
pub fn message_notes(message: MessageId) -> impl IntoView {
    view! { <PinNote message /> }
}

/// The buttons in the head of a room.
pub fn room_tools(room: RoomId) -> impl IntoView {
    view! {
        <FavouriteButton room />
        <LevelMenu room />
        <PinList room />
        <CloseButton room />
    }
}

/// The buttons above the list of rooms.
pub fn list_tools() -> impl IntoView {
    view! { <SwitcherButton /> }
}

/// The marks of a room in the list of rooms.
pub fn room_marks(room: RoomId) -> impl IntoView {
    view! {
        <FavouriteMark room />
        <RoomMark room />
    }
}

/// What stands beside the heading of the list of rooms.
pub fn heading_tools() -> impl IntoView {
    view! { <ListTools /> }
}

/// Whether a direct room is in the list. Call it in a component's body; it is the returned closure that tracks.
pub fn room_is_listed() -> impl Fn(RoomId) -> bool + Copy {
    let subscriptions = expect_context::<Subscriptions>();
    move |room| !subscriptions.is_hidden(room)
}

/// The order of the list of rooms. Call it in a component's body; it is the returned closure that tracks.
pub fn room_order() -> impl Fn(Vec<Room>) -> Vec<Room> + Copy {
    let subscriptions = expect_context::<Subscriptions>();
    move |rooms| subscriptions.first(by_name(rooms))
}
