//! Server functions of rooms: `/api/rooms/*`.

use super::model::{Member, Room};
use crate::model::{argument::Argument, error::AppError, ids::RoomId};
use leptos::prelude::*;

/// Opens a room; its creator is a member and may rename it.
///
/// # Errors
/// `bad_input` (name), `not_entered`, `too_fast`.
#[server(name = CreateRoom, prefix = "/api", endpoint = "rooms/create")]
pub async fn create(#[server(default)] name: String) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<CreateRoom>()?;
    let name = super::names::check(&name)?;
    super::store::create(&call.services.db, call.user, name).await
}

/// Renames a room one has opened.
///
/// # Errors
/// `bad_input` (room, name), `not_entered`, `forbidden`, `not_found`.
#[server(name = RenameRoom, prefix = "/api", endpoint = "rooms/rename")]
pub async fn rename(#[server(default)] room: Argument<RoomId>, #[server(default)] name: String) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<RenameRoom>()?;
    let room = room.required("room")?;
    let name = super::names::check(&name)?;
    super::store::rename(&call.services.db, call.user, room, name).await
}

/// Joins a room; joining again changes nothing.
///
/// # Errors
/// `bad_input` (room), `not_entered`, `not_found`.
#[server(name = JoinRoom, prefix = "/api", endpoint = "rooms/join")]
pub async fn join(#[server(default)] room: Argument<RoomId>) -> Result<Member, AppError> {
    let call = crate::request::admit::admit::<JoinRoom>()?;
    super::store::join(&call.services.db, call.user, room.required("room")?).await
}
