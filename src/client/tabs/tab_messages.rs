//! What passes between stream, page and the other tabs: the leader hands on what the stream says, a follower applies it.

use super::{
    Role, Tabs,
    frame_log::{self, FrameLog, Verdict},
    tab_message::{EventBatch, StreamPosition, TabMessage},
};
use crate::{
    client::{connection_status::ConnectionStatus, page::put, platform, stream_client::StreamSink},
    model::{
        ids::{MAX_NUMBER, Seq},
        things::{Event, Hello},
    },
};

/// Milliseconds between two fetches of everything shown because something could not be read.
const UNREADABLE_PAUSE: f64 = 30_000.0;
/// Milliseconds before a tab that waits for an answer asks again.
const ASK_AGAIN: f64 = 1_000.0;

/// What the stream says to the tab that has it.
impl StreamSink for Tabs {
    fn accepts(&self, hello: &Hello) -> bool {
        let ours = self.page.is_session(hello.me, &hello.session);
        if !ours {
            self.restart();
        }
        ours
    }

    fn up(&self, build: String) {
        self.with(|inner| inner.build.clone_from(&build));
        self.tell(&TabMessage::Up { build: build.clone() });
        self.stream_stands(&build);
    }

    fn down(&self) {
        self.tell(&TabMessage::Down);
        self.stream_broke_off();
    }

    fn event(&self, id: Seq, data: String) {
        let event = self.read(&data);
        let Some((from, is_news)) = self.with(|inner| {
            let (from, is_news) = (inner.log.head(), id > inner.cursor);
            inner.log.push(id, event.as_ref().map(Event::thing), data.clone());
            inner.cursor = inner.cursor.max(id);
            (from, is_news)
        }) else {
            return;
        };
        self.page.heard();
        self.hand_on(from, id, vec![data]);
        if let Some(event) = event.filter(|_| is_news) {
            self.page.application(|application| application.event(event));
        }
    }

    fn pinged(&self, id: Seq) {
        self.page.heard();
        let from = self.with(|inner| {
            let from = inner.log.head();
            inner.log.moved(id);
            inner.cursor = inner.cursor.max(id);
            from
        });
        if let Some(from) = from {
            self.hand_on(from, id, Vec::new());
        }
    }

    fn reset(&self, store: Option<String>, to: Seq) {
        self.with(|inner| (inner.cursor, inner.log) = (to, FrameLog::from(to)));
        self.page.application(|application| application.changes_missed(store));
        if let Some(StreamPosition { store, .. }) = self.position() {
            self.tell(&TabMessage::Missed { store, below: Seq(MAX_NUMBER), to });
        }
    }

    fn refused(&self) {
        self.page.application(|application| application.check());
    }
}

impl Tabs {
    /// Reads a thing as the stream carries it. What cannot be read is not passed over in silence: the console says so once, and
    /// what is shown is fetched anew, unless a newer server has a kind of thing that this page does not know.
    fn read(self, data: &str) -> Option<Event> {
        let event = Event::read(data);
        if event.is_none() {
            let now = platform::now();
            let unread = self.with(|inner| {
                let due = now - inner.unreadable_at > UNREADABLE_PAUSE;
                if due {
                    inner.unreadable_at = now;
                }
                inner.unreadable += 1;
                (inner.unreadable, due)
            });
            if let Some((1, _)) = unread {
                leptos::logging::warn!("Rill: the server sent something that this page cannot read");
            }
            if let Some((_, true)) = unread
                && Event::has_known_kind(data)
            {
                self.page.application(|application| application.changes_missed(None));
            }
        }
        event
    }

    /// Sends a message of the leader's; a tab on its own has nobody to tell.
    fn tell(self, message: &TabMessage) {
        if self.role() == Role::Leader {
            self.post(message);
        }
    }

    /// Passes events on: a tab that has everything up to `from` has then everything up to `to`.
    fn hand_on(self, from: Seq, to: Seq, things: Vec<String>) {
        if self.role() == Role::Leader
            && let Some(StreamPosition { store, .. }) = self.position()
        {
            self.post(&TabMessage::Frames(EventBatch { store, from, to, things }));
        }
    }

