//! Server function of subscriptions: `/api/rooms/subscribe`.

use super::model::Subscription;
use crate::model::{argument::Argument, error::AppError, ids::RoomId};
use leptos::prelude::*;

/// Sets what a room is to the caller. A field that is left out changes nothing.
///
/// # Errors
/// `bad_input` (room, favourite), `not_entered`, `not_found` (also for a room that the caller is no member of).
#[server(name = Subscribe, prefix = "/api", endpoint = "rooms/subscribe")]
pub async fn subscribe(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] favourite: Argument<bool>,
) -> Result<Subscription, AppError> {
    let call = crate::request::admit::admit::<Subscribe>()?;
    let (room, favourite) = (room.required("room")?, favourite.optional("favourite")?);
    super::store::subscribe(&call.services.db, call.user, room, favourite).await
}
