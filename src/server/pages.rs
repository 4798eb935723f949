//! Pages: what each URL is made from. Without a session every page but `/enter` answers 302 to `/enter`.

use super::{form_body::decode, plain_page, refused, shell, state::Process};
use crate::{
    database::Read,
    features::{
        accounts::api::Enter,
        messages::{
            model::{PAGE, PageRange},
            render_cache::RenderCache,
            store as messages,
        },
        people::{
            model::{Role, User},
            store as people,
        },
        rooms::{
            api::{CreateRoom, RenameRoom},
            model::{Room, RoomKind},
            store as rooms,
        },
        workspace::{model::Entry, store as workspace},
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{GENERAL, MessageId, RoomId, UserId},
        initial_data::{Boot, InitialScreen, Missing, RefusedForm, View, Workspace},
        route::Route,
    },
    request::{
        answer,
        caller::Caller,
        cookies,
        endpoint::Need,
        hooks::Hooks,
        plain::PlainPage,
        refusals::{Fields, Refusal, field},
        zone::zone,
    },
    sessions::{cache::Session, token::random_hex},
};
use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use server_fn::ServerFn;
use std::{collections::BTreeSet, sync::Arc};

/// Members besides those shown that a room's page knows by name from the start.
const LIKELY: usize = 50;

