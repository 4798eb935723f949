//! Beginning and ending a session: the acts that touch store, sessions, streams and cookie together.

use super::entering::{Entered, Entering};
use crate::{
    features::{
        accounts::store,
        people::{model::User, names::CheckedName},
    },
    model::error::AppResult,
    request::{
        caller::{Caller, answer_with},
        services::Services,
    },
    sessions::{
        cache::Session,
        token::{Token, random_hex},
    },
};
use std::sync::{Arc, LazyLock};

/// The browsers of this process that have entered a moment ago. Marks are random, so those of several servers do not meet.
static ENTERING: LazyLock<Entering> = LazyLock::new(Entering::default);

/// Makes a person and their session; a session that the browser had before ends, once the new one is sure. Two posts of one
/// browser at once are one.
///
/// # Errors
/// `name_taken`; those of the store.
pub async fn enter(services: &Services, caller: &Caller, name: CheckedName) -> AppResult<User> {
    let own = caller.session.as_ref().map(|session| session.user);
    let begin = |name: CheckedName| async move {
        let token = Token::new()?;
        let user = store::enter(&services.db, name, token.hash(), random_hex(8)?, own).await?;
        Ok(Entered { user, token: Arc::new(token) })
    };
    // Somebody with a session means to become another person.
    let mark = caller.enter_mark.as_deref().filter(|_| own.is_none());
    let entered = ENTERING.once(mark, name, begin).await?;
    answer_with(services.session_cookie.give(entered.token.as_str(), caller.secure));
    if let Some(before) = &caller.session {
        // The new session is on disk. If the old one cannot be deleted there yet, it is dead here, and that is tried again.
        let _ = end(services, before).await;
    }
    Ok(entered.user)
}

/// Ends a session and its streams, and takes the cookie back.
///
/// # Errors
/// Those of the store; the session is dead all the same.
pub async fn leave(services: &Services, caller: &Caller, session: &Session) -> AppResult<()> {
    answer_with(services.session_cookie.take_back(caller.secure));
    ENTERING.forget(caller.enter_mark.as_deref());
    end(services, session).await
}

async fn end(services: &Services, session: &Session) -> AppResult<()> {
    // First in memory, so that it holds whatever the store says: a stream that registers now asks again and finds it dead.
    services.sessions.revoke(session.hash);
    services.hub.end_session(&session.tag);
    services.sessions.end(session.hash).await
}
