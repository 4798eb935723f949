//! What passes between stream, page and the other tabs: the leader hands on what the stream says, a follower takes it.

use super::{
    Role,
    frame_log::{self, Recent, Verdict},
    post, role, state, tab,
    tab_message::{Batch, Note, Place},
};
use crate::{
    app::state::{LinkState, put},
    client::{connection_status, platform, stream_client, tabs},
    model::{
        ids::{MAX_NUMBER, Seq},
        things::{Event, Hello},
    },
};

/// Milliseconds before a tab that waits for an answer asks again.
const PATIENCE: f64 = 1_000.0;

/// Hands a note of the leader's on; a tab on its own has nobody to tell.
fn tell(note: &Note) {
    if role() == Role::Leader {
        post(note);
    }
}

/// Hands on that who has everything up to `from` has now everything up to `to`.
fn hand_on(from: Seq, to: Seq, things: Vec<String>) {
    if role() == Role::Leader
        && let Some(Place { store, .. }) = tabs::place()
    {
        post(&Note::Frames(Batch { store, from, to, things }));
    }
}

/// The stream says hello. False where it is not for this page: then the page starts over.
pub(crate) fn welcomes(hello: &Hello) -> bool {
    let ours = tabs::is_me(hello.me, &hello.session);
    if !ours {
        changed();
    }
    ours
}

/// The stream stands.
pub(crate) fn up(build: String) {
    tab(|tab| tab.build.clone_from(&build));
    tell(&Note::Up { build: build.clone() });
    stands(&build);
}

fn stands(build: &str) {
    let Some(state) = state() else { return };
    let newer = state.inner.with(|inner| inner.build != build) == Some(true);
    put(state.update_ready, newer);
    connection_status::settle(&state, LinkState::up);
    state.returned();
}

/// The stream has broken off.
pub(crate) fn down() {
    tell(&Note::Down);
    fell();
}

fn fell() {
    if let Some(state) = state() {
        connection_status::settle(&state, LinkState::down);
    }
}

/// The stream says what a thing is now.
pub(crate) fn thing(id: Seq, data: String) {
    let event = Event::read(&data);
    let Some((from, news)) = tab(|tab| {
        let (from, news) = (tab.recent.head(), id > tab.cursor);
        tab.recent.push(id, event.as_ref().map(Event::thing), data.clone());
        tab.cursor = tab.cursor.max(id);
        (from, news)
    }) else {
        return;
    };
    hand_on(from, id, vec![data]);
    if news && let (Some(state), Some(event)) = (state(), event) {
        state.apply(event);
    }
}

/// The stream is alive, and has come to `id` without anything for us.
pub(crate) fn pinged(id: Seq) {
    let from = tab(|tab| {
        let from = tab.recent.head();
        tab.recent.moved(id);
        tab.cursor = tab.cursor.max(id);
        from
    });
    if let Some(from) = from {
        hand_on(from, id, Vec::new());
    }
}

/// The stream cannot say what happened, and goes on from `to`; `other` is the store where it is another one than before.
pub(crate) fn reset(other: Option<String>, to: Seq) {
    tab(|tab| (tab.cursor, tab.recent) = (to, Recent::from(to)));
    let Some(state) = state() else { return };
    state.missed(other);
    if let Some(Place { store, .. }) = tabs::place() {
        tell(&Note::Missed { store, below: Seq(MAX_NUMBER), to });
    }
}

/// The session has ended.
pub(crate) fn ended() {
    if let Some(state) = state() {
        state.ended();
    }
}

/// The cookie is another session's now: whoever that is, this page is not for them. All tabs of the old session start over.
pub(crate) fn changed() {
    post(&Note::Changed);
    tabs::leave();
    platform::reload();
}

/// A tab asks what came since its place; that it asks says too that somebody looks.
pub(crate) fn asked(place: Place) {
    match role() {
        Role::Gathering => {
            here(place);
            post(&Note::Lead);
        }
        Role::Leader => {
            let Some(own) = tabs::place() else { return };
            let (up, build) = (stream_client::is_up(), tab(|tab| tab.build.clone()).unwrap_or_default());
            // While the stream is down its store may be another one by now.
            if (up || own.store == place.store)
                && let Some(answer) = tab(|tab| tab.recent.answer(&own.store, &place))
            {
                post(&answer);
            }
            post(&if up { Note::Up { build } } else { Note::Down });
            stream_client::resume();
        }
        _ => {}
    }
}

fn here(place: Place) {
    if tabs::place().is_some_and(|own| own.store == place.store) {
        tab(|tab| tab.others.push(place.cursor));
    }
}

/// Another tab says something.
pub(crate) fn noted(note: Note) {
    match note {
        Note::Ended => {
            if let Some(state) = state() {
                // Known to all: it is not told again.
                put(state.link, LinkState::Ended);
                state.ended();
            }
        }
        Note::Changed => {
            tabs::leave();
            platform::reload();
        }
        Note::Theme(theme) => {
            if let Some(state) = state() {
                state.take_theme(theme);
            }
        }
        _ if role() == Role::Alone => {}
        Note::Ask(place) => asked(place),
        Note::Here(place) if role() == Role::Gathering => here(place),
        Note::Here(_) => {}
        // Who leads and does not know yet that the lead was taken is asked as well.
        Note::Lead => {
            tabs::hear();
            if let Some(place) = tabs::place() {
                post(&Note::Here(place));
            }
        }
        // What a robbed leader still says.
        _ if role() == Role::Leader => {}
        said => {
            tabs::hear();
            follow(said);
        }
    }
}

/// The leader says something.
fn follow(note: Note) {
    let (Some(state), Some(place)) = (state(), tabs::place()) else { return };
    match note {
        Note::Up { build } => stands(&build),
        Note::Down => fell(),
        Note::Missed { store, below, to } => {
            let other = (store != place.store).then_some(store);
            if other.is_some() || place.cursor < below {
                tab(|tab| tab.cursor = to);
                state.missed(other);
            }
        }
        Note::Frames(batch) => match frame_log::judge(&place, &batch) {
            Verdict::Known => {}
            Verdict::Follows => {
                tab(|tab| tab.cursor = batch.to);
                let events = batch.things.iter().filter_map(|data| Event::read(data));
                events.filter(|event| event.seq() > place.cursor).for_each(|event| state.apply(event));
            }
            Verdict::Gap => {
                if tab(|tab| platform::now() - tab.asked > PATIENCE) == Some(true) {
                    tabs::ask();
                }
            }
        },
        _ => {}
    }
}
