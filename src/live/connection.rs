//! The one file that names EventSource: it connects, watches, backs off, and hands every frame to the state, one by one.

use super::{
    backoff, browser,
    event::{Event, Hello, Reset},
    state::{AppState, LinkState, put},
};
use crate::{auth::api::WhoAmI, call::call, ids::Seq, json};
use gloo_timers::callback::{Interval, Timeout};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::RefCell, str::FromStr};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// Milliseconds without a frame after which a stream counts as dead; the server pings every 15 s.
const SILENCE: f64 = 40_000.0;
/// A stream quiet for longer than one ping is not trusted when the network or the person comes back.
const DOUBT: f64 = 20_000.0;
/// A connection that has not come about after so long is tried anew when the network or the person comes back.
const TRY: f64 = 5_000.0;

struct Line {
    state: AppState,
    source: Option<EventSource>,
    /// Everything up to here has been taken.
    cursor: Option<Seq>,
    /// The store that `hello` named when it is another one than the page's; its `reset` follows.
    other_store: Option<String>,
    /// When the last frame came, or the last try began.
    heard: f64,
    failures: u32,
    retry: Option<Timeout>,
    patience: Option<Timeout>,
    /// Made once and used for every source, so that none is dropped while it runs.
    handlers: Handlers,
    _watchdog: Interval,
}

struct Handlers {
    message: Closure<dyn FnMut(MessageEvent)>,
    hello: Closure<dyn FnMut(MessageEvent)>,
    ping: Closure<dyn FnMut(MessageEvent)>,
    reset: Closure<dyn FnMut(MessageEvent)>,
    error: Closure<dyn FnMut(web_sys::Event)>,
}

thread_local! {
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

/// Runs `work` on the line, if there is one. Never call the state from in here: it may call back.
fn line<T>(work: impl FnOnce(&mut Line) -> T) -> Option<T> {
    LINE.with_borrow_mut(|line| line.as_mut().map(work))
}

fn state() -> Option<AppState> {
    line(|line| line.state.clone())
}

/// Opens the page's stream, from where the page was read.
pub fn open(state: &AppState) {
    let handlers = Handlers {
        message: Closure::new(on_message),
        hello: Closure::new(on_hello),
        ping: Closure::new(|event| heard(&event)),
        reset: Closure::new(on_reset),
        error: Closure::new(|_| on_error()),
    };
    let cursor = state.inner.with(|inner| inner.head);
    let made = Line {
        state: state.clone(),
        source: None,
        cursor,
        other_store: None,
        heard: 0.0,
        failures: 0,
        retry: None,
        patience: None,
        handlers,
        _watchdog: Interval::new(5_000, watch),
    };
    LINE.set(Some(made));
    connect();
}

/// Closes the stream; [`resume`] opens it again where it was.
pub fn close() {
    line(|line| {
        line.retry = None;
        if let Some(source) = line.source.take() {
            source.close();
        }
    });
}

/// Closes the stream for good and lets everything go.
pub fn end() {
    close();
    LINE.set(None);
}

/// Connects at once, unless a stream is there and sounds alive: the network or the person is back (UX 43).
pub fn resume() {
    let alive = line(|line| {
        let since = browser::now() - line.heard;
        match line.source.as_ref().map(EventSource::ready_state) {
            Some(EventSource::OPEN) => since < DOUBT,
            // A first try under way is left alone; one that waits for its turn is not.
            Some(EventSource::CONNECTING) => line.failures == 0 && since < TRY,
            _ => false,
        }
    });
    if alive == Some(false) {
        connect();
    }
}

fn connect() {
    let Some(state) = state() else { return };
    if state.link.try_get_untracked().is_none_or(|link| link == LinkState::Ended) {
        return;
    }
    close();
    let Some(store) = state.inner.with(|inner| inner.store.clone()) else { return };
    let refused = line(|line| {
        let mut url = String::from("/events?store=");
        url.push_str(&store);
        if let Some(cursor) = line.cursor {
            url.push_str("&after=");
            url.push_str(&cursor.to_string());
        }
        line.heard = browser::now();
        let Ok(source) = EventSource::new(&url) else { return true };
        let on = &line.handlers;
        source.set_onmessage(Some(on.message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on.error.as_ref().unchecked_ref()));
        for (name, handler) in [("hello", &on.hello), ("ping", &on.ping), ("reset", &on.reset)] {
            let _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        }
        line.source = Some(source);
        false
    });
    if refused == Some(true) {
        down();
        try_later();
    }
}

/// Every frame: the stream is alive, and its id is where a resume goes on.
fn heard(event: &MessageEvent) {
    line(|line| {
        line.heard = browser::now();
        if let Ok(id) = Seq::from_str(&event.last_event_id()) {
            line.cursor = Some(id);
        }
    });
}

/// The frame's data as `T`; none where a newer server says something this page does not know.
fn read<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    json::read(&event.data().as_string()?)
}

