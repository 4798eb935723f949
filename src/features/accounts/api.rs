//! Server functions of accounts: `/api/auth/*` and `/api/setup/*`.

use super::model::{NewRecovery, SessionInfo};
use crate::{
    features::people::model::User,
    model::{argument::Argument, error::AppError, ids::UserId},
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
/// `bad_input` (name), `entry_closed`, `name_taken`, `too_fast`.
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
    let mut found = people(&call.services.db, call.user, vec![call.user]).await?;
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

/// Makes the owner of a workspace that has none, and names the workspace. Somebody who has entered with a name alone becomes the
/// owner themselves.
///
/// # Errors
/// `bad_input` (token, workspace, name, handle, password), `not_found` once there is an owner, `gone` (another token than the
/// newest), `handle_taken`, `weak_password`, `too_fast`, `busy`.
#[server(name = SetUp, prefix = "/api", endpoint = "setup/create")]
pub async fn set_up(
    #[server(default)] token: String,
    #[server(default)] workspace: String,
    #[server(default)] name: String,
    #[server(default)] handle: String,
    #[server(default)] password: String,
) -> Result<User, AppError> {
    use super::{
        handles,
        server::{passwords, setup},
    };
    use crate::{
        features::{people::names, workspace::store::check_name},
        model::error::Reason,
        request::admit::admit_anyone,
        sessions::token::hash_of,
    };
    let (services, caller) = admit_anyone::<SetUp>()?;
    let token = hash_of(token.trim()).ok_or_else(|| AppError::bad_input("token", Reason::Malformed))?;
    let request = setup::Request {
        token,
        workspace: check_name("workspace", &workspace)?,
        name: names::check(&name).map_err(|reason| AppError::bad_input("name", reason))?,
        handle: handles::check(&handle)?,
        password: passwords::typed("password", &password)?,
    };
    setup::set_up(&services, &caller, request).await
}

/// Signs in with a handle and a password.
///
/// # Errors
/// `bad_input` (login, password), `wrong_login`, `too_fast`, `busy`.
#[server(name = SignIn, prefix = "/api", endpoint = "auth/sign_in")]
pub async fn sign_in(#[server(default)] login: String, #[server(default)] password: String) -> Result<User, AppError> {
    use super::server::{passwords, sign_in};
    use crate::{model::error::Reason, request::admit::admit_anyone};
    let (services, caller) = admit_anyone::<SignIn>()?;
    if login.trim().is_empty() {
        return Err(AppError::bad_input("login", Reason::Empty));
    }
    sign_in::sign_in(&services, &caller, &login, passwords::typed("password", &password)?).await
}

/// Makes an account where the workspace is open, or by an invitation, whose role and rooms it gets. With an invitation of guests
/// handle and password may be left out together: that is a person without an account.
///
/// # Errors
/// `entry_closed`, `gone` (invite), `bad_input` (name, handle, password, email), `weak_password`, `handle_taken`, `name_taken`
/// without an account, `too_fast`, `busy`.
#[server(name = SignUp, prefix = "/api", endpoint = "auth/sign_up")]
pub async fn sign_up(
    #[server(default)] invite: String,
    #[server(default)] name: String,
    #[server(default)] handle: String,
    #[server(default)] password: String,
    #[server(default)] email: String,
) -> Result<User, AppError> {
    use super::server::account;
    let (services, caller) = crate::request::admit::admit_anyone::<SignUp>()?;
    let typed = account::Typed { handle, password, email };
    account::sign_up(&services, &caller, &invite, &name, typed).await
}

/// Makes an account of a person who has entered with a name alone. They keep their id, role and messages.
///
/// # Errors
/// `bad_input` (handle, password, email), `not_entered`, `forbidden` with an account, `handle_taken`, `weak_password`,
/// `too_fast`, `busy`.
#[server(name = Claim, prefix = "/api", endpoint = "auth/claim")]
pub async fn claim(
    #[server(default)] handle: String,
    #[server(default)] password: String,
    #[server(default)] email: String,
) -> Result<User, AppError> {
    use super::server::account;
    let call = crate::request::admit::admit::<Claim>()?;
    account::claim(&call.services, &call.caller, call.user, account::Typed { handle, password, email }).await
}

/// Changes one's own password. This session stays, all others end.
///
/// # Errors
/// `bad_input` (old, new), `not_entered`, `forbidden` without an account, `wrong_login`, `weak_password`, `too_fast`, `busy`.
#[server(name = ChangePassword, prefix = "/api", endpoint = "auth/password")]
pub async fn change_password(#[server(default)] old: String, #[server(default)] new: String) -> Result<(), AppError> {
    use super::server::{account, passwords};
    let call = crate::request::admit::admit::<ChangePassword>()?;
    let (old, new) = (passwords::typed("old", &old)?, passwords::typed("new", &new)?);
    account::change_password(&call.services, &call.session, old, new).await
}

/// Makes the link by which a person below chooses a new password: `/recover#` and the token. It is good for a day, once, and in
/// place of the one before.
///
/// # Errors
/// `bad_input` (user), `not_entered`, `not_found`, `forbidden` for those who do not stand above them and for a person without an
/// account, `gone` while they are deactivated.
#[server(name = MakeRecovery, prefix = "/api", endpoint = "people/recovery")]
pub async fn make_recovery(#[server(default)] user: Argument<UserId>) -> Result<NewRecovery, AppError> {
    let call = crate::request::admit::admit::<MakeRecovery>()?;
    super::store::create_recovery(&call.services.db, call.user, user.required("user")?).await
}

/// Chooses a new password with a recovery link. All sessions of the person end, and another one begins.
///
/// # Errors
/// `bad_input` (token, password), `gone` (token), `weak_password`, `too_fast`, `busy`.
#[server(name = Recover, prefix = "/api", endpoint = "auth/recover")]
pub async fn recover(#[server(default)] token: String, #[server(default)] password: String) -> Result<User, AppError> {
    use super::server::{passwords, recovery};
    let (services, caller) = crate::request::admit::admit_anyone::<Recover>()?;
    recovery::recover(&services, &caller, &token, passwords::typed("password", &password)?).await
}

/// One's own live sessions, the one used last first.
///
/// # Errors
/// `not_entered`.
#[server(name = ListSessions, prefix = "/api", endpoint = "auth/sessions")]
pub async fn sessions() -> Result<Vec<SessionInfo>, AppError> {
    let call = crate::request::admit::admit::<ListSessions>()?;
    super::server::session::list(&call.services, &call.session).await
}

/// Ends one of one's own sessions, and its streams.
///
/// # Errors
/// `bad_input` (tag), `not_entered`, `not_found`.
#[server(name = EndSession, prefix = "/api", endpoint = "auth/end_session")]
pub async fn end_session(#[server(default)] tag: String) -> Result<(), AppError> {
    use crate::model::error::Reason;
    let call = crate::request::admit::admit::<EndSession>()?;
    if tag.is_empty() {
        return Err(AppError::bad_input("tag", Reason::Missing));
    }
    super::server::session::end_by_tag(&call.services, &call.caller, &call.session, &tag).await
}

/// Ends all of one's own sessions but this one.
///
/// # Errors
/// `not_entered`.
#[server(name = EndOthers, prefix = "/api", endpoint = "auth/end_others")]
pub async fn end_others() -> Result<(), AppError> {
    let call = crate::request::admit::admit::<EndOthers>()?;
    let ended = super::store::end_others(&call.services.db, call.user, call.session.hash).await?;
    call.services.sessions_ended(&ended);
    Ok(())
}
