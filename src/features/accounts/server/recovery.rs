//! Coming back with a recovery link: a new password, and all other sessions end.

use super::{hashing, passwords, session::begin};
use crate::{
    features::{accounts::store, people::model::User},
    model::error::{AppError, AppResult, Reason},
    request::{caller::Caller, services::Services},
    sessions::token::hash_of,
};

/// Sets the password of the person whose link `token` is of, and begins their session.
///
/// # Errors
/// As of [`Recover`](crate::features::accounts::api::Recover).
pub async fn recover(services: &Services, caller: &Caller, token: &str, password: String) -> AppResult<User> {
    let hash = match token.trim() {
        "" => return Err(AppError::bad_input("token", Reason::Missing)),
        // What cannot be a token is a wrong one.
        token => hash_of(token).ok_or_else(store::gone)?,
    };
    let now = services.now();
    // Before the work of a hash, and so that the order of the refusals is that of all calls.
    let person = services.db.read(move |read| store::find_recovery(read, hash, now)).await?;
    let handle = person.handle.unwrap_or_default();
    passwords::check("password", &password, &[&person.name, &handle])?;
    let password = hashing::hash(password).await?;
    let mut ended = Vec::new();
    let gone = &mut ended;
    let user = begin(services, caller, |session| async move {
        let (user, sessions) = store::recover(&services.db, hash, password, session).await?;
        *gone = sessions;
        Ok(user)
    })
    .await?;
    services.sessions_ended(&ended);
    Ok(user)
}
