//! Page: what every part of the browser's half may ask: the reader, the session, the clock, the state of the connection, the
//! notice.

use super::{connection_status::ConnectionStatus, platform, shared::Shared};
use crate::{
    i18n::Lang,
    model::{
        error::{AppError, Code},
        ids::{Seq, UserId},
        things::Event,
    },
    ui::time::Clock,
};
use leptos::prelude::*;
use std::sync::Arc;

/// What concerns the whole application and is composed above: implemented once, in `app`.
pub trait Application: Send + Sync {
    /// Applies the newest state of one thing, from the stream or from an answer.
    fn event(&self, event: Event);
    /// Starts to fetch everything shown again. `store` is given when the server's data is another than it was.
    fn changes_missed(&self, store: Option<String>);
    /// Asks again for what could not be fetched while the stream was down.
    fn connected(&self);
    /// Ends the session on this page: nothing is fetched or sent any more.
    fn ended(&self);
    /// Applies a setting that was changed in another tab of this browser, in the words of the feature that owns it.
    fn setting(&self, setting: &str);
    /// Finds out why the server refuses the stream, and tells `Tabs`.
    fn check(&self);
    /// Tries to reach the stream at once.
    fn reconnect(&self);
    /// Tells the other tabs of this browser that a setting has changed.
    fn tell_setting(&self, setting: &str);
}

/// A handle; copies are the same page.
#[derive(Clone, Copy)]
pub struct Page {
    pub lang: Lang,
    /// The signed-in person.
    pub me: UserId,
    pub zone: RwSignal<Clock>,
    /// The server's clock in milliseconds since 1970, to the minute.
    pub now: RwSignal<u64>,
    pub connection: RwSignal<ConnectionStatus>,
    /// True when the server carries another build than this page. The page never reloads by itself.
    pub update_ready: RwSignal<bool>,
    /// The last refusal that belongs to no form and no row.
    pub notice: RwSignal<Option<AppError>>,
    inner: Shared<Inner>,
}

struct Inner {
    session: String,
    store: String,
    build: String,
    head: Seq,
    live: bool,
    /// Changes were missed that are not fetched yet.
    behind: bool,
    /// Server's clock minus this machine's, milliseconds.
    skew: f64,
    /// Counts the changes of the connection status, so that an old timer changes nothing.
    status_changes: u32,
    application: Option<Arc<dyn Application>>,
}

/// What a page is made from, as the server rendered it.
pub struct PageOrigin {
    pub lang: Lang,
    pub me: UserId,
    pub zone: Clock,
    pub now: u64,
    pub session: String,
    pub store: String,
    pub build: String,
    pub head: Seq,
}

impl Page {
    pub fn new(origin: PageOrigin) -> Self {
        let PageOrigin { lang, me, zone, now, session, store, build, head } = origin;
        Self {
            lang,
            me,
            zone: RwSignal::new(zone),
            now: RwSignal::new(now),
            connection: RwSignal::new(ConnectionStatus::Online),
            update_ready: RwSignal::new(false),
            notice: RwSignal::new(None),
            inner: Shared::new(Inner {
                session,
                store,
                build,
                head,
                live: false,
                behind: false,
                skew: 0.0,
                status_changes: 0,
                application: None,
            }),
        }
    }

    /// Marks the page as hydrated: from now on changes are drawn with the next frame and requests may be made.
    pub fn start(self) {
        let skew = self.now.get_untracked() as f64 - platform::now();
        self.inner.with(|inner| (inner.live, inner.skew) = (true, skew));
    }

    /// Sets what the page is a part of, once that is loaded.
    pub fn join(self, application: Arc<dyn Application>) {
        self.inner.with(|inner| inner.application = Some(application));
    }

    /// True in the browser after hydration, until the page is gone.
    pub fn is_live(self) -> bool {
        self.inner.with(|inner| inner.live) == Some(true)
    }

    /// Returns the public tag of the session.
    pub fn session(self) -> String {
        self.inner.with(|inner| inner.session.clone()).unwrap_or_default()
    }

