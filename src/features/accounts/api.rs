//! Server functions of entering and leaving: `/api/auth/*`.

use crate::{
    features::people::model::User,
    model::{error::AppError, ids::UserId},
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The caller, as the server knows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    pub id: UserId,
    pub name: String,
    pub hue: u8,
    /// Public tag of the session.
    pub session: String,
}

/// Enters with a name: a new person, a new session, a member of General.
///
/// # Errors
/// `bad_input` (name), `name_taken`, `too_fast`.
#[server(name = Enter, prefix = "/api", endpoint = "auth/enter")]
pub async fn enter(#[server(default)] name: String) -> Result<User, AppError> {
    use crate::{features::people::names, model::error::Reason, request::admit::admit_anyone};
    let (services, caller) = admit_anyone::<Enter>()?;
    if name.is_empty() {
        return Err(AppError::bad_input("name", Reason::Empty));
    }
    let name = names::check(&name).map_err(|reason| AppError::bad_input("name", reason))?;
    super::server::session::enter(&services, &caller, name).await
}

/// Returns who the session's owner is.
///
/// # Errors
/// `not_entered` without a session, also after it has ended.
#[server(name = WhoAmI, prefix = "/api", endpoint = "auth/me")]
pub async fn me() -> Result<Me, AppError> {
    use crate::{features::people::store::people, model::error::Code, request::admit::admit};
    let call = admit::<WhoAmI>()?;
    let mut found = people(&call.services.db, vec![call.user]).await?;
    let User { id, name, hue, .. } = found.pop().ok_or(AppError::new(Code::NotEntered))?;
    Ok(Me { id, name, hue, session: call.session.tag.to_string() })
}

/// Ends the session and its streams.
///
/// # Errors
/// `not_entered` where there is no session to end.
#[server(name = Leave, prefix = "/api", endpoint = "auth/leave")]
pub async fn leave() -> Result<(), AppError> {
    let call = crate::request::admit::admit::<Leave>()?;
    super::server::session::leave(&call.services, &call.caller, &call.session).await
}
