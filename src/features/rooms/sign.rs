//! What stands before a room's name.

use super::{
    model::{Room, RoomKind},
    state::Rooms,
};
use crate::ui::{avatar::avatar, icon::icon, reactive::reactive};
use leptos::{either::Either, prelude::*};

/// Shows what stands before a room's name: an icon; of a direct room the avatar of the other one, or how many others there are.
pub fn sign(rooms: Rooms, room: &Room) -> impl IntoView + use<> {
    if room.kind != RoomKind::Direct {
        return Either::Left(icon(room.sign()));
    }
    let others = room.others(rooms.page.me);
    let (one, count) = (others.first().copied().unwrap_or(rooms.page.me), others.len());
    let (letter, hue) = (rooms.people.initial(one), rooms.people.hue(one));
    Either::Right(reactive(move || avatar(if count > 1 { count.to_string() } else { letter.get() }, hue.get())))
}