    pub fn is_session(self, person: UserId, tag: &str) -> bool {
        self.me == person && self.inner.with(|inner| inner.session == tag) == Some(true)
    }

    /// Returns the id of the server's data; none when the page is gone.
    pub fn store(self) -> Option<String> {
        self.inner.with(|inner| inner.store.clone())
    }

    pub fn set_store(self, store: String) {
        self.inner.with(|inner| inner.store = store);
    }

    /// Returns the number as of which the page's data was read.
    pub fn head(self) -> Seq {
        self.inner.with(|inner| inner.head).unwrap_or_default()
    }

    /// Compares the build that the server carries with the page's own.
    pub fn note_build(self, build: &str) {
        let newer = self.inner.with(|inner| inner.build != build) == Some(true);
        put(self.update_ready, newer);
    }

    /// Returns the server's clock as far as this machine can tell, milliseconds since 1970.
    pub fn clock(self) -> u64 {
        let skew = self.inner.with(|inner| inner.skew).unwrap_or(0.0);
        (platform::now() + skew) as u64
    }

    /// Returns the state of the connection; `Ended` when the page is gone.
    pub fn status(self) -> ConnectionStatus {
        self.connection.try_get_untracked().unwrap_or(ConnectionStatus::Ended)
    }

    /// The server has said something. As long as changes that were missed are not fetched, the page is as good as cut off.
    pub(super) fn heard(self) {
        if self.inner.with(|inner| inner.behind) == Some(false) {
            self.step_status(ConnectionStatus::up);
        }
    }

    /// Changes were missed, and what is shown is being fetched; or that has worked.
    pub fn set_behind(self, behind: bool) {
        self.inner.with(|inner| inner.behind = behind);
        self.step_status(if behind { ConnectionStatus::down } else { ConnectionStatus::up });
    }

    /// Moves the connection status, and once more when the new one's time has passed.
    pub fn step_status(self, step: fn(ConnectionStatus) -> ConnectionStatus) {
        let Some(status) = self.connection.try_get_untracked() else { return };
        let next = step(status);
        if next == status {
            return;
        }
        self.connection.try_set(next);
        let change = self.inner.with(|inner| {
            inner.status_changes += 1;
            inner.status_changes
        });
        if let Some(wait) = next.lasts() {
            platform::later(wait, move || {
                if self.inner.with(|inner| inner.status_changes) == change {
                    self.step_status(ConnectionStatus::elapsed);
                }
            });
        }
    }

    pub fn is_ended(self) -> bool {
        self.status() == ConnectionStatus::Ended
    }

    /// Reports an error that an answer carried. Returns true when it ended the session and is thereby dealt with.
    pub fn ends(self, error: &AppError) -> bool {
        let over = error.code == Code::NotEntered;
        if over {
            self.application(|application| application.ended());
        }
        over
    }

    /// Shows an error in the status line, unless it ends the session.
    pub fn report(self, error: AppError) {
        if !self.ends(&error) {
            self.notice.try_set(Some(error));
        }
    }

    /// Calls the application; does nothing before that is loaded and after the page is gone.
    pub fn application(self, work: impl FnOnce(&dyn Application)) {
        if let Some(application) = self.inner.with(|inner| inner.application.clone()).flatten() {
            work(&*application);
        }
    }
}

/// Sets a signal only when the value differs, so that nothing is drawn for nothing.
pub fn put<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if signal.try_with_untracked(|old| *old != value) == Some(true) {
        signal.try_set(value);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::initial_data::Zone;

    /// Makes a page of person 1 that is not live; its owner keeps its signals.
    pub fn page() -> (Owner, Page) {
        let owner = Owner::new();
        owner.set();
        let (session, store, build) = ("5d1c".to_owned(), "8c1e".to_owned(), "b".to_owned());
        let zone = Clock::Table(Zone::utc());
        let origin = PageOrigin { lang: Lang::En, me: UserId(1), zone, now: 0, session, store, build, head: Seq(10) };
        (owner, Page::new(origin))
    }
}
