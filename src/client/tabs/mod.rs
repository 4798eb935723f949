//! The tabs of one browser: one of them leads and has the stream, the others hear from it. Which this one is, how it comes to
//! the lead and loses it, and what it does where there are no locks.

mod channel;
mod frame_log;
mod leader;
pub(crate) mod tab_message;
mod tab_messages;

use super::{connection_status, platform, stream_client};
use crate::{
    app::state::{AppState, LinkState, put},
    model::{
        ids::{Seq, UserId},
        initial_data::Theme,
    },
};
use channel::{Channel, Ear};
use frame_log::Recent;
use gloo_timers::callback::Interval;
use leader::Claim;
use leptos::prelude::*;
use std::cell::RefCell;
use tab_message::{Note, Place};

pub(crate) use tab_messages::{changed, down, ended, noted, pinged, reset, thing, up, welcomes};

/// Milliseconds in which the other tabs tell a new leader where they stand.
const GATHER: u32 = 100;
/// Milliseconds after which a leader that does not answer counts as stuck.
const ANSWER: u32 = 1_000;
/// A timer this much too late says that we slept, not the leader: milliseconds.
const SLEPT: f64 = 3_000.0;
/// Milliseconds for which a hidden tab keeps a stream of its own.
const LINGER: u32 = 10_000;
/// What the tabs say to each other, as it is written; tabs that write it otherwise are not to hear each other.
const FORMAT: &str = "rill 1 ";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Not shown by any window, as in the back-forward cache, or the session has ended: nothing is held.
    Away,
    /// Another tab leads, or soon will; this one waits for the lock.
    Follower,
    /// Has the lock and asks the others where they stand.
    Gathering,
    Leader,
    /// There are no locks (plain http): each tab that is seen has a stream.
    Alone,
}

pub(crate) struct Tabs {
    pub state: AppState,
    pub theme: Option<RwSignal<Theme>>,
    pub role: Role,
    /// Everything up to here is on this page.
    pub cursor: Seq,
    /// The leader's own: what the stream has said lately.
    pub recent: Recent,
    /// The leader's own: the build that the server carries.
    pub build: String,
    /// Where the others stand, while gathering.
    pub others: Vec<Seq>,
    /// When the leader was last heard; when it was last asked, and whether it has said anything since.
    pub heard: f64,
    pub asked: f64,
    pub answered: bool,
    pub channel: Option<Channel>,
    /// Person and session: the name of lock and channel, so that nobody gets another person's frames.
    name: String,
    claim: Option<Claim>,
    /// Counts the claims, so that what an old one says is not taken for the new one's.
    turn: u32,
    hidden: f64,
    ear: Ear,
    _watchdog: Interval,
}

thread_local! {
    static TABS: RefCell<Option<Tabs>> = const { RefCell::new(None) };
}

/// Runs `work` on this tab, if its page is there. Never call the state from in here: it may call back.
pub(crate) fn tab<T>(work: impl FnOnce(&mut Tabs) -> T) -> Option<T> {
    let (mut work, mut outcome) = (Some(work), None);
    reach(&mut |tab| outcome = work.take().map(|work| work(tab)));
    outcome
}

/// One way for all that is done in there: what is generic about it stays small.
fn reach(work: &mut dyn FnMut(&mut Tabs)) {
    TABS.with_borrow_mut(|tabs| tabs.iter_mut().for_each(work));
}

pub(crate) fn role() -> Role {
    tab(|tab| tab.role).unwrap_or(Role::Away)
}

pub(crate) fn state() -> Option<AppState> {
    tab(|tab| tab.state.clone())
}

/// Where this page stands.
pub(crate) fn place() -> Option<Place> {
    let (state, cursor) = tab(|tab| (tab.state.clone(), tab.cursor))?;
    Some(Place { store: state.inner.with(|inner| inner.store.clone())?, cursor })
}

/// Says something to the other tabs.
pub(crate) fn post(note: &Note) {
    tab(|tab| tab.channel.as_ref().map(|channel| channel.post(note)));
}

/// The leader has said something.
pub(crate) fn hear() {
    tab(|tab| (tab.heard, tab.answered) = (platform::now(), true));
}

/// Shows which theme is in force.
pub(crate) fn show_theme(theme: Theme) {
    if let Some(current) = tab(|tab| tab.theme).flatten() {
        put(current, theme);
    }
}

/// The page is there: it hears what comes after its head from now on, from whoever leads. `theme` is the theme in force.
pub fn open(state: &AppState, theme: Option<RwSignal<Theme>>) {
    let Some((session, head)) = state.inner.with(|inner| (inner.session.clone(), inner.head)) else { return };
    let mut name = String::from(FORMAT);
    name.push_str(&state.me.id.to_string());
    name.push(' ');
    name.push_str(&session);
    TABS.set(Some(Tabs {
        state: state.clone(),
        theme,
        role: Role::Away,
        cursor: head,
        recent: Recent::from(head),
        build: String::new(),
        others: Vec::new(),
        heard: 0.0,
        asked: 0.0,
        answered: false,
        channel: None,
        name,
        claim: None,
        turn: 0,
        hidden: 0.0,
        ear: channel::ear(),
        _watchdog: Interval::new(5_000, watch),
    }));
    take_up();
}

