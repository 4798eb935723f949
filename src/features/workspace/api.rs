//! Server function of the workspace: `/api/workspace/fetch`.

use crate::model::{error::AppError, initial_data::Workspace};
use leptos::prelude::*;

/// The workspace as its newest state: who is asking, every room, the rooms that person is a member of, and what else a page is
/// made from, without messages. `head` was read before all of it.
///
/// # Errors
/// `not_entered`.
#[server(name = FetchWorkspace, prefix = "/api", endpoint = "workspace/fetch")]
pub async fn fetch() -> Result<Workspace, AppError> {
    let call = crate::request::admit::admit::<FetchWorkspace>()?;
    super::store::fetch(&call.services, call.session).await
}
