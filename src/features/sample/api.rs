//! Server function of the sample: `/api/sample/echo`.

use crate::model::{argument::Argument, error::AppError, ids::RoomId};
use leptos::prelude::*;

/// Answers what it was given.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `too_fast`.
#[server(name = Echo, prefix = "/api", endpoint = "sample/echo")]
pub async fn echo(#[server(default)] room: Argument<RoomId>) -> Result<RoomId, AppError> {
    crate::request::admit::admit::<Echo>()?;
    room.required("room")
}
