//! Where the page is: links and Back without a reload, rooms shown at once where they are known, titles.

use super::{
    start::js,
    state::{AppState, LinkState, Route},
};
use crate::{
    client::{backoff, call::call, platform},
    features::{
        messages::{compose, model::Stretch},
        rooms::api::JoinRoom,
    },
    model::{
        error::{AppResult, Code},
        ids::{MessageId, RoomId},
    },
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{HtmlAnchorElement, MouseEvent};

/// A path this page can show without the server making another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Rooms,
    Room(RoomId, Option<MessageId>),
}

impl Place {
    /// None for what is the server's: other paths, and pages of history, which have a query.
    pub fn parse(path: &str, query: &str) -> Option<Self> {
        let mut parts = path.strip_prefix("/rooms")?.split('/');
        if !query.is_empty() || !parts.next()?.is_empty() {
            return None;
        }
        let place = match (parts.next(), parts.next()) {
            (None, _) => Self::Rooms,
            (Some(room), None) => Self::Room(room.parse().ok()?, None),
            (Some(room), Some(message)) => Self::Room(room.parse().ok()?, Some(message.parse().ok()?)),
        };
        parts.next().is_none().then_some(place)
    }

    fn path(self) -> String {
        let mut path = String::from("/rooms");
        if let Self::Room(room, message) = self {
            path.push('/');
            path.push_str(&room.to_string());
            if let Some(message) = message {
                path.push('/');
                path.push_str(&message.to_string());
            }
        }
        path
    }
}

/// Takes over plain clicks on links between rooms, Back and Forward, and the title.
pub(crate) fn start(state: &AppState) {
    let (clicked, popped, titled) = (state.clone(), state.clone(), state.clone());
    let click = window_event_listener(ev::click, move |event| on_click(&clicked, &event));
    state.inner.with(|inner| inner.place = here());
    let pop = window_event_listener(ev::popstate, move |_| match here() {
        // Only the fragment has changed: the browser has gone there already.
        place if popped.inner.with(|inner| inner.place == place) == Some(true) => {}
        Some(place) => popped.go(place, false),
        None => platform::reload(),
    });
    on_cleanup(move || {
        click.remove();
        pop.remove();
    });
    Effect::new(move |_| {
        let name = match titled.route.get() {
            Route::Room(room) | Route::NotJoined(room) => {
                titled.rooms.with(|all| all.iter().find(|one| one.id == room).map(|one| one.name.clone()))
            }
            _ => None,
        };
        let product = titled.lang.strings().product;
        document().set_title(&name.map_or_else(|| product.to_owned(), |name| name + " · " + product));
    });
}

fn here() -> Option<Place> {
    let location = window().location();
    Place::parse(&location.pathname().ok()?, &location.search().ok()?)
}

fn on_click(state: &AppState, event: &MouseEvent) {
    let special = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || special {
        return;
    }
    let link =
        event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()).and_then(|at| at.closest("a[href]").ok()?);
    let Some(link) = link.and_then(|link| link.dyn_into::<HtmlAnchorElement>().ok()) else { return };
    let ours = link.target().is_empty() && !link.has_attribute("download") && window().location().origin() == Ok(link.origin());
    if !ours || !link.hash().is_empty() {
        return;
    }
    if let Some(place) = Place::parse(&link.pathname(), &link.search()) {
        event.prevent_default();
        state.go(place, true);
    }
}

impl AppState {
    /// Goes to a route of the page. A room that one is not in is joined: opening is joining.
    pub fn open(&self, route: Route) {
        match route {
            Route::Rooms => self.go(Place::Rooms, true),
            Route::Room(room) => self.go(Place::Room(room, None), true),
            Route::NotJoined(_) | Route::Missing => self.leave_for(route),
        }
    }

    /// Joins a room and opens it.
    pub async fn join(&self, room: RoomId) -> AppResult<()> {
        self.enter_room(room).await?;
        self.open(Route::Room(room));
        Ok(())
    }

    async fn enter_room(&self, room: RoomId) -> AppResult<()> {
        let member = call::<JoinRoom>(&[("room", &room.to_string())]).await.inspect_err(|error| {
            self.ends(error);
        })?;
        self.learn_member(&member);
        Ok(())
    }

    fn leave_for(&self, route: Route) {
        self.inner.with(|inner| inner.visit += 1);
        self.view.try_set(None);
        self.route.try_set(route);
    }

