//! Server functions of subscriptions: `/api/rooms/read`, `read_all` and `subscribe`.

use super::model::{Level, Subscription};
use crate::model::{
    argument::{Argument, OptionalText},
    error::AppError,
    ids::{RoomId, Seq},
};
use leptos::prelude::*;

/// Moves the caller's read mark of a room to the message with ordinal `n`, up or down. Where the mark was moved down after
/// `basis`, it stays: the caller did not know of that.
///
/// # Errors
/// `bad_input` (room, n, basis), `not_entered`, `not_found` (also for a room that the caller is no member of).
#[server(name = ReadRoom, prefix = "/api", endpoint = "rooms/read")]
pub async fn read(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] n: Argument<u64>,
    #[server(default)] basis: Argument<Seq>,
) -> Result<Subscription, AppError> {
    let call = crate::request::admit::admit::<ReadRoom>()?;
    let (room, n, basis) = (room.required("room")?, n.required("n")?, basis.optional("basis")?);
    super::store::read_room(&call.services.db, call.user, room, n, basis).await
}

/// Moves the caller's read marks of all rooms to their ends.
///
/// # Errors
/// `not_entered`.
#[server(name = ReadAll, prefix = "/api", endpoint = "rooms/read_all")]
pub async fn read_all() -> Result<(), AppError> {
    let call = crate::request::admit::admit::<ReadAll>()?;
    super::store::read_all(&call.services.db, call.user).await
}

/// Sets what a room is to the caller. A field that is left out changes nothing; an empty `muted_until` ends the muting.
///
/// # Errors
/// `bad_input` (room, level, muted_until, favourite, hidden), `not_entered`, `not_found` (also for a room that the caller is no
/// member of).
#[server(name = Subscribe, prefix = "/api", endpoint = "rooms/subscribe")]
pub async fn subscribe(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] level: Argument<Level>,
    #[server(default)] muted_until: OptionalText,
    #[server(default)] favourite: Argument<bool>,
    #[server(default)] hidden: Argument<bool>,
) -> Result<Subscription, AppError> {
    use super::store;
    let call = crate::request::admit::admit::<Subscribe>()?;
    let room = room.required("room")?;
    let wanted = store::SubscriptionUpdate {
        level: level.optional("level")?,
        // The browser leaves empty fields out, so its button says 0.
        muted_until: muted_until.time("muted_until")?.map(|at| at.filter(|at| *at > 0)),
        favourite: favourite.optional("favourite")?,
        hidden: hidden.optional("hidden")?,
    };
    store::subscribe(&call.services.db, call.user, room, wanted).await
}
