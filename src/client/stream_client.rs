//! The only file that names EventSource: it connects, watches, backs off, and hands on what the stream says, frame by frame.

use super::{backoff, platform, shared::LocalShared};
use crate::model::{
    ids::Seq,
    things::{Hello, Reset},
    wire,
};
use gloo_timers::callback::Timeout;
use std::{rc::Rc, str::FromStr};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

/// Milliseconds without a frame after which a stream counts as dead; the server pings every 15 s.
pub(super) const SILENCE: f64 = 40_000.0;
/// Milliseconds of silence after which a stream is replaced when the network or the person comes back: longer than one ping.
const DOUBT: f64 = 20_000.0;
/// Milliseconds after which a connection that has not come about is tried anew when the network or the person comes back.
const TRY: f64 = 5_000.0;

/// What a stream client tells.
pub(super) trait StreamSink {
    /// Checks a `hello`. False when the stream is not for this page: the client closes it.
    fn accepts(&self, hello: &Hello) -> bool;
    /// The stream stands, to a server that carries `build`.
    fn up(&self, build: String);
    /// The stream has broken off.
    fn down(&self);
    /// The newest state of a thing, as it stands on the wire.
    fn event(&self, id: Seq, data: String);
    /// The stream is alive and has come to `id` without anything for this person.
    fn pinged(&self, id: Seq);
    /// The stream cannot say what happened and goes on from `to`; `store` is given when it is another one than before.
    fn reset(&self, store: Option<String>, to: Seq);
    /// The server refused the stream, and the browser hides why.
    fn refused(&self);
}

/// The one stream of a page; copies are the same client.
#[derive(Clone, Copy)]
pub(super) struct StreamClient(LocalShared<Inner>);

struct Inner {
    sink: Rc<dyn StreamSink>,
    source: Option<EventSource>,
    store: String,
    /// Everything up to here has been received.
    cursor: Seq,
    /// The source has said a hello that is for this page; before that its frames are ignored.
    welcome: bool,
    /// The stream has broken off, and a new try waits for its turn.
    waiting: bool,
    /// The server has said goodbye: the end that follows is no failure.
    bye: bool,
    /// The store that `hello` named when it differs from ours; its `reset` follows.
    other_store: Option<String>,
    /// When the last frame came, or the last try began.
    received_at: f64,
    failures: u32,
    retry: Option<Timeout>,
    /// Made once and used for every source, so that none is dropped while it runs. None for a moment, while they are made.
    handlers: Option<Handlers>,
}

type OnFrame = Closure<dyn FnMut(MessageEvent)>;

