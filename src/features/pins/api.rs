//! Server functions of pins: `/api/pins/*`.

use super::model::{Pin, PinList};
use crate::model::{
    argument::Argument,
    error::AppError,
    ids::{MessageId, RoomId},
};
use leptos::prelude::*;

/// Pins a message or takes its pin off. A pin that is set already stays as it is.
///
/// # Errors
/// `bad_input` (message, on), `not_entered`, `not_found`, `gone` (a deleted message), `full` (a hundred in the room).
#[server(name = SetPin, prefix = "/api", endpoint = "pins/set")]
pub async fn set(
    #[server(default)] message: Argument<MessageId>,
    #[server(default)] on: Argument<bool>,
) -> Result<Pin, AppError> {
    let call = crate::request::admit::admit::<SetPin>()?;
    let (message, on) = (message.required("message")?, on.required("on")?);
    super::store::set(&call.services.db, call.user, message, on).await
}

/// The pinned messages of a room, newest pin first.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `not_found`.
#[server(name = ListPins, prefix = "/api", endpoint = "pins/list")]
pub async fn list(#[server(default)] room: Argument<RoomId>) -> Result<PinList, AppError> {
    let call = crate::request::admit::admit::<ListPins>()?;
    let room = room.required("room")?;
    super::store::list(&call.services.db, call.user, room).await
}
