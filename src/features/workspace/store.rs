//! Reads the workspace: one snapshot of what people, rooms and the other features give to a page.

use crate::{
    database::Read,
    features::{
        people,
        rooms::{self, model::Room},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::RoomId,
        initial_data::{InitialScreen, Workspace},
    },
    request::{
        hooks::{Hooks, PageRequest},
        services::Services,
    },
    sessions::cache::Session,
};
use std::sync::Arc;

/// Reads the workspace of a session's person, with no people but that one. `screen` reads what the page shows, of all rooms and
/// those that the person is a member of. Everything above the head comes by the stream.
///
/// # Errors
/// `not_entered` where the person is gone; those of `screen` and of the store.
pub fn read(
    read: &Read<'_>,
    hooks: &Hooks,
    session: &Session,
    store: &str,
    screen: impl FnOnce(&[Room], &[RoomId]) -> AppResult<InitialScreen>,
) -> AppResult<Workspace> {
    let head = read.head()?;
    let me = people::store::user(read, session.user)?.ok_or(AppError::new(Code::NotEntered))?;
    let (rooms, joined) = (rooms::store::all(read)?, rooms::store::joined_rooms(read, session.user)?);
    let place = screen(&rooms, &joined)?;
    let beside = hooks.page(read, &PageRequest { user: session.user, room: place.room() })?;
    let (session, store) = (session.tag.to_string(), store.to_owned());
    Ok(Workspace { me, session, store, head, rooms, joined, users: Vec::new(), place, beside })
}

/// Reads the workspace without any messages.
///
/// # Errors
/// As [`read`].
pub async fn fetch(services: &Services, session: Arc<Session>) -> AppResult<Workspace> {
    let (hooks, store) = (services.hooks.clone(), services.db.store_id().to_owned());
    let no_screen = |_: &[Room], _: &[RoomId]| Ok(InitialScreen::Rooms);
    services.db.read(move |snapshot| read(snapshot, &hooks, &session, &store, no_screen)).await
}
