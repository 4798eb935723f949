//! The one file that names EventSource: it connects, watches, backs off, and hands on what the stream says, frame by frame.

use super::{backoff, call::call, platform, tabs};
use crate::{
    features::accounts::api::WhoAmI,
    model::{
        error::Code,
        ids::Seq,
        things::{Hello, Reset},
        wire,
    },
};
use gloo_timers::callback::Timeout;
use leptos::task::spawn_local;
use std::{cell::RefCell, str::FromStr};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// Milliseconds without a frame after which a stream counts as dead; the server pings every 15 s.
pub(crate) const SILENCE: f64 = 40_000.0;
/// A stream quiet for longer than one ping is not trusted when the network or the person comes back.
const DOUBT: f64 = 20_000.0;
/// A connection that has not come about after so long is tried anew when the network or the person comes back.
const TRY: f64 = 5_000.0;

struct Line {
    source: Option<EventSource>,
    store: String,
    /// Everything up to here has been heard.
    cursor: Seq,
    /// The source has said a hello that is for this page; before that nothing it says is listened to.
    welcome: bool,
    /// The stream has broken off, and a new try waits for its turn.
    waiting: bool,
    /// The server has said goodbye: the end that follows is no failure.
    bye: bool,
    /// The store that `hello` named when it is another one than ours; its `reset` follows.
    other_store: Option<String>,
    /// When the last frame came, or the last try began.
    heard: f64,
    failures: u32,
    retry: Option<Timeout>,
    /// Made once and used for every source, so that none is dropped while it runs.
    handlers: Handlers,
}

struct Handlers {
    message: Closure<dyn FnMut(MessageEvent)>,
    hello: Closure<dyn FnMut(MessageEvent)>,
    ping: Closure<dyn FnMut(MessageEvent)>,
    reset: Closure<dyn FnMut(MessageEvent)>,
    bye: Closure<dyn FnMut(MessageEvent)>,
    error: Closure<dyn FnMut(web_sys::Event)>,
}

thread_local! {
    static LINE: RefCell<Option<Line>> = const { RefCell::new(None) };
}

/// Runs `work` on the line, if there is one. Never call the tabs from in here: they may call back.
fn line<T>(work: impl FnOnce(&mut Line) -> T) -> Option<T> {
    let (mut work, mut outcome) = (Some(work), None);
    reach(&mut |line| outcome = work.take().map(|work| work(line)));
    outcome
}

/// One way for all that is done in there: what is generic about it stays small.
fn reach(work: &mut dyn FnMut(&mut Line)) {
    LINE.with_borrow_mut(|line| line.iter_mut().for_each(work));
}

/// Opens a stream of `store` that starts behind `after`.
pub fn open(store: String, after: Seq) {
    close();
    LINE.with_borrow_mut(|line| {
        let line = line.get_or_insert_with(Line::new);
        (line.store, line.cursor, line.other_store, line.failures) = (store, after, None, 0);
    });
    connect();
}

impl Line {
    fn new() -> Self {
        let handlers = Handlers {
            message: Closure::new(on_message),
            hello: Closure::new(on_hello),
            ping: Closure::new(on_ping),
            reset: Closure::new(on_reset),
            bye: Closure::new(on_bye),
            error: Closure::new(|_| on_error()),
        };
        Self {
            source: None,
            store: String::new(),
            cursor: Seq(0),
            welcome: false,
            waiting: false,
            bye: false,
            other_store: None,
            heard: 0.0,
            failures: 0,
            retry: None,
            handlers,
        }
    }
}

/// Closes the stream; [`resume`] opens it again where it was.
pub fn close() {
    drop_source();
    // Who still asks why the last one broke off is to do nothing about it.
    line(|line| line.waiting = false);
}

