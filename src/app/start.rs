//! The page comes alive: once, in the browser, after hydration.

use super::{
    navigation,
    state::{AppState, LinkState, Route},
};
use crate::{
    client::{
        call::{call, speak_as},
        pending::{drafts, outbox_storage, tab_storage},
        platform,
        tabs::{self, tab_message::Note},
    },
    features::preferences::{api::SetPreferences, switches::CurrentTheme},
    model::initial_data::Theme,
    ui::{keyboard, time::Clock},
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::JsValue;

/// Takes up the clock, the stream, the links and what an earlier page kept; then `<html data-live>` says so.
pub(crate) fn start(state: &AppState) {
    let skew = state.now.get_untracked() as f64 - platform::now();
    state.inner.with(|inner| {
        inner.live = true;
        inner.skew = skew;
    });
    state.inner.with(|inner| speak_as(&inner.session));
    tab_storage::restore(state);
    drafts::restore(state);
    use_zone(state);
    listen(state);
    keyboard::start();
    navigation::start(state);
    tabs::open(state, use_context::<CurrentTheme>().map(|theme| theme.0));
    on_cleanup(tabs::end);
    state.ask_for_people();
    state.draw_shown(false);
    if let Route::NotJoined(room) = state.route.get_untracked() {
        // Opening a room is joining it; where that is refused its page stays with the button.
        let state = state.clone();
        spawn_local(async move {
            let _ = state.join(room).await;
        });
    }
    spawn_local(async {
        leptos::task::tick().await;
        mark("data-live", "");
    });
}

/// From now on times are the machine's own; the cookie tells the next page's server.
fn use_zone(state: &AppState) {
    let told = state.zone.with_untracked(|clock| match clock {
        Clock::Table(zone) => zone.name.clone(),
        Clock::Browser => String::new(),
    });
    if let Some(name) = platform::time_zone().filter(|name| *name != told) {
        platform::set_cookie("tz", &name);
    }
    state.zone.set(Clock::Browser);
    let tick = {
        let state = state.clone();
        move || {
            let now = state.clock();
            state.now.try_set(now);
        }
    };
    if let Ok(minutes) = set_interval_with_handle(tick, Duration::from_secs(60)) {
        on_cleanup(move || minutes.clear());
    }
}

fn listen(state: &AppState) {
    let handles = [
        window_event_listener_untyped("compositionstart", |_| platform::set_composing(true)),
        window_event_listener_untyped("compositionend", |_| platform::set_composing(false)),
        window_event_listener_untyped("online", |_| tabs::wake()),
        window_event_listener_untyped("storage", {
            let state = state.clone();
            move |_| drafts::refresh(&state)
        }),
        window_event_listener_untyped("pageshow", {
            let state = state.clone();
            move |_| {
                // Out of the back-forward cache: what other tabs have changed meanwhile was not heard.
                if let Some(theme) = platform::cookie("theme").and_then(|theme| Theme::parse(&theme)) {
                    state.take_theme(theme);
                }
                drafts::refresh(&state);
                tabs::wake();
            }
        }),
        window_event_listener_untyped("pagehide", {
            let state = state.clone();
            move |_| {
                drafts::save_all(&state);
                tab_storage::save(&state);
                tabs::leave();
            }
        }),
    ];
    let seen = window_event_listener(ev::visibilitychange, {
        let state = state.clone();
        move |_| {
            if platform::visible() {
                drafts::refresh(&state);
                tabs::wake();
            } else {
                drafts::save_all(&state);
                tabs::hide();
            }
        }
    });
    on_cleanup(move || {
        handles.into_iter().for_each(|handle| handle.remove());
        seen.remove();
    });
}

/// Sets an attribute of `<html>`.
fn mark(name: &str, value: &str) {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute(name, value);
    }
}

impl AppState {
    /// Colours the page at once, and the other tabs; tells the server for the next one.
    pub fn set_theme(&self, theme: Theme) {
        self.take_theme(theme);
        tabs::post(&Note::Theme(theme));
        let state = self.clone();
        spawn_local(async move {
            if let Err(error) = call::<SetPreferences>(&[("theme", theme.as_str())]).await
                && !state.ends(&error)
            {
                state.notice.try_set(Some(error));
            }
        });
    }

    /// Colours the page.
    pub(crate) fn take_theme(&self, theme: Theme) {
        mark("data-theme", theme.as_str());
        tabs::show_theme(theme);
    }

    /// The server's clock as far as this machine can tell, milliseconds since 1970.
    pub(crate) fn clock(&self) -> u64 {
        let skew = self.inner.with(|inner| inner.skew).unwrap_or(0.0);
        (platform::now() + skew) as u64
    }

    /// The stream is back: what could not be fetched while it was gone is asked again.
    pub(crate) fn returned(&self) {
        self.ask_for_people();
        outbox_storage::gather(self, None);
        if self.link.try_get_untracked() != Some(LinkState::Ended) {
            self.go_on();
        }
    }
}

/// A string for JavaScript.
pub(crate) fn js(text: &str) -> JsValue {
    JsValue::from_str(text)
}
