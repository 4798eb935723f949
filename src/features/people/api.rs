//! Server functions of people: `/api/people/*`.

use super::model::User;
use crate::model::{
    argument::{Argument, OptionalText},
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

/// Changes one's own name and hue (0 to 9). A field that is left out changes nothing.
///
/// # Errors
/// `bad_input` (name, hue), `not_entered`, `name_taken`, `too_fast`.
#[server(name = UpdateProfile, prefix = "/api", endpoint = "people/update")]
pub async fn update(#[server(default)] name: OptionalText, #[server(default)] hue: Argument<u8>) -> Result<User, AppError> {
    use crate::{model::error::Reason, request::admit::admit};
    let call = admit::<UpdateProfile>()?;
    let name = name.0.map(|name| super::names::check(&name)).transpose();
    let name = name.map_err(|reason| AppError::bad_input("name", reason))?;
    let hue = hue.optional("hue")?;
    if hue.is_some_and(|hue| hue >= super::model::HUES) {
        return Err(AppError::bad_input("hue", Reason::Malformed));
    }
    super::store::update(&call.services.db, call.user, name, hue).await
}

/// Leaves for good: sessions and streams end, and nobody can sign in any more. What was written stays. Only oneself.
///
/// # Errors
/// `bad_input` (user), `not_entered`, `not_found`, `forbidden`, `last_owner`.
#[server(name = Deactivate, prefix = "/api", endpoint = "people/deactivate")]
pub async fn deactivate(#[server(default)] user: Argument<UserId>) -> Result<User, AppError> {
    use crate::request::{admit::admit, caller::answer_with};
    let call = admit::<Deactivate>()?;
    let (user, ended) =
        super::store::deactivate(&call.services.db, &call.services.hooks, call.user, user.required("user")?).await?;
    call.services.sessions_ended(&ended);
    if user.id == call.user {
        answer_with(call.services.session_cookie.take_back(call.caller.secure));
    }
    Ok(user)
}