/// Answers 302 to a page.
pub fn redirect(route: Route) -> Response {
    // An address is ASCII without control characters.
    let location = HeaderValue::try_from(route.to_string()).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::FOUND, [(header::LOCATION, location), (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"))])
        .into_response()
}

/// `GET` of every page. Without a session every page but `/enter` leads there.
pub async fn page(State(app): State<Process>, Extension(caller): Extension<Caller>, uri: Uri) -> Response {
    let Some(route) = canonical(uri.path()) else { return missing(&app, &caller).await };
    if route.to_string() != uri.path() {
        return moved(route, uri.query());
    }
    let query = decode(uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
    let tag = caller.session.as_ref().map(|session| &*session.tag);
    if let Some(refusal) = field(&query, "refused").and_then(|token| app.refusals.get(token, tag, app.now())) {
        return refused(&app, &caller, &refusal, true).await;
    }
    let plain = plain_page::find(route);
    if route == Route::Enter {
        return enter(&app, &caller).await;
    }
    if let Some(page) = plain.filter(|page| page.need == Need::Nothing) {
        return shown(&app, &caller, page, (route, query), None).await;
    }
    let session = match caller.require_session() {
        Ok(session) => session.clone(),
        Err(error) if error.code == Code::NotEntered => {
            let mut answer = redirect(Route::Enter);
            // An invitation leads to its room once its reader has a name.
            if route.room().is_some() {
                let cookie = cookies::destination(&route.to_string(), caller.secure);
                answer.headers_mut().append(header::SET_COOKIE, cookie);
            }
            return answer;
        }
        // The store does not answer, so nobody can tell; the page says that.
        Err(error) => return refused::error_page(&app, caller.reader, None, &error, None),
    };
    if let Some(page) = plain {
        return shown(&app, &caller, page, (route, query), None).await;
    }
    let request = match (route, field(&query, "before").map(str::parse)) {
        (Route::Home, _) => return home(&app, &caller, &session).await,
        (Route::Rooms, _) => WorkspaceRequest::Screen(InitialScreen::Rooms),
        (Route::Room(room), None) => WorkspaceRequest::Room(room, PageRange::Newest),
        (Route::Room(room), Some(Ok(message))) => WorkspaceRequest::Room(room, PageRange::Before(message)),
        (Route::Message(room, message), _) => WorkspaceRequest::Room(room, PageRange::Around(message)),
        _ => WorkspaceRequest::Screen(InitialScreen::Missing(Missing::Page)),
    };
    let made = read_workspace(&app, &session, request).await;
    finish(&app, &caller, made, None)
}

/// Answers with a page that starts no program, or says why it could not be made.
async fn shown(
    app: &Process,
    caller: &Caller,
    page: &PlainPage,
    asked: (Route, Fields),
    refusal: Option<Arc<Refusal>>,
) -> Response {
    match plain_page::answer(app, caller, page, asked, refusal).await {
        Ok(Ok(response)) => response,
        Ok(Err(route)) => redirect(route),
        Err(error) if error.code == Code::NotFound => missing(app, caller).await,
        Err(error) => refused::error_page(app, caller.reader, None, &error, None),
    }
}

/// Every address that is none of ours, whatever the method: what is there under another address is redirected.
pub async fn elsewhere(State(app): State<Process>, Extension(caller): Extension<Caller>, request: Request) -> Response {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    match canonical(request.uri().path()) {
        Some(route) if reads => moved(route, request.uri().query()),
        _ if reads && (caller.session.is_some() || answer::wants_html(request.headers())) => missing(&app, &caller).await,
        _ => answer::error(AppError::new(Code::NotFound), caller.reader.lang),
    }
}

/// Reads a path that may have a slash too many, or zeros before a number.
fn canonical(path: &str) -> Option<Route> {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    Route::from_path(&format!("/{}", parts.join("/")))
}

/// Answers 308 to the one address of a page.
fn moved(route: Route, query: Option<&str>) -> Response {
    let mut response = redirect(route);
    let address = query.map(|query| format!("{route}?{query}")).and_then(|address| HeaderValue::try_from(address).ok());
    if let Some(address) = address {
        response.headers_mut().insert(header::LOCATION, address);
    }
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    response
}

/// Answers 404: with the rooms beside it for somebody who has entered.
async fn missing(app: &Process, caller: &Caller) -> Response {
    match &caller.session {
        Some(session) => {
            let made = read_workspace(app, session, WorkspaceRequest::Screen(InitialScreen::Missing(Missing::Page))).await;
            finish(app, caller, made, None)
        }
        None => refused::error_page(app, caller.reader, None, &AppError::new(Code::NotFound), Some(Route::Home)),
    }
}

/// Leads to the room that was open last.
async fn home(app: &Process, caller: &Caller, session: &Session) -> Response {
    // The cookie may be somebody else's who used this browser before.
    let joined = match rooms::joined(&app.db, session.user).await {
        Ok(joined) => joined,
        Err(_) => return redirect(Route::Room(GENERAL)),
    };
    // A guest may not be in General, or in no room at all.
    let room = [caller.room, Some(GENERAL)].into_iter().flatten().find(|room| joined.contains(room));
    redirect(room.or(joined.first().copied()).map_or(Route::Rooms, Route::Room))
}

/// Answers a refused form with the page that it came from, where that shows it again, else with a small page. `live`: the page
/// starts the program; one that only leads on to the address of the refusal does not.
pub async fn refused(app: &Process, caller: &Caller, refusal: &Arc<Refusal>, live: bool) -> Response {
    let small = || refused::form_page(app, caller.reader, refusal);
    let Some(path) = refusal.row.map(|row| row.path) else { return small() };
    let error = refusal.error.clone().spoken(caller.reader.lang);
    let name = field(&refusal.fields, "name").unwrap_or_default().to_owned();
    let kind = field(&refusal.fields, "kind").and_then(|kind| kind.parse().ok()).unwrap_or_default();
    let form = Refused { form: RefusedForm { path: path.to_owned(), name, kind, error }, live };
    // Where nobody enters with a name alone, the page to sign in stands in the place of the enter page.
    let back = match (path, refusal.error.code) {
        (Enter::PATH, Code::EntryClosed) => Route::SignIn,
        _ => refusal.back,
    };
    let is_seen = |page: &&PlainPage| page.shows_refusals && (page.need == Need::Nothing || caller.session.is_some());
    if let Some(page) = plain_page::find(back).filter(is_seen) {
        let response = shown(app, caller, page, (back, Fields::new()), Some(refusal.clone())).await;
        // Somebody for whom there is no such page is told all the same what was refused.
        return if response.status() == StatusCode::NOT_FOUND { small() } else { response };
    }
    let request = match (path, refusal.back, &caller.session) {
        (Enter::PATH, _, None) => return enter_page(app, caller, Some(form)),
        (CreateRoom::PATH, ..) => WorkspaceRequest::Screen(InitialScreen::Rooms),
        (RenameRoom::PATH, Route::Room(room), _) => WorkspaceRequest::Room(room, PageRange::Newest),
        _ => return small(),
    };
    let Some(session) = &caller.session else { return small() };
    match read_workspace(app, session, request).await {
        Ok(workspace) if path == CreateRoom::PATH || is_renamed_here(&workspace) => {
            finish(app, caller, Ok(workspace), Some(form))
        }
        _ => small(),
    }
}

/// A refused form as its page shows it.
struct Refused {
    form: RefusedForm,
    live: bool,
}

/// Whether the page has the form for a new name of its room.
fn is_renamed_here(workspace: &Workspace) -> bool {
    let room = workspace.place.room();
    let runs_all = matches!(workspace.me.role, Role::Owner | Role::Admin);
    let found = workspace.rooms.iter().find(|one| Some(one.id) == room);
    found.is_some_and(|room| workspace.admin_of.contains(&room.id) || runs_all && room.kind == RoomKind::Open)
}

async fn enter(app: &Process, caller: &Caller) -> Response {
    if caller.session.is_some() {
        return redirect(Route::Home);
    }
    match workspace::entry(&app.db).await {
        Ok(Entry::Open) => enter_page(app, caller, None),
        Ok(_) => match plain_page::find(Route::SignIn) {
            Some(page) => shown(app, caller, page, (Route::SignIn, Fields::new()), None).await,
            None => missing(app, caller).await,
        },
        Err(error) => refused::error_page(app, caller.reader, None, &error, None),
    }
}

fn enter_page(app: &Process, caller: &Caller, refused: Option<Refused>) -> Response {
    let mut response = render(app, caller, View::Enter, app.now(), StatusCode::OK, refused);
    // Once a browser: a page that sets a cookie is no page a browser keeps for Back.
    if caller.enter_mark.is_none()
        && let Ok(mark) = random_hex(16)
    {
        response.headers_mut().append(header::SET_COOKIE, cookies::enter_mark(&mark, caller.secure));
    }
    response
}

enum WorkspaceRequest {
    Screen(InitialScreen),
    Room(RoomId, PageRange),
}

async fn read_workspace(app: &Process, session: &Arc<Session>, request: WorkspaceRequest) -> AppResult<Workspace> {
    let (cache, hooks, session) = (app.render_cache.clone(), app.hooks.clone(), session.clone());
    let (store, key) = (app.db.store_id().to_owned(), random_hex(16)?);
    // One hop to a reader and one snapshot: what comes above its head comes by the stream.
    let read = move |read: &Read<'_>| {
        let screen = |rooms: &[Room], joined: &[RoomId]| match request {
            WorkspaceRequest::Screen(place) => Ok(place),
            WorkspaceRequest::Room(room, range) if joined.contains(&room) => {
                in_room(read, (&hooks, &cache), session.user, room, range, key)
            }
            WorkspaceRequest::Room(room, _) if rooms.iter().any(|one| one.id == room) => Ok(InitialScreen::NotJoined { room }),
            WorkspaceRequest::Room(room, _) => Ok(InitialScreen::Missing(Missing::Room(room))),
        };
        let workspace = workspace::read(read, &hooks, &session, &store, screen)?;
        let users = named_people(read, &workspace)?;
        Ok(Workspace { users, ..workspace })
    };
    app.db.read(read).await
}

fn in_room(
    read: &Read<'_>,
    (hooks, cache): (&Hooks, &RenderCache),
    me: UserId,
    room: RoomId,
    range: PageRange,
    key: String,
) -> AppResult<InitialScreen> {
    // A room with something unread opens there.
    let range = match range {
        PageRange::Newest => hooks.unread(read, room, me)?.map_or(range, PageRange::Unread),
        range => range,
    };
    // A message named by the address and 25 on either side of it.
    let limit = if matches!(range, PageRange::Around(_)) { PAGE + 1 } else { PAGE };
    let page = messages::visible_page(read, hooks, cache, me, room, range, limit)?;
    let target: Option<MessageId> = match range {
        PageRange::Around(message) => Some(message),
        _ => None,
    };
    if target.is_some_and(|target| !page.messages.iter().any(|message| message.id == target && !message.deleted)) {
        return Ok(InitialScreen::Missing(Missing::Message));
    }
    Ok(InitialScreen::Room { room, page, target, key })
}

/// Reads the people that a page knows by name from the start: those of direct rooms; and of a room's page everyone whom it shows,
/// and [`LIKELY`] members.
fn named_people(read: &Read<'_>, workspace: &Workspace) -> AppResult<Vec<User>> {
    let mut shown: BTreeSet<UserId> = workspace.rooms.iter().flat_map(|room| room.people.iter().copied()).collect();
    let mut users = Vec::new();
    if let InitialScreen::Room { room, page, .. } = &workspace.place {
        users = people::likely_speakers(read, *room, LIKELY)?;
        shown.extend(&page.people() | &workspace.beside.people());
    }
    let known: BTreeSet<UserId> = users.iter().map(|user| user.id).collect();
    let unknown: Vec<u64> = shown.difference(&known).map(|user| user.0).collect();
    users.extend(people::users(read, &unknown)?);
    Ok(users)
}

fn finish(app: &Process, caller: &Caller, made: AppResult<Workspace>, refused: Option<Refused>) -> Response {
    let workspace = match made {
        Ok(workspace) => workspace,
        Err(error) => return refused::error_page(app, caller.reader, None, &error, None),
    };
    let now = app.now();
    let mut oldest = now;
    let mut room = None;
    let mut status = StatusCode::OK;
    match &workspace.place {
        InitialScreen::Room { room: here, page, .. } => {
            room = Some(*here);
            oldest = page.messages.first().map_or(now, |message| message.at);
        }
        InitialScreen::Missing(_) => status = StatusCode::NOT_FOUND,
        _ => {}
    }
    let mut response = render(app, caller, View::Workspace(Box::new(workspace)), oldest, status, refused);
    // Only where it changes: a page that sets a cookie is no page a browser keeps for Back.
    if let Some(room) = room.filter(|room| caller.room != Some(*room)) {
        response.headers_mut().append(header::SET_COOKIE, cookies::preference("room", &room.to_string(), caller.secure));
    }
    response
}

fn render(app: &Process, caller: &Caller, view: View, oldest: u64, status: StatusCode, refused: Option<Refused>) -> Response {
    let now = app.now();
    let zone = zone(caller.zone.as_deref(), oldest, now);
    let build = app.stream_config.build.to_string();
    let live = refused.as_ref().is_none_or(|refused| refused.live);
    let refused = refused.map(|refused| refused.form);
    let error = refused.as_ref().map(|form| form.error.clone());
    let boot = Boot { lang: caller.reader.lang, theme: caller.reader.theme, zone, now, build, view, refused };
    match (shell::page(app, boot, status, live), error) {
        (Ok(mut response), Some(error)) => {
            answer::head(&mut response, &error);
            response
        }
        (Ok(response), None) => response,
        (Err(error), _) => refused::error_page(app, caller.reader, None, &error, None),
    }
}
