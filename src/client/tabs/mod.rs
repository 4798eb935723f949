//! The tabs of one browser: one of them leads and has the stream, the others receive from it. This file owns which one leads:
//! how a tab gets the lead and loses it, and what it does where there are no locks. `tab_messages.rs` owns what passes between
//! them.

mod channel;
mod frame_log;
mod leader;
pub(crate) mod tab_message;
mod tab_messages;

use super::{
    connection_status::ConnectionStatus,
    page::Page,
    platform,
    shared::LocalShared,
    stream_client::{SILENCE, StreamClient},
};
use crate::model::ids::Seq;
use channel::{Channel, Listener};
use frame_log::FrameLog;
use gloo_timers::callback::Interval;
use leader::Claim;
use std::rc::Rc;
use tab_message::{StreamPosition, TabMessage};

/// Milliseconds in which the other tabs tell a new leader where they stand.
const GATHER: u32 = 100;
/// Milliseconds after which a leader that does not answer counts as stuck.
const ANSWER: u32 = 1_000;
/// Milliseconds: a timer that is this much too late says that this tab slept, not the leader.
const SLEPT: f64 = 3_000.0;
/// Milliseconds for which a hidden tab keeps a stream of its own.
const LINGER: u32 = 10_000;
/// Milliseconds from one look at the stream to the next.
const WATCH: u32 = 5_000;
/// The form in which tabs write to each other; tabs that write in another form do not hear each other.
const FORMAT: &str = "rill 1 ";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Not shown by any window, as in the back-forward cache, or the session has ended: nothing is held.
    Away,
    /// Another tab leads, or soon will; this one waits for the lock.
    Follower,
    /// Has the lock and asks the others where they stand.
    Gathering,
    Leader,
    /// There are no locks (plain http): each visible tab has a stream.
    Alone,
}

/// This tab among the others; copies are the same tab.
#[derive(Clone, Copy)]
pub(crate) struct Tabs {
    page: Page,
    inner: LocalShared<Inner>,
}

struct Inner {
    /// None for a moment, while the tab is made.
    stream: Option<StreamClient>,
    role: Role,
    /// Everything up to here is on this page.
    cursor: Seq,
    /// The leader's own: what the stream has said lately.
    log: FrameLog,
    /// The leader's own: the build that the server carries.
    build: String,
    /// Where the others stand, while gathering.
    others: Vec<Seq>,
    /// When the leader was last heard; when it was last asked, and whether it has said anything since.
    heard: f64,
    asked: f64,
    answered: bool,
    channel: Option<Channel>,
    /// Person and session: the name of lock and channel, so that no tab gets another person's frames.
    name: String,
    claim: Option<Claim>,
    /// Counts the claims, so that an old one's news are not taken for the new one's.
    claims: u32,
    hidden_at: f64,
    /// How often something could not be read, and when everything was last fetched anew for that.
    unreadable: u32,
    unreadable_at: f64,
    listener: Option<Listener>,
    watchdog: Option<Interval>,
}

impl Tabs {
    /// Receives what comes after the page's head from now on, from whichever tab leads.
    pub fn start(page: Page) -> Self {
        let mut name = String::from(FORMAT);
        name.push_str(&page.me.to_string());
        name.push(' ');
        name.push_str(&page.session());
        let head = page.head();
        let inner = LocalShared::new(Inner {
            stream: None,
            role: Role::Away,
            cursor: head,
            log: FrameLog::from(head),
            build: String::new(),
            others: Vec::new(),
            heard: 0.0,
            asked: 0.0,
            answered: false,
            channel: None,
            name,
            claim: None,
            claims: 0,
            hidden_at: 0.0,
            unreadable: 0,
            unreadable_at: 0.0,
            listener: None,
            watchdog: None,
        });
        let tabs = Self { page, inner };
        let (stream, listener) = (StreamClient::new(Rc::new(tabs)), channel::listener(move |message| tabs.receive(message)));
        let watchdog = Interval::new(WATCH, move || tabs.watch());
        tabs.with(|inner| (inner.stream, inner.listener, inner.watchdog) = (Some(stream), Some(listener), Some(watchdog)));
        tabs.take_up();
        tabs
    }