struct Handlers {
    message: OnFrame,
    named: [(&'static str, OnFrame); 4],
    error: Closure<dyn FnMut(web_sys::Event)>,
}

impl StreamClient {
    /// Makes a client that is closed.
    pub fn new(sink: Rc<dyn StreamSink>) -> Self {
        let client = Self(LocalShared::new(Inner {
            sink,
            source: None,
            store: String::new(),
            cursor: Seq(0),
            welcome: false,
            waiting: false,
            bye: false,
            other_store: None,
            received_at: 0.0,
            failures: 0,
            retry: None,
            handlers: None,
        }));
        let handlers = Handlers::new(client);
        client.with(|inner| inner.handlers = Some(handlers));
        client
    }

    /// Runs `work` on the client's state, if the page is there. The sink may call back: it is never called from inside of `work`.
    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.0.with(work)
    }

    fn tell(self, say: impl FnOnce(&dyn StreamSink)) {
        if let Some(sink) = self.with(|inner| inner.sink.clone()) {
            say(&*sink);
        }
    }

    /// Opens a stream of `store` that starts behind `after`.
    pub fn open(self, store: String, after: Seq) {
        self.close();
        self.with(|inner| (inner.store, inner.cursor, inner.other_store, inner.failures) = (store, after, None, 0));
        self.connect();
    }

    /// Closes the stream; [`Self::resume`] opens it again where it was.
    pub fn close(self) {
        self.drop_source();
        // A check of why the last one broke off does nothing any more.
        self.with(|inner| inner.waiting = false);
    }

    fn drop_source(self) {
        self.with(|inner| {
            inner.retry = None;
            inner.welcome = false;
            if let Some(source) = inner.source.take() {
                source.close();
            }
        });
    }

    /// True while the stream stands.
    pub fn is_up(self) -> bool {
        self.with(|inner| inner.welcome && !inner.waiting) == Some(true)
    }

    /// True while the stream has broken off and nothing tries to bring it back.
    pub fn is_refused(self) -> bool {
        self.with(|inner| inner.source.is_none() && inner.waiting) == Some(true)
    }

    /// Connects at once, unless a stream is there and sounds alive: the network or the person is back. `doubted`: something else
    /// says that the connection was lost, so an open stream proves nothing.
    pub fn resume(self, doubted: bool) {
        let alive = self.with(|inner| {
            let since = platform::now() - inner.received_at;
            match inner.source.as_ref().map(EventSource::ready_state) {
                Some(EventSource::OPEN) => since < DOUBT && !doubted,
                // A try under way is left alone; one that waits for its turn is not.
                Some(EventSource::CONNECTING) => !inner.waiting && since < TRY,
                _ => false,
            }
        });
        if alive == Some(false) && self.with(|inner| inner.store.is_empty()) == Some(false) {
            self.connect();
        }
    }

    fn connect(self) {
        self.drop_source();
        let refused = self.with(|inner| {
            let mut url = String::from("/events?store=");
            url.push_str(&inner.store);
            url.push_str("&after=");
            url.push_str(&inner.cursor.to_string());
            (inner.waiting, inner.bye, inner.received_at) = (false, false, platform::now());
            let (Ok(source), Some(on)) = (EventSource::new(&url), &inner.handlers) else { return true };
            source.set_onmessage(Some(on.message.as_ref().unchecked_ref()));
            source.set_onerror(Some(on.error.as_ref().unchecked_ref()));
            for (name, handler) in &on.named {
                let _ = source.add_event_listener_with_callback(name, handler.as_ref().unchecked_ref());
            }
            inner.source = Some(source);
            false
        });
        if refused == Some(true) {
            self.tell(|sink| sink.down());
            self.try_later();
        }
    }

    /// Notes that a frame has come: the stream is alive, and the frame's id is where a resume goes on. None when the stream is
    /// not for this page.
    fn receive(self, event: &MessageEvent) -> Option<Seq> {
        self.with(|inner| {
            if !inner.welcome {
                return None;
            }
            inner.received_at = platform::now();
            if let Ok(id) = Seq::from_str(&event.last_event_id()) {
                inner.cursor = id;
            }
            Some(inner.cursor)
        })
        .flatten()
    }

    fn on_message(self, event: &MessageEvent) {
        if let (Some(id), Some(data)) = (self.receive(event), event.data().as_string()) {
            self.tell(|sink| sink.event(id, data));
        }
    }

    fn on_ping(self, event: &MessageEvent) {
        if let Some(id) = self.receive(event) {
            self.tell(|sink| sink.pinged(id));
        }
    }

    fn on_hello(self, event: &MessageEvent) {
        let Some(hello) = read::<Hello>(event) else { return };
        let Some(sink) = self.with(|inner| inner.sink.clone()) else { return };
        if !sink.accepts(&hello) {
            return self.close();
        }
        self.with(|inner| {
            (inner.welcome, inner.waiting, inner.failures) = (true, false, 0);
            inner.other_store = (inner.store != hello.store).then_some(hello.store);
        });
        self.receive(event);
        sink.up(hello.build);
    }

    fn on_reset(self, event: &MessageEvent) {
        let (Some(_), Some(reset)) = (self.receive(event), read::<Reset>(event)) else { return };
        let other = self
            .with(|inner| {
                inner.cursor = reset.head;
                inner.other_store.take().inspect(|store| inner.store.clone_from(store))
            })
            .flatten();
        let moved = other.is_some();
        self.tell(|sink| sink.reset(other, reset.head));
        // A source keeps its URL, and with it the old store's name.
        if moved {
            self.connect();
        }
    }

    /// The browser comes back by itself, after the time that the server has drawn for this stream.
    fn on_bye(self, event: &MessageEvent) {
        if self.receive(event).is_some() {
            self.with(|inner| inner.bye = true);
            self.tell(|sink| sink.down());
        }
    }

    fn on_error(self) {
        self.tell(|sink| sink.down());
        let outcome = self.with(|inner| {
            if !std::mem::take(&mut inner.bye) {
                inner.failures += 1;
            }
            inner.waiting = true;
            let gave_up = inner.source.as_ref().is_none_or(|source| source.ready_state() == EventSource::CLOSED);
            (gave_up, inner.failures)
        });
        match outcome {
            // Any answer but 200 is final for the browser, and its status is hidden from scripts.
            Some((true, _)) => {
                self.drop_source();
                self.tell(|sink| sink.refused());
            }
            // The first time the browser comes back by itself, after the time that the server drew for it; then we back off.
            Some((false, 2..)) => {
                self.drop_source();
                self.try_later();
            }
            _ => {}
        }
    }

    /// Connects again after a backoff.
    pub fn try_later(self) {
        self.with(|inner| {
            let wait = backoff::delay(inner.failures.saturating_sub(1), platform::random());
            if inner.source.is_none() {
                inner.retry = Some(Timeout::new(wait as u32, move || self.connect()));
            }
        });
    }

    /// Replaces a stream that has been silent too long. It compares times and counts no ticks: a machine that slept finds out at
    /// the first one.
    pub fn watch(self) {
        let silent = self.with(|inner| inner.source.is_some() && platform::now() - inner.received_at > SILENCE);
        if silent == Some(true) {
            self.tell(|sink| sink.down());
            self.connect();
        }
    }
}

impl Handlers {
    fn new(client: StreamClient) -> Self {
        let on =
            |work: fn(StreamClient, &MessageEvent)| Closure::<dyn FnMut(MessageEvent)>::new(move |event| work(client, &event));
        Self {
            message: on(StreamClient::on_message),
            named: [
                ("hello", on(StreamClient::on_hello)),
                ("ping", on(StreamClient::on_ping)),
                ("reset", on(StreamClient::on_reset)),
                ("bye", on(StreamClient::on_bye)),
            ],
            error: Closure::new(move |_| client.on_error()),
        }
    }
}

/// The frame's data as `T`; none where a newer server says something this page does not know.
fn read<T: serde::de::DeserializeOwned>(event: &MessageEvent) -> Option<T> {
    wire::read(&event.data().as_string()?)
}