/// The page is gone: everything is let go, for good.
pub fn end() {
    leave();
    stream_client::end();
    connection_status::end();
    TABS.set(None);
}

/// The page is left, perhaps for the back-forward cache: an open stream or channel would keep it out, and a lock it held there
/// would keep all others waiting.
pub fn leave() {
    stream_client::close();
    tab(|tab| {
        tab.turn += 1;
        (tab.role, tab.claim, tab.channel) = (Role::Away, None, None);
    });
}

/// The session has ended: nothing is to be heard any more. `tell`: the other tabs do not know it yet.
pub(crate) fn retire(tell: bool) {
    if tell {
        post(&Note::Ended);
    }
    leave();
}

fn take_up() {
    let over = state().and_then(|state| state.link.try_get_untracked()).is_none_or(|link| link == LinkState::Ended);
    if over || role() != Role::Away {
        return;
    }
    tab(|tab| {
        tab.channel = Channel::open(&tab.name, &tab.ear);
        tab.heard = platform::now();
    });
    if claim(false) { ask() } else { alone() }
}

/// Queues for the lock, or steals it; false where there is none to be had.
fn claim(steal: bool) -> bool {
    tab(|tab| {
        tab.turn += 1;
        // Given up before the new one is asked for, else the one would wait for the other.
        tab.claim = None;
        tab.role = Role::Follower;
        tab.claim = tab.channel.as_ref().and_then(|_| leader::claim(&tab.name, steal, tab.turn));
        tab.claim.is_some()
    }) == Some(true)
}

/// Whether this is still the claim that counts.
fn current(turn: u32) -> bool {
    tab(|tab| tab.turn == turn) == Some(true)
}

/// The lock is ours; false where it is not wanted any more.
pub(crate) fn crowned(turn: u32) -> bool {
    if !current(turn) {
        return false;
    }
    tab(|tab| {
        tab.role = Role::Gathering;
        tab.others.clear();
    });
    post(&Note::Lead);
    platform::later(GATHER, move || {
        if current(turn) && role() == Role::Gathering {
            lead();
        }
    });
    true
}

fn lead() {
    let Some(place) = place() else { return };
    let start = tab(|tab| {
        let start = frame_log::start(tab.cursor, &tab.others);
        (tab.role, tab.recent) = (Role::Leader, Recent::from(start));
        start
    });
    stream_client::open(place.store, start.unwrap_or(place.cursor));
}

/// The lock was stolen: this tab was stuck, and another one did not wait. Where it was not `stolen`, the browser gives none
/// to this page at all.
pub(crate) fn robbed(turn: u32, stolen: bool) {
    if !current(turn) {
        return;
    }
    stream_client::close();
    if stolen && claim(false) { ask() } else { alone() }
}

fn alone() {
    tab(|tab| tab.role = Role::Alone);
    if platform::visible()
        && let Some(place) = place()
    {
        stream_client::open(place.store, place.cursor);
    }
}

/// Asks the leader for what came since this page's place. A tab that is seen takes the lead where no answer comes.
pub(crate) fn ask() {
    let Some(place) = place() else { return };
    let Some(turn) = tab(|tab| {
        (tab.asked, tab.answered) = (platform::now(), false);
        tab.turn
    }) else {
        return;
    };
    post(&Note::Ask(place));
    if platform::visible() {
        platform::later(ANSWER, move || unanswered(turn));
    }
}

fn unanswered(turn: u32) {
    if !current(turn) || role() != Role::Follower || !platform::visible() {
        return;
    }
    let waited = tab(|tab| (!tab.answered).then(|| platform::now() - tab.asked)).flatten();
    match waited {
        Some(waited) if waited > SLEPT => ask(),
        // Asked again since: that question has a timer of its own. One may run a little early.
        Some(waited) if waited < f64::from(ANSWER) * 0.9 => {}
        Some(_) if !claim(true) => alone(),
        _ => {}
    }
}

/// The network is back, or the person, or the page itself from the back-forward cache (UX 43).
pub fn wake() {
    match role() {
        Role::Away => take_up(),
        Role::Follower => ask(),
        Role::Gathering => {}
        Role::Leader => stream_client::resume(),
        Role::Alone => {
            if platform::visible() {
                stream_client::resume();
            }
        }
    }
}

/// The tab is not seen any more. Without a leader it gives its stream up after a while, for a browser has six connections.
pub fn hide() {
    if role() != Role::Alone {
        return;
    }
    tab(|tab| tab.hidden = platform::now());
    platform::later(LINGER, || {
        let since = tab(|tab| platform::now() - tab.hidden).unwrap_or_default();
        if role() == Role::Alone && !platform::visible() && since > f64::from(LINGER) * 0.9 {
            stream_client::close();
        }
    });
}

/// Compares times and counts no ticks: browsers let hidden tabs tick as they like.
fn watch() {
    match role() {
        Role::Leader | Role::Alone => stream_client::watch(),
        Role::Follower if platform::visible() => {
            let silent = tab(|tab| platform::now() - tab.heard > stream_client::SILENCE);
            if silent == Some(true) {
                ask();
            }
        }
        _ => {}
    }
}

/// Whether a session is this page's.
pub(crate) fn is_me(person: UserId, session: &str) -> bool {
    state().is_some_and(|state| state.me.id == person && state.inner.with(|inner| inner.session == session) == Some(true))
}
