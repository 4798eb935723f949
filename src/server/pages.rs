//! Pages: what each URL is made from. Without a session every page but `/enter` answers 302 to `/enter`.

use super::{shell, state::App, zone::zone};
use crate::{
    database::Read,
    features::{
        messages::{
            model::{PAGE, Stretch},
            render_cache::Shown,
            store as messages,
        },
        people::{model::User, store as people},
        rooms::store as rooms,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, MessageId, RoomId, UserId},
        initial_data::{Boot, Place, View, Workspace},
    },
    request::{answer, caller::Caller, cookies},
    sessions::cache::Session,
};
use axum::{
    Extension,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Members besides the authors that a room's page knows by name from the start.
const LIKELY: usize = 50;

/// A 302 to one of our own paths.
pub fn see(path: &str) -> Response {
    let location = HeaderValue::try_from(path).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"))])
        .into_response()
}

/// Who has no session goes to the door; where the store does not answer nobody can tell, and the page says so.
fn door(app: &App, caller: &Caller, error: &AppError) -> Response {
    if error.code == Code::NotEntered { see("/enter") } else { answer::error_page(app, caller, error, "") }
}

/// `GET /`: the room one was in last.
pub async fn home(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    let session = match caller.require_session() {
        Ok(session) => session,
        Err(error) => return door(&app, &caller, &error),
    };
    // The cookie may be somebody else's who used this browser before.
    let room = match (caller.room, rooms::joined(&app.db, session.user.id).await) {
        (Some(last), Ok(joined)) if joined.contains(&last) => last,
        _ => GENERAL,
    };
    see(&format!("/rooms/{room}"))
}

/// `GET /enter`
pub async fn enter(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    if caller.session.is_some() {
        return see("/");
    }
    render(&app, &caller, View::Enter, app.now(), StatusCode::OK)
}

/// `GET /rooms`
pub async fn list(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    let session = match caller.require_session() {
        Ok(session) => session.clone(),
        Err(error) => return door(&app, &caller, &error),
    };
    let made = workspace(&app, &session, Wanted::Place(Place::Rooms)).await;
    finish(&app, &caller, made)
}

/// Where in a room's history to begin.
#[derive(Debug, Default, Deserialize)]
pub struct History {
    before: Option<String>,
}

/// `GET /rooms/{id}` and `GET /rooms/{id}?before={message}`
pub async fn room(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    id: Result<Path<String>, PathRejection>,
    history: Result<Query<History>, QueryRejection>,
) -> Response {
    let session = match caller.require_session() {
        Ok(session) => session.clone(),
        Err(error) => return door(&app, &caller, &error),
    };
    let before = history.ok().and_then(|Query(history)| history.before);
    let stretch = match before.as_deref().map(str::parse) {
        None => Some(Stretch::Newest),
        Some(Ok(message)) => Some(Stretch::Before(message)),
        Some(Err(_)) => None,
    };
    let wanted = match (id.map(|Path(id)| id.parse()), stretch) {
        (Ok(Ok(room)), Some(stretch)) => Wanted::Room(room, stretch),
        _ => Wanted::Place(Place::Missing),
    };
    let made = workspace(&app, &session, wanted).await;
    finish(&app, &caller, made)
}

/// `GET /rooms/{id}/{message}`
pub async fn permalink(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Response {
    let session = match caller.require_session() {
        Ok(session) => session.clone(),
        Err(error) => return door(&app, &caller, &error),
    };
    let wanted = match ids.map(|Path((room, message))| (room.parse(), message.parse())) {
        Ok((Ok(room), Ok(message))) => Wanted::Room(room, Stretch::Around(message)),
        _ => Wanted::Place(Place::Missing),
    };
    let made = workspace(&app, &session, wanted).await;
    finish(&app, &caller, made)
}

/// Any other path.
pub async fn missing(State(app): State<App>, Extension(caller): Extension<Caller>) -> Response {
    let session = match caller.require_session() {
        Ok(session) => session.clone(),
        Err(error) => return door(&app, &caller, &error),
    };
    let made = workspace(&app, &session, Wanted::Place(Place::Missing)).await;
    finish(&app, &caller, made)
}

enum Wanted {
    Place(Place),
    Room(RoomId, Stretch),
}

async fn workspace(app: &App, session: &Session, wanted: Wanted) -> AppResult<Workspace> {
    let me = session.user.clone();
    let (reader, shown, key) = (me.id, app.shown.clone(), crate::sessions::cache::random_hex(16)?);
    // One hop to a reader and one snapshot: what comes above its head comes by the stream.
    let read = move |read: &Read<'_>| {
        let (rooms, joined) = (rooms::all(read)?, rooms::joined_rooms(read, reader)?);
        let (place, users) = match wanted {
            Wanted::Place(place) => (place, Vec::new()),
            Wanted::Room(room, stretch) if joined.contains(&room) => in_room(read, &shown, reader, room, stretch, key)?,
            Wanted::Room(room, _) if rooms.iter().any(|one| one.id == room) => (Place::NotJoined { room }, Vec::new()),
            Wanted::Room(..) => (Place::Missing, Vec::new()),
        };
        Ok((read.head()?, rooms, joined, place, users))
    };
    let (head, rooms, joined, place, users) = app.db.read(read).await?;
    let store = app.db.store_id().to_owned();
    Ok(Workspace { me, session: session.tag.to_string(), store, head, rooms, joined, users, place })
}

fn in_room(
    read: &Read<'_>,
    shown: &Shown,
    me: UserId,
    room: RoomId,
    stretch: Stretch,
    key: String,
) -> AppResult<(Place, Vec<User>)> {
    // A message named by the address and 25 on either side of it (UX 5).
    let limit = if matches!(stretch, Stretch::Around(_)) { PAGE + 1 } else { PAGE };
    let page = messages::visible_page(read, shown, me, room, stretch, limit)?;
    let target: Option<MessageId> = match stretch {
        Stretch::Around(message) => Some(message),
        _ => None,
    };
    if target.is_some_and(|target| !page.messages.iter().any(|message| message.id == target && !message.deleted)) {
        return Ok((Place::Missing, Vec::new()));
    }
    let mut users = people::likely_speakers(read, room, LIKELY)?;
    let known: BTreeSet<UserId> = users.iter().map(|user| user.id).collect();
    let authors: BTreeSet<UserId> = page.messages.iter().map(|message| message.author).collect();
    let unknown: Vec<u64> = authors.difference(&known).map(|author| author.0).collect();
    users.extend(people::users(read, &unknown)?);
    Ok((Place::Room { room, page, target, key }, users))
}

fn finish(app: &App, caller: &Caller, made: AppResult<Workspace>) -> Response {
    let workspace = match made {
        Ok(workspace) => workspace,
        Err(error) => return answer::error_page(app, caller, &error, ""),
    };
    let now = app.now();
    let mut oldest = now;
    let mut room = None;
    let mut status = StatusCode::OK;
    match &workspace.place {
        Place::Room { room: here, page, .. } => {
            room = Some(*here);
            oldest = page.messages.first().map_or(now, |message| message.at);
        }
        Place::Missing => status = StatusCode::NOT_FOUND,
        _ => {}
    }
    let mut response = render(app, caller, View::Workspace(Box::new(workspace)), oldest, status);
    // Only where it changes: a page that sets a cookie is no page a browser keeps for Back.
    if let Some(room) = room.filter(|room| caller.room != Some(*room)) {
        response.headers_mut().append(header::SET_COOKIE, cookies::preference("room", &room.to_string(), caller.secure));
    }
    response
}

fn render(app: &App, caller: &Caller, view: View, oldest: u64, status: StatusCode) -> Response {
    let now = app.now();
    let zone = zone(caller.zone.as_deref(), oldest, now);
    let build = app.facts.build.to_string();
    let boot = Boot { lang: caller.lang, theme: caller.theme, zone, now, build, view };
    shell::page(app, boot, status).unwrap_or_else(|error| answer::error_page(app, caller, &error, ""))
}
