//! Server functions of rooms: `/api/rooms/*`.

use super::model::{Member, Room, RoomList};
use crate::model::{argument::Argument, error::AppError, ids::RoomId};
use leptos::prelude::*;

/// Opens a room; its creator is a member and may rename it.
///
/// # Errors
/// `bad_input` (name), `not_entered`, `too_fast`, `name_taken` (with `room`, which has the name).
#[server(name = CreateRoom, prefix = "/api", endpoint = "rooms/create")]
pub async fn create(#[server(default)] name: String) -> Result<Room, AppError> {
    let call = crate::request::admit::admit::<CreateRoom>()?;
    let name = super::names::check(&name)?;
    super::store::create(&call.services.db, call.user, name).await
}

/// Renames a room one has opened.
///
/// # Errors
/// `bad_input` (room, name), `not_entered`, `forbidden`, `not_found`, `name_taken` (with `room`, which has the name).
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

/// The rooms that one may see, by id: those after `after`, at most `limit` of them (1 to 100; 50 where it is left out).
///
/// # Errors
/// `bad_input` (after, limit), `not_entered`.
#[server(name = ListRooms, prefix = "/api", endpoint = "rooms/list")]
pub async fn list(
    #[server(default)] after: Argument<RoomId>,
    #[server(default)] limit: Argument<u32>,
) -> Result<RoomList, AppError> {
    use super::model::{LIST, MAX_LIST};
    use crate::{model::error::Reason, request::admit::admit};
    let call = admit::<ListRooms>()?;
    let after = after.optional("after")?.unwrap_or_default();
    let limit = limit.optional("limit")?.unwrap_or(LIST);
    if !(1..=MAX_LIST).contains(&limit) {
        return Err(AppError::bad_input("limit", Reason::Malformed));
    }
    super::store::list(&call.services.db, after, limit).await
}