fn drop_source() {
    line(|line| {
        line.retry = None;
        line.welcome = false;
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

/// Whether the stream stands.
pub fn is_up() -> bool {
    line(|line| line.welcome && !line.waiting) == Some(true)
}

/// Connects at once, unless a stream is there and sounds alive: the network or the person is back (UX 43).
pub fn resume() {
    let alive = line(|line| {
        let since = platform::now() - line.heard;
        match line.source.as_ref().map(EventSource::ready_state) {
            Some(EventSource::OPEN) => since < DOUBT,
            // A try under way is left alone; one that waits for its turn is not.
            Some(EventSource::CONNECTING) => !line.waiting && since < TRY,
            _ => false,
        }
    });
    if alive == Some(false) {
        connect();
    }
}

fn connect() {
    drop_source();
    let refused = line(|line| {
        let mut url = String::from("/events?store=");
        url.push_str(&line.store);
        url.push_str("&after=");
        url.push_str(&line.cursor.to_string());
        (line.waiting, line.bye, line.heard) = (false, false, platform::now());
        let Ok(source) = EventSource::new(&url) else { return true };
        let on = &line.handlers;
        source.set_onmessage(Some(on.message.as_ref().unchecked_ref()));
        source.set_onerror(Some(on.error.as_ref().unchecked_ref()));
        for (name, handler) in [("hello", &on.hello), ("ping", &on.ping), ("reset", &on.reset), ("bye", &on.bye)] {
            let _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
        }
        line.source = Some(source);
        false
    });
    if refused == Some(true) {
        tabs::down();
        try_later();
    }
}

/// Every frame of a stream that is for us: it is alive, and its id is where a resume goes on. None where it is not.
fn heard(event: &MessageEvent) -> Option<Seq> {
    line(|line| {
        if !line.welcome {
            return None;
        }
        line.heard = platform::now();
        if let Ok(id) = Seq::from_str(&event.last_event_id()) {
            line.cursor = id;
        }
        Some(line.cursor)
    })
    .flatten()
}

/// The frame's data as `T`; none where a newer server says something this page does not know.
fn read<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    wire::read(&event.data().as_string()?)
}

fn on_message(event: MessageEvent) {
    if let (Some(id), Some(data)) = (heard(&event), event.data().as_string()) {
        tabs::thing(id, data);
    }
}

fn on_ping(event: MessageEvent) {
    if let Some(id) = heard(&event) {
        tabs::pinged(id);
    }
}

fn on_hello(event: MessageEvent) {
    let Some(hello) = read::<Hello>(&event) else { return };
    if !tabs::welcomes(&hello) {
        return close();
    }
    line(|line| {
        (line.welcome, line.waiting, line.failures) = (true, false, 0);
        line.other_store = (line.store != hello.store).then_some(hello.store);
    });
    heard(&event);
    tabs::up(hello.build);
}

fn on_reset(event: MessageEvent) {
    let (Some(_), Some(reset)) = (heard(&event), read::<Reset>(&event)) else { return };
    let other = line(|line| {
        line.cursor = reset.head;
        line.other_store.take().inspect(|store| line.store.clone_from(store))
    })
    .flatten();
    let moved = other.is_some();
    tabs::reset(other, reset.head);
    // A source keeps its URL, and with it the old store's name.
    if moved {
        connect();
    }
}

/// The browser comes back by itself, after the time the server has drawn for this stream.
fn on_bye(event: MessageEvent) {
    if heard(&event).is_some() {
        line(|line| line.bye = true);
        tabs::down();
    }
}

fn on_error() {
    tabs::down();
    let gave_up = line(|line| {
        if !std::mem::take(&mut line.bye) {
            line.failures += 1;
        }
        line.waiting = true;
        line.source.as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED)
    });
    match gave_up {
        // Any answer but 200 is final for the browser and its status is hidden from us: ask.
        Some(true) => {
            drop_source();
            spawn_local(ask_why());
        }
        // The first time the browser comes back by itself, after the time the server drew for it; then we back off.
        Some(false) if line(|line| line.failures) > Some(1) => {
            drop_source();
            try_later();
        }
        _ => {}
    }
}

async fn ask_why() {
    let answer = call::<WhoAmI>(&[]).await;
    // Meanwhile the lead may have gone to another tab, or a new try be under way.
    if line(|line| line.source.is_none() && line.waiting) != Some(true) {
        return;
    }
    match answer {
        Ok(me) if !tabs::is_me(me.id, &me.session) => tabs::changed(),
        Err(error) if error.code == Code::NotEntered => tabs::ended(),
        _ => try_later(),
    }
}

fn try_later() {
    line(|line| {
        let wait = backoff::delay(line.failures.saturating_sub(1), platform::random());
        if line.source.is_none() {
            line.retry = Some(Timeout::new(wait as u32, connect));
        }
    });
}

/// Compares times and counts no ticks: a machine that slept finds out at the first one.
pub fn watch() {
    let silent = line(|line| line.source.is_some() && platform::now() - line.heard > SILENCE);
    if silent == Some(true) {
        tabs::down();
        connect();
    }
}
