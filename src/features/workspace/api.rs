//! Server functions of the workspace: `/api/workspace/*`.

use super::model::{Entry, WorkspaceState};
use crate::model::{
    argument::{Argument, OptionalText},
    error::AppError,
    ids::{RoomId, UserId},
    initial_data::Workspace,
};
use leptos::prelude::*;

/// The workspace as its newest state: who is asking, every room that one may see, and what else a page is made from, without
/// messages. `head` was read before all of it. `members` has one's own memberships; with `room` those of that room after `after`,
/// at most `limit` of them (1 to 100; 50 where it is left out).
///
/// # Errors
/// `bad_input` (room, after, limit), `not_entered`, `not_found`.
#[server(name = FetchWorkspace, prefix = "/api", endpoint = "workspace/fetch")]
pub async fn fetch(
    #[server(default)] room: Argument<RoomId>,
    #[server(default)] after: Argument<UserId>,
    #[server(default)] limit: Argument<u32>,
) -> Result<Workspace, AppError> {
    let call = crate::request::admit::admit::<FetchWorkspace>()?;
    let (room, after) = (room.optional("room")?, after.optional("after")?.unwrap_or_default());
    let limit = crate::features::rooms::arguments::at_most(limit)?;
    super::store::fetch(&call.services, call.session, room.map(|room| (room, after, limit))).await
}

/// The call for one's own memberships.
pub const FETCH_OWN: FetchWorkspace =
    FetchWorkspace { room: Argument::MISSING, after: Argument::MISSING, limit: Argument::MISSING };

/// Changes the workspace's name, and who may come in. A field that is left out changes nothing. Owners only.
///
/// # Errors
/// `bad_input` (name, entry), `not_entered`, `forbidden`.
#[server(name = UpdateWorkspace, prefix = "/api", endpoint = "workspace/update")]
pub async fn update(
    #[server(default)] name: OptionalText,
    #[server(default)] entry: Argument<Entry>,
) -> Result<WorkspaceState, AppError> {
    let call = crate::request::admit::admit::<UpdateWorkspace>()?;
    let name = name.0.map(|name| super::store::check_name("workspace", &name)).transpose();
    // It is the name of the workspace, and the words say so.
    let name = name.map_err(|error| AppError { field: Some("name".to_owned()), ..error.spoken(call.caller.reader.lang) })?;
    super::store::update(&call.services.db, call.user, name, entry.optional("entry")?).await
}

/// The call of a form whose fields are all typed or chosen.
pub const NO_UPDATE: UpdateWorkspace = UpdateWorkspace { name: OptionalText::MISSING, entry: Argument::MISSING };
