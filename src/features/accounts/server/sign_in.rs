//! Signing in with a handle and a password. Unknown handles and wrong passwords get the same words after the same time.

use super::{hashing, session::begin};
use crate::{
    features::{
        accounts::{handles, store},
        people::model::User,
    },
    model::error::{AppError, AppResult, Code},
    request::{caller::Caller, services::Services},
};

/// Begins a session of the account with the handle `login`.
///
/// # Errors
/// `wrong_login`, `too_fast` after too many wrong passwords of one account, `busy`; those of the store.
pub async fn sign_in(services: &Services, caller: &Caller, login: &str, password: String) -> AppResult<User> {
    let handle = handles::fold(login);
    // Counted before the work, so that many at once are no more than many after each other. It counts unknown handles alike.
    let attempt = services.limits.sign_in(&handle)?;
    let found = store::login(&services.db, handle.clone()).await?;
    let stored = found.as_ref().map(|login| login.hash.clone());
    let is_right = hashing::verify(password, stored).await?;
    let Some(login) = found.filter(|_| is_right) else { return Err(AppError::new(Code::WrongLogin)) };
    let user = begin(services, caller, |session| store::sign_in(&services.db, login, session)).await?;
    attempt.forget();
    Ok(user)
}