    fn stream_stands(self, build: &str) {
        self.page.note_build(build);
        self.page.heard();
        self.page.application(|application| application.connected());
    }

    fn stream_broke_off(self) {
        self.page.step_status(ConnectionStatus::down);
    }

    /// Starts all tabs of this session over: the cookie is another session's now, and this page is not for that one.
    pub fn restart(self) {
        self.post(&TabMessage::Changed);
        self.leave();
        platform::reload();
    }

    /// Lets the stream try again, unless the lead has gone to another tab or a try is under way.
    pub fn retry_stream(self) {
        self.stream(|stream| {
            if stream.is_refused() {
                stream.try_later();
            }
        });
    }

    /// True while the server refuses the stream and nothing tries to bring it back.
    pub fn is_refused(self) -> bool {
        let mut refused = false;
        self.stream(|stream| refused = stream.is_refused());
        refused
    }

    /// Answers a tab that asks what came since its position. The question also says that a tab is looked at.
    fn on_ask(self, position: StreamPosition) {
        match self.role() {
            Role::Gathering => {
                self.on_here(&position);
                self.post(&TabMessage::Lead);
            }
            Role::Leader => {
                let Some(own) = self.position() else { return };
                let (mut up, build) = (false, self.with(|inner| inner.build.clone()).unwrap_or_default());
                self.stream(|stream| up = stream.is_up());
                // While the stream is down its store may be another one by now.
                if (up || own.store == position.store)
                    && let Some(answer) = self.with(|inner| inner.log.answer(&own.store, &position))
                {
                    self.post(&answer);
                }
                self.post(&if up { TabMessage::Up { build } } else { TabMessage::Down });
                self.stream(|stream| stream.resume(false));
            }
            _ => {}
        }
    }

    fn on_here(self, position: &StreamPosition) {
        if self.position().is_some_and(|own| own.store == position.store) {
            self.with(|inner| inner.others.push(position.cursor));
        }
    }

    /// Receives a message of another tab.
    pub(super) fn receive(self, message: TabMessage) {
        match message {
            TabMessage::Ended => {
                // Known to all: it is not told again.
                put(self.page.connection, ConnectionStatus::Ended);
                self.page.application(|application| application.ended());
            }
            TabMessage::Changed => {
                self.leave();
                platform::reload();
            }
            TabMessage::Setting(setting) => self.page.application(|application| application.setting(&setting)),
            _ if self.role() == Role::Alone => {}
            TabMessage::Ask(position) => self.on_ask(position),
            TabMessage::Here(position) if self.role() == Role::Gathering => self.on_here(&position),
            TabMessage::Here(_) => {}
            // A leader that does not know yet that it has lost the lead is asked as well.
            TabMessage::Lead => {
                self.hear();
                if let Some(position) = self.position() {
                    self.post(&TabMessage::Here(position));
                }
            }
            // What a leader that has lost the lead still says.
            _ if self.role() == Role::Leader => {}
            message => {
                self.hear();
                self.follow(message);
            }
        }
    }

    /// Receives a message of the leader's.
    fn follow(self, message: TabMessage) {
        let Some(position) = self.position() else { return };
        match message {
            TabMessage::Up { build } => self.stream_stands(&build),
            TabMessage::Down => self.stream_broke_off(),
            TabMessage::Missed { store, below, to } => {
                let other = (store != position.store).then_some(store);
                if other.is_some() || position.cursor < below {
                    self.with(|inner| inner.cursor = to);
                    self.page.application(|application| application.changes_missed(other));
                }
            }
            TabMessage::Frames(batch) => match frame_log::check_batch(&position, &batch) {
                Verdict::Applied => {}
                Verdict::Follows => {
                    self.with(|inner| inner.cursor = batch.to);
                    self.page.heard();
                    let events = batch.things.iter().filter_map(|data| self.read(data));
                    for event in events.filter(|event| event.seq() > position.cursor) {
                        self.page.application(|application| application.event(event));
                    }
                }
                Verdict::Gap => {
                    if self.with(|inner| platform::now() - inner.asked > ASK_AGAIN) == Some(true) {
                        self.ask();
                    }
                }
            },
            _ => {}
        }
    }
}
