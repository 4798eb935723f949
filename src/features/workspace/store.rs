//! SQL of the workspace; and one snapshot of what people, rooms and the other features give to a page.

#[cfg(test)]
mod tests;

use super::model::{Entry, MAX_NAME, WorkspaceState};
use crate::{
    database::{self, Audience, Bind, Cell, Column, Database, Read, Write, params},
    features::{
        people::{self, names::tidy},
        rooms::{
            self,
            model::{MemberList, Room},
        },
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{RoomId, Seq, UserId},
        initial_data::{InitialScreen, Workspace},
        things::Event,
    },
    request::{
        hooks::{Hooks, PageRequest},
        rights::{Action, Person, may},
        services::Services,
    },
    sessions::cache::Session,
};
use std::sync::Arc;

/// Numbers from 1 on.
impl Bind for Entry {
    fn bind(&self) -> Cell<'_> {
        Cell::Number(*self as u64 + 1)
    }
}

impl Column for Entry {
    fn column(cell: Cell<'_>) -> Option<Self> {
        let number = usize::column(cell)?;
        Self::ALL.get(number.checked_sub(1)?).copied()
    }
}

/// Returns a workspace's name as it is stored: 1–64 characters, the same ones as in a room's.
///
/// # Errors
/// `bad_input`, naming `field`.
pub fn check_name(field: &str, text: &str) -> AppResult<String> {
    tidy(text, MAX_NAME).map_err(|reason| AppError::bad_input(field, reason))
}

/// Returns the newest state of the workspace.
pub(crate) fn state(read: &Read<'_>) -> database::Result<WorkspaceState> {
    const STATE: &str = "SELECT seq, name, entry FROM workspace WHERE id = 1";
    let state = read.row(STATE, &[], |row| Ok(WorkspaceState { seq: row.get(0)?, name: row.get(1)?, entry: row.get(2)? }))?;
    // The start makes it.
    Ok(state.unwrap_or_default())
}

/// Returns who may come in.
///
/// # Errors
/// Those of the store.
pub async fn entry(db: &Database) -> AppResult<Entry> {
    db.read(|read| Ok(state(read)?.entry)).await
}

/// Makes the workspace of a new store. It takes no number, since nobody has seen it otherwise.
///
/// # Errors
/// Those of the store.
pub async fn begin(db: &Database, entry: Entry) -> AppResult<()> {
    const BEGIN: &str = "INSERT INTO workspace (id, seq, name, entry) VALUES (1, 0, ?1, ?2) ON CONFLICT (id) DO NOTHING";
    db.write(move |write| Ok(write.later(BEGIN, &params![crate::i18n::PRODUCT, entry])?)).await
}

/// Changes the workspace for `user`. What it is already changes nothing and takes no number.
///
/// # Errors
/// `forbidden` for everyone but owners.
pub async fn update(db: &Database, user: UserId, name: Option<String>, entry: Option<Entry>) -> AppResult<WorkspaceState> {
    db.write(move |write| {
        may(Person::from(&people::store::active(write, user)?), Action::UpdateWorkspace)?;
        Ok(set(write, name, entry)?)
    })
    .await
}

/// Writes and publishes the workspace's name and entry, as a part of the transaction of `write`.
pub(crate) fn set(write: &mut Write<'_>, name: Option<String>, entry: Option<Entry>) -> database::Result<WorkspaceState> {
    const SET: &str = "UPDATE workspace SET seq = ?1, name = ?2, entry = ?3 WHERE id = 1";
    let before = state(write)?;
    let after =
        WorkspaceState { seq: Seq(0), name: name.unwrap_or_else(|| before.name.clone()), entry: entry.unwrap_or(before.entry) };
    if (&after.name, after.entry) == (&before.name, before.entry) {
        return Ok(before);
    }
    let after = WorkspaceState { seq: write.next_seq()?, ..after };
    write.later(SET, &params![after.seq, after.name, after.entry])?;
    write.publish(Event::Workspace(after.clone()), Audience::Everyone)?;
    Ok(after)
}

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
    let workspace = state(read)?;
    let (rooms, joined) = (rooms::store::visible(read, session.user)?, rooms::store::joined_rooms(read, session.user)?);
    let admin_of = rooms::store::admin_of(read, session.user)?;
    let place = screen(&rooms, &joined)?;
    let beside = hooks.page(read, &PageRequest { user: session.user, room: place.room() })?;
    let (session, store) = (session.tag.to_string(), store.to_owned());
    let (members, subscriptions, next, users) = (Vec::new(), Vec::new(), None, Vec::new());
    Ok(Workspace {
        workspace,
        me,
        session,
        store,
        head,
        rooms,
        joined,
        admin_of,
        members,
        subscriptions,
        next,
        users,
        place,
        beside,
    })
}

/// Reads the workspace without any messages, with one's own memberships, or with a page of those of a room: its id, the person
/// after whom the page begins, and how many it has at most.
///
/// # Errors
/// As [`read`]; `not_found` for a room that the person is not in.
pub async fn fetch(services: &Services, session: Arc<Session>, of: Option<(RoomId, UserId, u32)>) -> AppResult<Workspace> {
    let (hooks, store) = (services.hooks.clone(), services.db.store_id().to_owned());
    let no_screen = |_: &[Room], _: &[RoomId]| Ok(InitialScreen::Rooms);
    let fetch = move |snapshot: &Read<'_>| {
        let workspace = read(snapshot, &hooks, &session, &store, no_screen)?;
        let MemberList { items: members, next } = match of {
            Some((room, after, limit)) => rooms::store::read_members(snapshot, session.user, room, after, limit)?,
            None => MemberList { items: rooms::store::own_memberships(snapshot, session.user)?, next: None },
        };
        let subscriptions = workspace.beside.subscriptions.clone();
        Ok(Workspace { members, next, subscriptions, ..workspace })
    };
    services.db.read(fetch).await
}