    fn go(&self, place: Place, push: bool) {
        let path = place.path();
        if push && here() != Some(place) {
            let _ = window().history().and_then(|history| history.push_state_with_url(&js(""), "", Some(&path)));
        }
        self.inner.with(|inner| inner.place = Some(place));
        let Place::Room(room, target) = place else { return self.leave_for(Route::Rooms) };
        let Some(visit) = self.inner.with(|inner| {
            inner.visit += 1;
            inner.visit
        }) else {
            return;
        };
        if target.is_none() && self.shows(room) {
            // Already here: its own link leads to its end.
            return self.jump_to_latest(room);
        }
        // Who comes back to a room finds it where they left it (UX 24).
        let place = target.or_else(|| self.room(room, |room| room.eye.map(|(id, _)| id)).flatten());
        let known = self.joined.with_untracked(|joined| joined.contains(room))
            && self.room(room, |room| place.map_or_else(|| room.current(), |id| room.timeline.covers(id))) == Some(true);
        if known {
            return self.show(room, target);
        }
        let (slow, state) = (self.clone(), self.clone());
        platform::later(150, move || {
            // Still under way: now the grey rows show (UX 6).
            if slow.visits(visit) && !slow.shows(room) {
                slow.view.set(None);
                slow.route.set(Route::Room(room));
                spawn_local(compose::focus());
            }
        });
        spawn_local(async move { state.fetch_room(room, target, place, visit).await });
    }

    /// Whether this is still the place that was gone to.
    fn visits(&self, visit: u32) -> bool {
        self.inner.with(|inner| inner.visit == visit) == Some(true)
    }

    async fn fetch_room(&self, room: RoomId, target: Option<MessageId>, place: Option<MessageId>, visit: u32) {
        let mut failures = 0;
        while self.visits(visit) && self.link.try_get_untracked() != Some(LinkState::Ended) {
            let joined = match self.joined.try_with_untracked(|joined| joined.contains(room)) {
                Some(true) => Ok(()),
                _ => self.enter_room(room).await,
            };
            let fetched = match joined {
                Ok(()) => self.fetch(room, place.map_or(Stretch::Newest, Stretch::Around)).await,
                Err(error) => Err(error),
            };
            match fetched {
                Ok(true) if self.visits(visit) => return self.show(room, target),
                Err(error) if matches!(error.code, Code::NotFound | Code::Forbidden | Code::BadInput) => {
                    if self.visits(visit) {
                        self.leave_for(Route::Missing);
                    }
                    return;
                }
                // The loop's condition sees whether there is still anything to do.
                _ => {
                    platform::sleep(backoff::delay(failures, platform::random())).await;
                    failures += 1;
                }
            }
        }
    }

    /// Shows a room whose page is there.
    fn show(&self, room: RoomId, target: Option<MessageId>) {
        let other = self.route.get_untracked() != Route::Room(room);
        // What was focused or selected when it was left is so no more.
        self.room(room, |room| room.held = None);
        self.draw(room);
        let Some(mut view) = self.room_or_new(room, |room| room.view.clone()) else { return };
        view.target = target;
        if view.first_key.is_empty() {
            view.first_key = platform::fresh_key().to_string();
        }
        self.view.set(Some(view));
        super::state::put(self.route, Route::Room(room));
        if other {
            spawn_local(compose::focus());
        }
    }

    /// A room that could not be fetched is tried again at once when the stream is back.
    pub(crate) fn go_on(&self) {
        if let (Some(Route::Room(room)), Some(true)) =
            (self.route.try_get_untracked(), self.view.try_with_untracked(Option::is_none))
        {
            let target = here().and_then(|place| match place {
                Place::Room(here, target) if here == room => target,
                _ => None,
            });
            self.go(Place::Room(room, target), false);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_one_place_and_back() {
        for (path, place) in [
            ("/rooms", Place::Rooms),
            ("/rooms/3", Place::Room(RoomId(3), None)),
            ("/rooms/3/120", Place::Room(RoomId(3), Some(MessageId(120)))),
        ] {
            assert_eq!(Place::parse(path, ""), Some(place));
            assert_eq!(place.path(), path);
        }
    }

    #[test]
    fn everything_else_is_the_server_s() {
        for path in [
            "/",
            "/enter",
            "/roomsy",
            "/rooms/",
            "/rooms/x",
            "/rooms/-1",
            "/rooms/3/",
            "/rooms/3/x",
            "/rooms/3/4/5",
            "/api/rooms/3",
        ] {
            assert_eq!(Place::parse(path, ""), None, "{path}");
        }
        assert_eq!(Place::parse("/rooms/3", "?before=9"), None);
    }
}
