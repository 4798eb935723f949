//! Server functions of pins: `/api/pins/*`.

use super::model::{Pin, PinExcerpts, PinList};
use crate::model::{
    argument::Argument,
    error::AppError,
    ids::{MessageId, RoomId, Seq},
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
    let set = super::store::set(&call.services.db, call.user, message, on).await;
    set.map_err(|error| match error.code {
        crate::model::error::Code::Full => {
            AppError { message: call.caller.reader.lang.of(&super::words::WORDS).full.to_owned(), ..error }
        }
        _ => error,
    })
}

/// The pinned messages of a room, newest pin first, with their whole texts. The list ends with the message at which the texts
/// reach 128 KiB; its `next` as `before` brings the rest.
///
/// # Errors
/// `bad_input` (room, before), `not_entered`, `not_found`.
#[server(name = ListPins, prefix = "/api", endpoint = "pins/list")]
pub async fn list(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] before: Argument<Seq>,
) -> Result<PinList, AppError> {
    let call = crate::request::admit::admit::<ListPins>()?;
    let (room, before) = (room.required("room")?, before.optional("before")?);
    super::store::list(&call.services.db, call.user, room, before).await
}

/// All pinned messages of a room, newest pin first, each with its first words.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `not_found`.
#[server(name = ListPinExcerpts, prefix = "/api", endpoint = "pins/excerpts")]
pub async fn excerpts(#[server(default)] room: Argument<RoomId>) -> Result<PinExcerpts, AppError> {
    let call = crate::request::admit::admit::<ListPinExcerpts>()?;
    super::store::excerpts(&call.services.db, call.user, room.required("room")?).await
}
