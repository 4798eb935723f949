//! Server function of people: `/api/people/list`.

use super::model::User;
use crate::model::{
    argument::Argument,
    error::AppError,
    ids::{List, UserId},
};
use leptos::prelude::*;

/// Ids asked for at once, at most.
pub const MAX_ASKED: usize = 200;

/// The people with these ids (comma-separated); unknown ones are left out.
///
/// # Errors
/// `bad_input` (users), `not_entered`.
#[server(name = ListPeople, prefix = "/api", endpoint = "people/list")]
pub async fn list(#[server(default)] users: Argument<List<UserId>>) -> Result<Vec<User>, AppError> {
    use crate::{model::error::Reason, request::admit::admit};
    let call = admit::<ListPeople>()?;
    let List(ids) = users.required("users")?;
    if ids.len() > MAX_ASKED {
        return Err(AppError::bad_input("users", Reason::TooLong));
    }
    super::store::people(&call.services.db, ids).await
}