    /// Runs `work` on this tab's state, if its page is there. The page may call back: it is never called from inside of `work`.
    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.with(work)
    }

    fn stream(self, work: impl FnOnce(StreamClient)) {
        if let Some(stream) = self.with(|inner| inner.stream).flatten() {
            work(stream);
        }
    }

    fn role(self) -> Role {
        self.with(|inner| inner.role).unwrap_or(Role::Away)
    }

    /// Returns where this page stands.
    fn position(self) -> Option<StreamPosition> {
        Some(StreamPosition { store: self.page.store()?, cursor: self.with(|inner| inner.cursor)? })
    }

    /// Sends a message to the other tabs.
    pub fn post(self, message: &TabMessage) {
        self.with(|inner| inner.channel.as_ref().map(|channel| channel.post(message)));
    }

    /// Notes that the leader has said something.
    fn hear(self) {
        self.with(|inner| (inner.heard, inner.answered) = (platform::now(), true));
    }

    /// Lets everything go while the page is left, perhaps for the back-forward cache: an open stream or channel would keep it
    /// out of there, and a lock held there would keep all others waiting.
    pub fn leave(self) {
        self.stream(StreamClient::close);
        self.with(|inner| {
            inner.claims += 1;
            (inner.role, inner.claim, inner.channel) = (Role::Away, None, None);
        });
    }

    /// Stops for good once the session has ended. `tell`: the other tabs do not know it yet.
    pub fn retire(self, tell: bool) {
        if tell {
            self.post(&TabMessage::Ended);
        }
        self.leave();
    }

    fn take_up(self) {
        if self.page.is_ended() || self.role() != Role::Away {
            return;
        }
        self.with(|inner| {
            inner.channel = inner.listener.as_ref().and_then(|listener| Channel::open(&inner.name, listener));
            inner.heard = platform::now();
        });
        if self.claim(false) { self.ask() } else { self.run_alone() }
    }

    /// Queues for the lock, or steals it; false where there is none to be had.
    fn claim(self, steal: bool) -> bool {
        self.with(|inner| {
            inner.claims += 1;
            // Given up before the new one is asked for, else the one would wait for the other.
            inner.claim = None;
            inner.role = Role::Follower;
            let claim = inner.claims;
            inner.claim = inner.channel.as_ref().and_then(|_| {
                let (on_granted, on_lost) = (move || self.on_lock_granted(claim), move |stolen| self.on_lock_lost(claim, stolen));
                leader::claim(&inner.name, steal, on_granted, on_lost)
            });
            inner.claim.is_some()
        }) == Some(true)
    }

    /// True while this is still the claim that counts.
    fn is_current(self, claim: u32) -> bool {
        self.with(|inner| inner.claims == claim) == Some(true)
    }

    /// Takes the lock; false when it is not wanted any more.
    fn on_lock_granted(self, claim: u32) -> bool {
        if !self.is_current(claim) {
            return false;
        }
        self.with(|inner| {
            inner.role = Role::Gathering;
            inner.others.clear();
        });
        self.post(&TabMessage::Lead);
        platform::later(GATHER, move || {
            if self.is_current(claim) && self.role() == Role::Gathering {
                self.lead();
            }
        });
        true
    }

    fn lead(self) {
        let Some(position) = self.position() else { return };
        let start = self.with(|inner| {
            let start = frame_log::start(inner.cursor, &inner.others);
            (inner.role, inner.log) = (Role::Leader, FrameLog::from(start));
            start
        });
        self.stream(|stream| stream.open(position.store, start.unwrap_or(position.cursor)));
    }

    /// Another tab has stolen the lock, since this one was stuck; or, where it was not `stolen`, the browser gives this page
    /// none at all.
    fn on_lock_lost(self, claim: u32, stolen: bool) {
        if !self.is_current(claim) {
            return;
        }
        self.stream(StreamClient::close);
        if stolen && self.claim(false) { self.ask() } else { self.run_alone() }
    }

    fn run_alone(self) {
        self.with(|inner| inner.role = Role::Alone);
        if platform::visible()
            && let Some(position) = self.position()
        {
            self.stream(|stream| stream.open(position.store, position.cursor));
        }
    }

    /// Asks the leader for what came since this page's position. A visible tab takes the lead where no answer comes.
    fn ask(self) {
        let Some(position) = self.position() else { return };
        let Some(claim) = self.with(|inner| {
            (inner.asked, inner.answered) = (platform::now(), false);
            inner.claims
        }) else {
            return;
        };
        self.post(&TabMessage::Ask(position));
        if platform::visible() {
            platform::later(ANSWER, move || self.on_no_answer(claim));
        }
    }

    fn on_no_answer(self, claim: u32) {
        if !self.is_current(claim) || self.role() != Role::Follower || !platform::visible() {
            return;
        }
        let waited = self.with(|inner| (!inner.answered).then(|| platform::now() - inner.asked)).flatten();
        match waited {
            Some(waited) if waited > SLEPT => self.ask(),
            // Asked again since: that question has a timer of its own. One may run a little early.
            Some(waited) if waited < f64::from(ANSWER) * 0.9 => {}
            Some(_) if !self.claim(true) => self.run_alone(),
            _ => {}
        }
    }

    /// Reaches for the stream at once: the network is back, or the person, or the page itself from the back-forward cache.
    pub fn wake(self) {
        match self.role() {
            Role::Away => self.take_up(),
            Role::Follower => self.ask(),
            Role::Gathering => {}
            Role::Leader => self.resume_stream(),
            Role::Alone if platform::visible() => self.resume_stream(),
            Role::Alone => {}
        }
    }

    fn resume_stream(self) {
        let doubted = self.page.status() == ConnectionStatus::Reconnecting;
        self.stream(|stream| stream.resume(doubted));
    }

    /// The tab is not visible any more. Without a leader it gives its stream up after a while, for a browser has six connections.
    pub fn hide(self) {
        if self.role() != Role::Alone {
            return;
        }
        self.with(|inner| inner.hidden_at = platform::now());
        platform::later(LINGER, move || {
            let since = self.with(|inner| platform::now() - inner.hidden_at).unwrap_or_default();
            if self.role() == Role::Alone && !platform::visible() && since > f64::from(LINGER) * 0.9 {
                self.stream(StreamClient::close);
            }
        });
    }

    /// Compares times and counts no ticks: browsers let hidden tabs tick as they like.
    fn watch(self) {
        match self.role() {
            Role::Leader | Role::Alone => self.stream(StreamClient::watch),
            Role::Follower if platform::visible() => {
                let silent = self.with(|inner| platform::now() - inner.heard > SILENCE);
                if silent == Some(true) {
                    self.ask();
                }
            }
            _ => {}
        }
    }
}
