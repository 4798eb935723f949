//! Setting up: the token of the set-up link, and the one owner that it makes.

use super::{hashing, passwords, session::begin};
use crate::{
    features::{
        accounts::{
            handles::CheckedHandle,
            store::{self, NewAccount, NewOwner},
        },
        people::{model::User, names::CheckedName},
    },
    model::error::AppResult,
    request::{caller::Caller, services::Services},
    sessions::token::{Token, TokenHash},
};

/// Draws the token of the set-up link; the one before is no longer good. None where there is an owner.
///
/// # Errors
/// Those of the store; `internal` where the system gives no randomness.
pub async fn new_token(services: &Services) -> AppResult<Option<Token>> {
    let token = Token::new()?;
    Ok(store::renew_set_up(&services.db, token.hash()).await?.then_some(token))
}

/// What somebody sets a workspace up with, checked as far as it can be without the store.
pub struct Request {
    pub token: TokenHash,
    pub workspace: String,
    pub name: CheckedName,
    pub handle: CheckedHandle,
    pub password: String,
}

/// Names the workspace and makes its owner, with a session.
///
/// # Errors
/// `not_found`, `gone`, `handle_taken`, `weak_password`, `busy`; those of the store.
pub async fn set_up(services: &Services, caller: &Caller, request: Request) -> AppResult<User> {
    let Request { token, workspace, name, handle, password } = request;
    let own = caller.session.as_ref().map(|session| session.user);
    // Before the work of a hash, and so that the order of the refusals is that of all calls.
    let wanted = handle.clone();
    services.db.read(move |read| store::require_set_up(read, &token, &wanted)).await?;
    passwords::check("password", &password, &[&name.name, &handle.handle])?;
    let account = NewAccount { handle, password: hashing::hash(password).await?, email: None };
    let new = NewOwner { token, workspace, name, account, own };
    begin(services, caller, |session| store::set_up(&services.db, &services.hooks, new, session)).await
}
