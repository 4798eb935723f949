//! Navigation: links and Back without a reload, rooms shown at once where they are known, titles.

use super::workspace::Workspace;
use crate::{
    client::{backoff, location::Screen, page::put, platform},
    features::messages::{compose, model::PageRange},
    i18n::PRODUCT,
    model::{
        error::Code,
        ids::{MessageId, RoomId},
        initial_data::Missing,
        route::{Route, title},
        scope::Scope,
    },
};
use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlAnchorElement, MouseEvent};

/// Milliseconds after which a room that is on its way shows grey rows.
const SKELETON: u32 = 150;

/// Returns the route of an address that this page can show without the server making another page.
fn own_route(path: &str, query: &str) -> Option<Route> {
    Route::parse(path, query).filter(|route| matches!(route, Route::Rooms | Route::Room(_) | Route::Message(..)))
}

fn here() -> Option<Route> {
    let location = window().location();
    own_route(&location.pathname().ok()?, &location.search().ok()?)
}

/// Returns the route that a plain click on a link of ours leads to.
fn clicked(event: &MouseEvent) -> Option<Route> {
    let special = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
    if event.default_prevented() || event.button() != 0 || special {
        return None;
    }
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    let link = target.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    let ours = link.target().is_empty() && !link.has_attribute("download") && window().location().origin() == Ok(link.origin());
    if !ours || !link.hash().is_empty() {
        return None;
    }
    own_route(&link.pathname(), &link.search())
}

impl Workspace {
    /// Takes over plain clicks on links between rooms, Back and Forward, and the title.
    pub(super) fn start_navigation(self) {
        let click = window_event_listener(ev::click, move |event| {
            if let Some(route) = clicked(&event) {
                event.prevent_default();
                self.go(route, true);
            }
        });
        self.visit(|visits| visits.route = here());
        let pop = window_event_listener(ev::popstate, move |_| match here() {
            // Only the fragment has changed: the browser has gone there already.
            route if self.visit(|visits| visits.route == route) == Some(true) => {}
            Some(route) => self.go(route, false),
            None => platform::reload(),
        });
        on_cleanup(move || {
            click.remove();
            pop.remove();
        });
        let (screen, rooms, subscriptions) = (self.location.screen, self.features.rooms, self.features.subscriptions);
        let mentions = Memo::new(move |_| subscriptions.all_mentions());
        Effect::new(move |_| {
            let name = screen.get().room().map(|room| rooms.name(room).get()).filter(|name| !name.is_empty());
            let title = title(name.as_deref(), PRODUCT);
            let title = match mentions.get() {
                0 => title,
                count => ["(", &count.to_string(), ") ", &title].concat(),
            };
            document().set_title(&title);
        });
    }

    /// Goes to a screen.
    pub(super) fn open(self, screen: Screen) {
        match screen {
            Screen::Rooms => self.go(Route::Rooms, true),
            Screen::Room(room) => self.go(Route::Room(room), true),
            Screen::NotJoined(_) | Screen::Missing(_) => self.leave_for(screen),
        }
    }

    /// Shows a screen without messages.
    fn leave_for(self, screen: Screen) {
        self.visit(|visits| visits.count += 1);
        // The screen first: else the page that is left would show that its messages are gone.
        self.location.screen.try_set(screen);
        self.features.messages.view.try_set(None);
    }

    fn go(self, route: Route, push: bool) {
        let path = route.to_string();
        if push && here() != Some(route) {
            let history = window().history();
            let _ = history.and_then(|history| history.push_state_with_url(&JsValue::from_str(""), "", Some(&path)));
        }
        self.visit(|visits| visits.route = Some(route));
        let (Some(room), target) = (route.room(), route.message()) else { return self.leave_for(Screen::Rooms) };
        if !self.features.rooms.is_joined(room) {
            return match self.features.rooms.exists(room) {
                true => self.leave_for(Screen::NotJoined(room)),
                // The server may know it.
                false => platform::reload(),
            };
        }
        let Some(visit) = self.visit(|visits| {
            visits.count += 1;
            visits.count
        }) else {
            return;
        };
        let (messages, scope) = (self.features.messages, Scope::from(room));
        if target.is_none() && messages.shows(scope) {
            // Already here: its own link leads to its end.
            return messages.jump_to_latest(scope);
        }
        // A room opens at what is new in it; else a reader who comes back finds it where they left it.
        let unread = self.features.unread_from(room).filter(|_| target.is_none());
        let place = target.or_else(|| messages.left_at(scope));
        let (is_loaded, range) = match unread {
            Some(n) => (messages.holds_from(scope, n), PageRange::Unread(n)),
            None => (messages.holds(scope, place), place.map_or(PageRange::Newest, PageRange::Around)),
        };
        if is_loaded {
            return self.show(room, target);
        }
        platform::later(SKELETON, move || {
            if self.is_at(visit) && !messages.shows(scope) {
                self.location.screen.set(Screen::Room(room));
                messages.view.set(None);
                spawn_local(compose::focus());
            }
        });
        spawn_local(self.fetch_room(room, target, range, visit));
    }

    /// Returns the screen in place of a room that the reader is not in.
    pub(super) fn closed(self, room: RoomId) -> Screen {
        match self.features.rooms.exists(room) {
            true => Screen::NotJoined(room),
            false => Screen::Missing(Missing::Room(room)),
        }
    }

    /// True while this is still the route that was gone to.
    fn is_at(self, visit: u32) -> bool {
        self.visit(|visits| visits.count == visit) == Some(true)
    }

    async fn fetch_room(self, room: RoomId, target: Option<MessageId>, range: PageRange, visit: u32) {
        let (rooms, messages) = (self.features.rooms, self.features.messages);
        let mut failures = 0;
        while self.is_at(visit) && !self.page.is_ended() {
            match messages.fetch(room.into(), range).await {
                Ok(true) if self.is_at(visit) => return self.show(room, target),
                Err(error) if matches!(error.code, Code::NotFound | Code::Forbidden | Code::BadInput) => {
                    if self.is_at(visit) {
                        self.leave_for(match target {
                            _ if !rooms.is_joined(room) => self.closed(room),
                            Some(_) => Screen::Missing(Missing::Message),
                            None => Screen::Missing(Missing::Room(room)),
                        });
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
    fn show(self, room: RoomId, target: Option<MessageId>) {
        let other = self.location.now() != Some(Screen::Room(room));
        put(self.location.screen, Screen::Room(room));
        if target.is_none() {
            self.features.messages.open_at(room.into(), self.features.opened(room));
        }
        self.features.messages.show(room.into(), target);
        if other {
            spawn_local(compose::focus());
        }
    }

    /// Tries at once to fetch a room that could not be fetched while the stream was down.
    pub(super) fn open_again(self) {
        if let Some(Screen::Room(room)) = self.location.now()
            && self.features.shown().is_none()
        {
            let route = here().filter(|route| route.room() == Some(room)).unwrap_or(Route::Room(room));
            self.go(route, false);
        }
    }
}
