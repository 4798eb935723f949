//! App: what every request can reach, and the two acts that touch store, sessions, hub and cookies together.

use super::{assets::Manifest, config::Config};
use crate::{
    database::Database,
    features::{
        messages::render_cache::Shown,
        people::{model::User, names::CheckedName},
    },
    model::error::AppResult,
    request::{
        caller::{Caller, answer_with},
        cookies,
        limits::Limits,
    },
    sessions::{
        cache::{Session, Sessions, Token, random_hex},
        store,
    },
    stream::{event_stream::Facts, hub::Hub},
};
use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicBool},
    time::SystemTime,
};

/// The process's state; a clone is a reference.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What the state holds.
pub struct Parts {
    pub config: Config,
    pub db: Database,
    pub hub: Arc<Hub>,
    pub sessions: Sessions,
    pub limits: Limits,
    pub facts: Facts,
    pub manifest: Manifest,
    /// What pages have shown, for those that show it again.
    pub shown: Arc<Shown>,
    /// Something was deleted, and the log still holds it.
    pub erase: AtomicBool,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Milliseconds since 1970, by the system's clock.
    pub fn now(&self) -> u64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
    }

    /// Makes a person and their session; a session the browser had before ends.
    pub async fn enter(&self, caller: &Caller, name: CheckedName) -> AppResult<User> {
        let token = Token::new()?;
        let user =
            store::enter(&self.db, name, token.hash(), random_hex(8)?, caller.session.as_ref().map(|session| session.user.id))
                .await?;
        if let Some(before) = &caller.session {
            self.end(before).await?;
        }
        answer_with(cookies::session(token.as_str(), caller.secure));
        Ok(user)
    }

    /// Ends the caller's session and its streams.
    pub async fn leave(&self, caller: &Caller, session: &Session) -> AppResult<()> {
        answer_with(cookies::no_session(caller.secure));
        self.end(session).await
    }

    async fn end(&self, session: &Session) -> AppResult<()> {
        // First here, so that it holds with a full disk too: a stream that registers now asks again and finds it dead.
        self.sessions.kill(session.hash);
        self.hub.end_session(&session.tag);
        self.sessions.bury(session.hash).await
    }
}
