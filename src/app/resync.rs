//! Resync: when changes were missed, what is shown is fetched again, and until that has worked it is due.

use super::workspace::Workspace;
use crate::{
    client::{backoff, call::post, location::Screen, page::put, platform},
    features::workspace::api::FETCH_OWN,
    model::{initial_data::Workspace as Data, scope::Scope},
};
use leptos::{prelude::*, task::spawn_local};

impl Workspace {
    /// Marks what is known as out of date and fetches what is shown. `store` is given when the server's data is another than it
    /// was: then nothing that is known holds any more. A fetch that is under way for an earlier time is given up.
    pub(super) fn resync(self, store: Option<String>) {
        self.features.reset(store.is_some());
        if let Some(store) = store {
            self.page.set_store(store);
        }
        let number = self.visit(|visits| {
            visits.resets += 1;
            visits.resets
        });
        if let Some(number) = number {
            // The status line says so when it takes long.
            self.page.set_behind(true);
            spawn_local(self.run_resync(number));
        }
    }

    /// Fetches until it has worked, or changes were missed once more.
    async fn run_resync(self, number: u32) {
        let is_due = move || self.visit(|visits| visits.resets == number) == Some(true) && !self.page.is_ended();
        // A reader at the end wants the end on every try, however far it has moved on meanwhile.
        let followed = self.shown_scope().filter(|scope| self.features.messages.is_at_end(*scope));
        let mut failures = 0;
        while is_due() {
            if self.fetch_shown(followed, is_due).await {
                return self.page.set_behind(false);
            }
            platform::sleep(backoff::delay(failures, platform::random())).await;
            failures += 1;
        }
    }

    fn shown_scope(self) -> Option<Scope> {
        self.location.now().and_then(Screen::scope)
    }

    /// Tries once; true when the page now stands as the server has it.
    async fn fetch_shown(self, followed: Option<Scope>, is_due: impl Fn() -> bool) -> bool {
        match post(&FETCH_OWN).await {
            Ok(data) if is_due() => self.take(data),
            Ok(_) => return false,
            Err(error) => {
                self.page.ends(&error);
                return false;
            }
        }
        let messages = self.features.messages;
        let Some(scope) = self.shown_scope() else { return true };
        let range = messages.range_to_resync(scope, followed == Some(scope));
        if !is_due() || messages.fetch(scope, range).await != Ok(true) {
            return false;
        }
        if messages.shows(scope) {
            messages.draw_shown(false);
        }
        true
    }

    /// Applies the workspace as it was fetched.
    pub(super) fn take(self, mut data: Data) {
        for change in self.features.take(&mut data) {
            self.membership_changed(change);
        }
        if let Some(scope) = self.shown_scope()
            && !data.joined.contains(&scope.room)
        {
            self.features.messages.view.set(None);
            put(self.location.screen, self.closed(scope.room));
        }
    }
}
