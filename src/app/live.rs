//! The second module of the page (`live`): the stream, the other tabs, links, keys, sending, and what an earlier page stored. It
//! loads while the first one makes the page answer; see docs/architecture.md, "Size of the module". What only code of this
//! file reaches is in it.

use super::{keys, workspace::Workspace};
use crate::{
    client::{
        call::post,
        connection_status::ConnectionStatus,
        lazy::lazy,
        page::Application,
        platform,
        tabs::{Tabs, tab_message::TabMessage},
    },
    features::{accounts::api::WhoAmI, messages::compose},
    model::{
        error::{AppResult, Code},
        things::Event,
    },
    ui::{keyboard, time::Clock},
};
use leptos::{ev, prelude::*, task::spawn_local};
use std::{sync::Arc, time::Duration};

lazy! {
    /// Makes the hydrated page a whole one. `owner` is the page's.
    ///
    /// # Errors
    /// When the module could not be loaded. The next call tries again.
    live: pub(super) fn connect(workspace: Workspace, owner: Owner) -> AppResult<()> {
        owner.with(|| untrack(|| take_up(workspace)));
        Ok(())
    }
}

/// Takes up the clock, the stream, the links and what an earlier page stored; then `<html data-live>` says so.
fn take_up(workspace: Workspace) {
    let Workspace { page, location, features, .. } = workspace;
    page.join(Arc::new(workspace));
    location.start(move |screen| workspace.open(screen));
    features.start();
    use_zone(workspace);
    listen(workspace);
    keyboard::start();
    workspace.start_navigation();
    keys::start(move || workspace.features.messages.dismiss_new());
    let tabs = Tabs::start(page);
    workspace.tabs.with(|current| *current = Some(tabs));
    on_cleanup(move || tabs.leave());
    features.drawn();
    spawn_local(async {
        leptos::task::tick().await;
        // What is typed on a page that was just opened is a message.
        if document().active_element().is_none_or(|at| at.tag_name() == "BODY") {
            compose::focus().await;
        }
        platform::set_root_attribute("data-live", "");
    });
}

/// Shows times in the machine's own zone from now on; the cookie tells the next page's server.
fn use_zone(workspace: Workspace) {
    let page = workspace.page;
    let told = page.zone.with_untracked(|clock| match clock {
        Clock::Table(zone) => zone.name.clone(),
        Clock::Browser => String::new(),
    });
    match platform::time_zone() {
        // Every time is shown as it is already.
        Some(name) if name == told => page.zone.update_untracked(|zone| *zone = Clock::Browser),
        name => {
            name.inspect(|name| platform::set_cookie("tz", name));
            page.zone.set(Clock::Browser);
        }
    }
    let tick = move || {
        page.now.try_set(page.clock());
    };
    if let Ok(minutes) = set_interval_with_handle(tick, Duration::from_secs(60)) {
        on_cleanup(move || minutes.clear());
    }
}

fn listen(workspace: Workspace) {
    let features = workspace.features;
    let wake = move || workspace.tabs(Tabs::wake);
    let handles = [
        window_event_listener_untyped("compositionstart", |event| platform::set_composing(event.target())),
        window_event_listener_untyped("compositionend", |_| platform::set_composing(None)),
        window_event_listener_untyped("online", move |_| wake()),
        window_event_listener_untyped("offline", move |_| workspace.page.step_status(ConnectionStatus::lost)),
        window_event_listener_untyped("storage", move |_| features.storage_changed()),
        window_event_listener_untyped("pageshow", move |_| {
            // Out of the back-forward cache: what other tabs have changed meanwhile was not heard.
            features.page_shown();
            wake();
        }),
        window_event_listener_untyped("pagehide", move |_| {
            features.page_hidden();
            features.page_left();
            workspace.tabs(Tabs::leave);
        }),
    ];
    let visibility = window_event_listener(ev::visibilitychange, move |_| {
        if platform::visible() {
            features.storage_changed();
            wake();
        } else {
            features.page_hidden();
            workspace.tabs(Tabs::hide);
        }
    });
    on_cleanup(move || {
        handles.into_iter().for_each(|handle| handle.remove());
        visibility.remove();
    });
}

impl Application for Workspace {
    fn event(&self, event: Event) {
        self.apply(event);
    }

    fn changes_missed(&self, store: Option<String>) {
        self.resync(store);
    }

    fn connected(&self) {
        self.features.connected();
        if !self.page.is_ended() {
            self.open_again();
        }
    }

    fn ended(&self) {
        self.session_ended();
    }

    fn setting(&self, setting: &str) {
        self.features.preferences.apply_setting(setting);
    }

    fn check(&self) {
        let workspace = *self;
        spawn_local(async move {
            let answer = post(&WhoAmI {}).await;
            workspace.tabs(|tabs| {
                // Meanwhile the lead may have gone to another tab, or a new try be under way.
                if !tabs.is_refused() {
                    return;
                }
                match answer {
                    Ok(me) if !workspace.page.is_session(me.id, &me.session) => tabs.restart(),
                    Err(error) if error.code == Code::NotEntered => workspace.session_ended(),
                    _ => tabs.retry_stream(),
                }
            });
        });
    }

    fn reconnect(&self) {
        self.tabs(Tabs::wake);
    }

    fn tell_setting(&self, setting: &str) {
        self.tabs(|tabs| tabs.post(&TabMessage::Setting(setting.to_owned())));
    }
}
