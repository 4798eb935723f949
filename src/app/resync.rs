//! Resync: when changes were missed, what is shown is fetched again, as the page itself would be, and until that has worked it
//! is due.

use super::workspace::Workspace;
use crate::{
    client::{backoff, location::Screen, page::put, platform},
    features::messages::{model::PageRange, timeline::PageRequest},
    model::{
        initial_data::{Boot, InitialScreen, View, Workspace as Data},
        route::Route,
        scope::Scope,
        wire,
    },
};
use leptos::{prelude::*, task::spawn_local};

/// A page of messages that is on its way with the rest.
pub(super) type Requested = Option<(Scope, PageRequest)>;

impl Workspace {
    /// Marks what is known as out of date and fetches what is shown. `store` is given when the server's data is another than it
    /// was: then nothing that is known holds any more.
    pub(super) fn resync(self, store: Option<String>) {
        self.features.reset(store.is_some());
        if let Some(store) = store {
            self.page.set_store(store);
        }
        let idle = self.visit(|visits| {
            visits.resets += 1;
            !std::mem::replace(&mut visits.resync_due, true)
        });
        if idle == Some(true) {
            spawn_local(self.run_resync());
        }
    }

    /// Fetches until it has worked for the last time that changes were missed.
    async fn run_resync(self) {
        let mut failures = 0;
        loop {
            let Some(resets) = self.visit(|visits| visits.resets) else { return };
            if self.page.is_ended() {
                return;
            }
            if self.fetch_shown().await {
                let done = self.visit(|visits| {
                    visits.resync_due = visits.resets != resets;
                    !visits.resync_due
                });
                if done != Some(false) {
                    return;
                }
                failures = 0;
            } else {
                platform::sleep(backoff::delay(failures, platform::random())).await;
                failures += 1;
            }
        }
    }

    /// Tries once; true when the page now stands as the server has it.
    async fn fetch_shown(self) -> bool {
        let messages = self.features.messages;
        let requested: Requested = self.location.now().and_then(Screen::scope).and_then(|scope| messages.begin_resync(scope));
        let route = requested.as_ref().map_or(Route::Rooms, |(scope, request)| match request.range() {
            PageRange::Around(id) => Route::Message(scope.room, id),
            _ => Route::Room(scope.room),
        });
        match fetch(&route.to_string()).await.map(|boot| boot.view) {
            Some(View::Workspace(data)) => {
                self.take(*data, requested);
                true
            }
            other => {
                if let Some((scope, request)) = requested {
                    messages.fail(scope, request);
                }
                if other.is_some() {
                    self.session_ended();
                }
                false
            }
        }
    }

    /// Applies a page that was fetched, and its messages to the scope that they were requested for.
    pub(super) fn take(self, mut data: Data, requested: Requested) {
        for change in self.features.take(&mut data) {
            self.membership_changed(change);
        }
        let messages = self.features.messages;
        let Some((scope, request)) = requested else { return };
        match data.place {
            InitialScreen::Room { room, page, .. } if room == scope.room => {
                messages.complete(scope, request, page);
                messages.draw_shown(false);
            }
            other => {
                messages.fail(scope, request);
                if messages.shows(scope) {
                    messages.view.set(None);
                    let gone = if matches!(other, InitialScreen::NotJoined { .. }) {
                        Screen::NotJoined(scope.room)
                    } else {
                        Screen::Missing
                    };
                    put(self.location.screen, gone);
                }
            }
        }
    }
}

/// The page at `path`, as data.
async fn fetch(path: &str) -> Option<Boot> {
    let answer = gloo_net::http::Request::get(path).header("accept", "text/html").send().await.ok()?;
    boot_in(&answer.text().await.ok()?)
}

/// The value a page carries in its `<script id="boot">`.
fn boot_in(html: &str) -> Option<Boot> {
    let (_, rest) = html.split_once("id=\"boot\"")?;
    let (_, rest) = rest.split_once('>')?;
    let (json, _) = rest.split_once("</script>")?;
    wire::read(json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::Lang,
        model::initial_data::{Theme, Zone},
    };

    #[test]
    fn page_carries_the_data_it_was_made_from() {
        let boot = Boot { lang: Lang::Zh, theme: Theme::Dark, zone: Zone::utc(), now: 5, build: "<b>".into(), view: View::Enter };
        let json = serde_json::to_string(&boot).unwrap().replace('<', "\\u003c");
        let html =
            String::from("<html><body><p>hi</p><script type=\"application/json\" id=\"boot\">") + &json + "</script></body>";
        assert_eq!(boot_in(&html), Some(boot));
        assert_eq!(boot_in("<html>no page of ours</html>"), None);
        assert_eq!(boot_in("<script id=\"boot\">{</script>"), None);
    }
}
