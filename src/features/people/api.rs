//! Server functions of people: `/api/people/*`.

use super::model::{Role, User, UserList};
use crate::model::{
    argument::{Argument, OptionalText},
    error::AppError,
    ids::{List, UserId},
};
use leptos::prelude::*;

/// Ids asked for at once, at most.
pub const MAX_ASKED: usize = 200;

/// The people with these ids (comma-separated). Unknown ones are left out, as are those whom one may not see.
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
    super::store::people(&call.services.db, call.user, ids).await
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

/// All people whom one may see, by id, those too who have left: those after `after`, at most `limit` of them (1 to 100; 50 where
/// it is left out).
///
/// # Errors
/// `bad_input` (after, limit), `not_entered`.
#[server(name = ListDirectory, prefix = "/api", endpoint = "people/directory")]
pub async fn directory(
    #[server(default)] after: Argument<UserId>,
    #[server(default)] limit: Argument<u32>,
) -> Result<UserList, AppError> {
    use crate::{model::argument::at_most, request::admit::admit};
    let call = admit::<ListDirectory>()?;
    let after = after.optional("after")?.unwrap_or_default();
    super::store::directory(&call.services.db, call.user, after, at_most(limit)?).await
}

/// Gives a person a role (`owner`, `admin`, `member`, `guest`). The streams of somebody who becomes a guest, or is one no more,
/// end, and they fetch anew what they see.
///
/// # Errors
/// `bad_input` (user, role), `not_entered`, `not_found`, `forbidden` for those who do not stand above them and, where an admin or
/// owner is made or unmade, for all but owners, `last_owner`.
#[server(name = GiveRole, prefix = "/api", endpoint = "people/role")]
pub async fn role(#[server(default)] user: Argument<UserId>, #[server(default)] role: Argument<Role>) -> Result<User, AppError> {
    let call = crate::request::admit::admit::<GiveRole>()?;
    let (user, role) = (user.required("user")?, role.required("role")?);
    super::store::give_role(&call.services.db, &call.services.hooks, call.user, user, role).await
}

/// Ends a person's stay, one's own or that of somebody below: sessions and streams end, and they cannot sign in. What was
/// written stays.
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

/// Ends a person's stay until a time, milliseconds since 1970; left out: for good. As [`deactivate`] otherwise, and it ends by
/// itself within a minute of that time. `hide` is `false` so far.
///
/// # Errors
/// `bad_input` (user, until, hide), `not_entered`, `not_found`, `forbidden` for those who do not stand above them, `last_owner`.
#[server(name = Ban, prefix = "/api", endpoint = "people/ban")]
pub async fn ban(
    #[server(default)] user: Argument<UserId>,
    #[server(default)] until: Argument<u64>,
    #[server(default)] hide: Argument<bool>,
) -> Result<User, AppError> {
    use crate::{
        model::{error::Reason, ids::MAX_NUMBER},
        request::admit::admit,
    };
    let call = admit::<Ban>()?;
    let (user, until) = (user.required("user")?, until.optional("until")?);
    if until.is_some_and(|until| until <= call.services.now() || until > MAX_NUMBER) {
        return Err(AppError::bad_input("until", Reason::Malformed));
    }
    if hide.optional("hide")? == Some(true) {
        // What somebody has written cannot be hidden yet.
        return Err(AppError::bad_input("hide", Reason::Malformed));
    }
    let services = &call.services;
    let (user, ended) = super::store::ban(&services.db, &services.hooks, call.user, user, until).await?;
    services.sessions_ended(&ended);
    Ok(user)
}

/// Lets somebody come back who was deactivated or banned.
///
/// # Errors
/// `bad_input` (user), `not_entered`, `not_found`, `forbidden` for those who do not stand above them.
#[server(name = Activate, prefix = "/api", endpoint = "people/activate")]
pub async fn activate(#[server(default)] user: Argument<UserId>) -> Result<User, AppError> {
    let call = crate::request::admit::admit::<Activate>()?;
    super::store::activate(&call.services.db, call.user, user.required("user")?).await
}
