//! Server function of the quick switcher: `/api/rooms/find`.

use super::model::FoundRooms;
use crate::model::error::AppError;
use leptos::prelude::*;

/// The rooms whose names fit `text`, the best first, 20 at most: those that begin with it, those with a word that does, those
/// that contain it, and those whose pinyin does, written out, by initials, or both in turn. Archived rooms are left out.
///
/// # Errors
/// `bad_input` (text: more than 64 characters), `not_entered`.
#[server(name = FindRooms, prefix = "/api", endpoint = "rooms/find")]
pub async fn find(#[server(default)] text: String) -> Result<FoundRooms, AppError> {
    let call = crate::request::admit::admit::<FindRooms>()?;
    super::server::search(&call.services.db, call.user, &text).await
}
