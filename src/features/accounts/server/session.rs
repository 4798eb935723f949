//! Beginning and ending a session: the acts that touch store, sessions, streams and cookie together.

use crate::{
    features::{
        accounts::store,
        people::{model::User, names::CheckedName},
    },
    model::error::AppResult,
    request::{
        caller::{Caller, answer_with},
        cookies,
        services::Services,
    },
    sessions::{
        cache::Session,
        token::{Token, random_hex},
    },
};

/// Makes a person and their session; a session that the browser had before ends.
///
/// # Errors
/// `name_taken`; those of the store.
pub async fn enter(services: &Services, caller: &Caller, name: CheckedName) -> AppResult<User> {
    let token = Token::new()?;
    let own = caller.session.as_ref().map(|session| session.user);
    let user = store::enter(&services.db, name, token.hash(), random_hex(8)?, own).await?;
    if let Some(before) = &caller.session {
        end(services, before).await?;
    }
    answer_with(cookies::session(token.as_str(), caller.secure));
    Ok(user)
}

/// Ends a session and its streams, and takes the cookie back.
///
/// # Errors
/// Those of the store; the session is dead all the same.
pub async fn leave(services: &Services, caller: &Caller, session: &Session) -> AppResult<()> {
    answer_with(cookies::no_session(caller.secure));
    end(services, session).await
}

async fn end(services: &Services, session: &Session) -> AppResult<()> {
    // First here, so that it holds with a full disk too: a stream that registers now asks again and finds it dead.
    services.sessions.revoke(session.hash);
    services.hub.end_session(&session.tag);
    services.sessions.delete_persisted(session.hash).await
}