fn on_message(event: MessageEvent) {
    let thing = event.data().as_string().and_then(|data| Event::read(&data));
    if let (Some(state), Some(thing)) = (state(), thing) {
        state.apply(thing);
    }
    heard(&event);
}

fn on_hello(event: MessageEvent) {
    heard(&event);
    let (Some(state), Some(hello)) = (state(), read::<Hello>(&event)) else { return };
    let Some((session, store, build)) =
        state.inner.with(|inner| (inner.session == hello.session, inner.store == hello.store, inner.build == hello.build))
    else {
        return;
    };
    if hello.me != state.me.id || !session {
        return browser::reload();
    }
    line(|line| {
        line.failures = 0;
        line.other_store = (!store).then_some(hello.store);
    });
    put(state.update_ready, !build);
    settle(LinkState::up);
    state.returned();
}

fn on_reset(event: MessageEvent) {
    heard(&event);
    let (Some(state), Some(reset)) = (state(), read::<Reset>(&event)) else { return };
    let other = line(|line| {
        line.cursor.get_or_insert(reset.head);
        line.other_store.take()
    })
    .flatten();
    let moved = other.is_some();
    state.missed(other);
    // A source keeps its URL, and with it the old store's name.
    if moved {
        connect();
    }
}

fn on_error() {
    down();
    let gave_up = line(|line| {
        line.failures += 1;
        line.source.as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED)
    });
    match gave_up {
        // Any answer but 200 is final for the browser and its status is hidden from us: ask.
        Some(true) => {
            close();
            spawn_local(ask_why());
        }
        // The first time the browser comes back by itself, after the time the server drew for it; then we back off.
        Some(false) if line(|line| line.failures) > Some(1) => {
            close();
            try_later();
        }
        _ => {}
    }
}

async fn ask_why() {
    let answer = call::<WhoAmI>(&[]).await;
    let Some(state) = state() else { return };
    match answer {
        Ok(me) => {
            let same = state.inner.with(|inner| inner.session == me.session) == Some(true) && me.id == state.me.id;
            if same { try_later() } else { browser::reload() }
        }
        Err(error) if state.ends(&error) => {}
        Err(_) => try_later(),
    }
}

fn try_later() {
    line(|line| {
        let wait = backoff::delay(line.failures.saturating_sub(1), browser::random());
        if line.source.is_none() {
            line.retry = Some(Timeout::new(wait as u32, connect));
        }
    });
}

/// Compares times and counts no ticks: a machine that slept finds out at the first one.
fn watch() {
    let silent = line(|line| line.source.is_some() && browser::now() - line.heard > SILENCE);
    if silent == Some(true) {
        down();
        connect();
    }
}

fn down() {
    settle(LinkState::down);
}

/// Moves what a person is told, and on from there when its time has passed.
fn settle(step: fn(LinkState) -> LinkState) {
    let Some(state) = state() else { return };
    let Some(link) = state.link.try_get_untracked() else { return };
    let next = step(link);
    if next == link {
        return;
    }
    state.link.try_set(next);
    let timer = next.patience().map(|wait| Timeout::new(wait, || settle(LinkState::waited)));
    // The old timer may be the one that runs now; it is dropped after its work.
    let old = line(|line| std::mem::replace(&mut line.patience, timer));
    browser::later(0, move || drop(old));
}
