//! Beginning and ending a session: the acts that touch store, sessions, streams and cookie together.

use super::entering::{Entered, Entering};
use crate::{
    features::{
        accounts::{model::SessionInfo, store},
        people::{model::User, names::CheckedName},
    },
    model::error::{AppError, AppResult, Code},
    request::{
        address::counted,
        caller::{Caller, answer_with},
        services::Services,
    },
    sessions::{
        cache::Session,
        store::{NewSession, OwnSession, own_sessions},
        token::{ACCOUNT_LIFETIME, LIFETIME, Token, random_hex},
    },
};
use axum::http::{header::USER_AGENT, request::Parts};
use leptos::prelude::use_context;
use std::{
    future::Future,
    sync::{Arc, LazyLock},
};

/// Characters of a browser's own name that are kept with its session.
const MAX_AGENT: usize = 200;

/// The browsers of this process that have entered a moment ago. Marks are random, so those of several servers do not meet.
static ENTERING: LazyLock<Entering> = LazyLock::new(Entering::default);

/// Makes a person and their session; a session that the browser had before ends, once the new one is sure. Two posts of one
/// browser at once are one.
///
/// # Errors
/// `entry_closed`, `name_taken`; those of the store.
pub async fn enter(services: &Services, caller: &Caller, name: CheckedName) -> AppResult<User> {
    let own = caller.session.as_ref().map(|session| session.user);
    let begin = |name: CheckedName| async move {
        let token = Token::new()?;
        let session = named_session(caller, &token)?;
        let user = store::enter(&services.db, &services.hooks, name, session, own).await?;
        Ok(Entered { user, token: Arc::new(token) })
    };
    // Somebody with a session means to become another person.
    let mark = caller.enter_mark.as_deref().filter(|_| own.is_none());
    let entered = ENTERING.once(mark, name, begin).await?;
    give(services, caller, &entered.token, LIFETIME).await;
    Ok(entered.user)
}

/// Begins the session of a person with an account, by `work`. A session that the browser had before ends, once the new one is
/// on disk: so its id is another one after every authentication.
///
/// # Errors
/// Those of `work`.
pub async fn begin<F: Future<Output = AppResult<User>>>(
    services: &Services,
    caller: &Caller,
    work: impl FnOnce(NewSession) -> F,
) -> AppResult<User> {
    let token = Token::new()?;
    let user = work(new_session(&token, ACCOUNT_LIFETIME)?).await?;
    give(services, caller, &token, ACCOUNT_LIFETIME).await;
    Ok(user)
}

/// As [`begin`], for a person without an account.
///
/// # Errors
/// Those of `work`.
pub async fn begin_named<F: Future<Output = AppResult<User>>>(
    services: &Services,
    caller: &Caller,
    work: impl FnOnce(NewSession) -> F,
) -> AppResult<User> {
    let token = Token::new()?;
    let user = work(named_session(caller, &token)?).await?;
    give(services, caller, &token, LIFETIME).await;
    Ok(user)
}

/// The session of a person without an account, which notes the address: a ban closes it too.
fn named_session(caller: &Caller, token: &Token) -> AppResult<NewSession> {
    Ok(NewSession { address: Some(counted(caller.address).to_string()), ..new_session(token, LIFETIME)? })
}

fn new_session(token: &Token, lifetime: u64) -> AppResult<NewSession> {
    Ok(NewSession { hash: token.hash(), tag: random_hex(8)?, lifetime, agent: agent(), address: None })
}

/// Gives a session that is on disk to the browser, and ends the one it had before.
async fn give(services: &Services, caller: &Caller, token: &Token, lifetime: u64) {
    answer_with(services.session_cookie.give(token.as_str(), lifetime, caller.secure));
    if let Some(before) = &caller.session {
        // If the old one cannot be deleted there yet, it is dead here, and that is tried again.
        let _ = end(services, before).await;
    }
}

/// The browser of this request, as it calls itself.
fn agent() -> String {
    let parts = use_context::<Parts>();
    let agent = parts.as_ref().and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok()).unwrap_or_default();
    agent.chars().filter(|c| !c.is_control()).take(MAX_AGENT).collect()
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

/// Returns the live sessions of a session's owner.
///
/// # Errors
/// Those of the store.
pub async fn list(services: &Services, session: &Session) -> AppResult<Vec<SessionInfo>> {
    let own = own_sessions(&services.db, session.user, services.now()).await?;
    let info = |one: OwnSession| {
        let OwnSession { hash, tag, created, seen, agent } = one;
        SessionInfo { tag, created, seen, agent, current: hash == session.hash }
    };
    Ok(own.into_iter().map(info).collect())
}

/// Ends the session with this tag, of the owner of `session`.
///
/// # Errors
/// `not_found` for none of theirs; those of the store.
pub async fn end_by_tag(services: &Services, caller: &Caller, session: &Session, tag: &str) -> AppResult<()> {
    if *session.tag == *tag {
        return leave(services, caller, session).await;
    }
    let own = own_sessions(&services.db, session.user, services.now()).await?;
    let one = own.into_iter().find(|one| one.tag == tag).ok_or(AppError::new(Code::NotFound))?;
    services.sessions.revoke(one.hash);
    services.hub.end_session(&one.tag);
    services.sessions.end(one.hash).await
}

async fn end(services: &Services, session: &Session) -> AppResult<()> {
    // First in memory, so that it holds whatever the store says: a stream that registers now asks again and finds it dead.
    services.sessions.revoke(session.hash);
    services.hub.end_session(&session.tag);
    services.sessions.end(session.hash).await
}
