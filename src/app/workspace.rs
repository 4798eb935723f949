//! Workspace: the parts of a signed-in page, put together from the data that it was rendered with.

use crate::{
    client::{
        connection_status::ConnectionStatus,
        location::{Location, Screen},
        page::{Page, PageOrigin, put},
        shared::Shared,
        tabs::Tabs,
    },
    features::{Features, MembershipChange},
    model::{
        initial_data::{Boot, InitialScreen, View},
        route::Route,
        things::Event,
    },
    ui::time::Clock,
};
use leptos::prelude::*;

/// A handle; copies are the same workspace.
#[derive(Clone, Copy)]
pub struct Workspace {
    pub page: Page,
    pub location: Location,
    pub features: Features,
    /// This tab among the others of its browser; none on the server and before hydration.
    pub(super) tabs: Shared<Option<Tabs>>,
    pub(super) visits: Shared<Visits>,
}

/// What the page remembers of where it goes.
#[derive(Default)]
pub(super) struct Visits {
    /// Counts the routes gone to, so that a page that comes late does not lead back.
    pub count: u32,
    /// What the address bar says; none where it is a page of history.
    pub route: Option<Route>,
    /// Counts the times changes were missed.
    pub resets: u32,
}

impl Workspace {
    /// Puts a page's parts together; none where nobody has entered.
    pub fn from_boot(boot: Boot) -> Option<Self> {
        let View::Workspace(data) = boot.view else { return None };
        let origin = PageOrigin {
            lang: boot.lang,
            me: data.me.id,
            zone: Clock::Table(boot.zone),
            now: boot.now,
            session: data.session.clone(),
            store: data.store.clone(),
            build: boot.build,
            head: data.head,
        };
        let page = Page::new(origin);
        let location = Location::new(match data.place {
            InitialScreen::Rooms => Screen::Rooms,
            InitialScreen::Room { room, .. } => Screen::Room(room),
            InitialScreen::NotJoined { room } => Screen::NotJoined(room),
            InitialScreen::Missing(what) => Screen::Missing(what),
        });
        let features = Features::new(page, location, boot.theme, *data);
        let (tabs, visits) = (Shared::new(None), Shared::new(Visits::default()));
        Some(Self { page, location, features, tabs, visits })
    }

    /// Lets views find the parts that they need.
    pub fn provide(self) {
        provide_context(self.page);
        provide_context(self.location);
        self.features.provide();
    }

    /// Applies one event of the stream.
    pub fn apply(self, event: Event) {
        if let Some(change) = self.features.apply(event) {
            self.membership_changed(change);
        }
    }

    /// Shows what a membership that has changed makes of the screen.
    pub(super) fn membership_changed(self, change: MembershipChange) {
        let MembershipChange { room, joined } = change;
        match (joined, self.location.now()) {
            (true, Some(Screen::NotJoined(here))) if here == room => self.open(Screen::Room(room)),
            (false, Some(Screen::Room(here))) if here == room => put(self.location.screen, self.closed(room)),
            _ => {}
        }
    }

    pub(super) fn visit<T>(self, work: impl FnOnce(&mut Visits) -> T) -> Option<T> {
        self.visits.with(work)
    }

    pub(super) fn tabs(self, work: impl FnOnce(Tabs)) {
        if let Some(tabs) = self.tabs.with(|tabs| *tabs).flatten() {
            work(tabs);
        }
    }

    /// Ends the session on this page: nothing is fetched or sent any more, what was typed stays.
    pub(super) fn session_ended(self) {
        let news = !self.page.is_ended();
        put(self.page.connection, ConnectionStatus::Ended);
        self.tabs(|tabs| tabs.retire(news));
        self.features.session_ended();
    }
}

#[cfg(test)]
mod tests;
