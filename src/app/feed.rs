//! From frames to state: every event is the newest state of one thing and is taken if it is newer.

use super::state::{AppState, Route, put};
use crate::{
    client::call::call,
    features::{
        messages::{model::Message, scroll},
        people::{api::ListPeople, model::User},
        rooms::model::{Member, Room},
    },
    model::{
        ids::{RoomId, Seq},
        things::Event,
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

impl AppState {
    /// Takes one event of the stream.
    pub fn apply(&self, event: Event) {
        match event {
            Event::Message(message) => self.learn_message(message),
            Event::Room(room) => self.learn_rooms(std::slice::from_ref(&room)),
            Event::User(user) => self.learn_user(&user),
            Event::Member(member) => self.learn_member(&member),
        }
    }

    /// The newest state of a message, wherever it comes from.
    pub(crate) fn learn_message(&self, message: Message) {
        let (room, me) = (message.room, self.me.id);
        let shown = self.shows(room);
        if shown {
            // A scroll whose event has not come yet must not count what arrives as seen.
            scroll::note(self);
        }
        let own = message.author == me;
        let changed = self.room(room, |room| room.apply(message, me));
        if changed == Some(true) && shown {
            self.draw_soon();
        }
        if own {
            // It may have been the one that was waiting for another try.
            self.post_next(room);
        }
    }

    /// Rooms, newest state each. `last` and `last_n` are hints and move nothing.
    pub(crate) fn learn_rooms(&self, rooms: &[Room]) {
        let mut all = self.rooms.get_untracked();
        for room in rooms {
            match all.binary_search_by_key(&room.id, |known| known.id) {
                Ok(at) if all[at].seq < room.seq => all[at] = room.clone(),
                Ok(_) => {}
                Err(at) => all.insert(at, room.clone()),
            }
        }
        put(self.rooms, all);
    }

    pub(crate) fn learn_user(&self, user: &User) {
        let known = self.inner.with(|inner| {
            inner.wanted.remove(user.id);
            inner.people.get_or(user.id, || ArcRwSignal::new(user.clone())).clone()
        });
        if let Some(known) = known
            && known.with_untracked(|known| known.seq < user.seq)
        {
            known.set(user.clone());
        }
    }

    pub(crate) fn learn_member(&self, member: &Member) {
        if member.user != self.me.id {
            return;
        }
        let newer = self.inner.with(|inner| {
            let known = inner.members.get_or(member.room, || Seq(0));
            let newer = *known < member.seq;
            *known = (*known).max(member.seq);
            newer
        });
        if newer == Some(true) {
            self.mark_member(member.room, member.joined);
        }
    }

    /// One's own membership: a room that is lost is dropped with all that is known of it.
    pub(crate) fn mark_member(&self, room: RoomId, joined: bool) {
        let mut all = self.joined.get_untracked();
        let changed = if joined { all.add(room) } else { all.remove(room).is_some() };
        if !changed {
            return;
        }
        self.joined.try_set(all);
        if joined {
            self.post_next(room);
        }
        match (joined, self.route.get_untracked()) {
            (true, Route::NotJoined(here)) if here == room => self.open(Route::Room(room)),
            (false, Route::Room(here)) if here == room => {
                self.view.try_set(None);
                self.route.try_set(Route::NotJoined(room));
            }
            _ => {}
        }
        if !joined {
            self.inner.with(|inner| inner.rooms.remove(room));
        }
    }

    /// Whether `room` is what the page shows.
    pub(crate) fn shows(&self, room: RoomId) -> bool {
        self.view.try_with_untracked(|view| view.as_ref().is_some_and(|view| view.room == room)) == Some(true)
    }

    /// Brings the list of `room` in line at once.
    pub(crate) fn draw(&self, room: RoomId) {
        let (zone, me) = (self.zone, self.me.id);
        self.room(room, |room| room.draw(&|at| zone.with_untracked(|zone| zone.offset(at)), me));
    }

    /// Draws what is shown, and leaves the message under the eye where it is; `to_end` goes to the newest message instead.
    pub(crate) fn draw_shown(&self, to_end: bool) {
        let Some(room) = self.view.try_with_untracked(|view| view.as_ref().map(|view| view.room)).flatten() else { return };
        let live = self.inner.with(|inner| {
            inner.drawing = false;
            inner.live
        });
        if live != Some(true) {
            return self.draw(room);
        }
        // Only for a reader who was at the live end: a page below that reaches it is not to carry anybody along.
        let at_end = self.room(room, |room| room.timeline.at_end() && room.eye.is_none()) == Some(true);
        let hold = scroll::hold(at_end);
        self.draw(room);
        let state = self.clone();
        spawn_local(async move {
            // Within the same frame: the list is changed by tasks of this turn, and nothing is painted before they are done.
            leptos::task::tick().await;
            if to_end {
                scroll::to_end();
            } else if let Some(hold) = hold {
                hold.release();
            }
            scroll::look(&state);
        });
    }

    /// Draws with the next frame, so that a burst of events is one change of the page (UX 47).
    pub(crate) fn draw_soon(&self) {
        let live = self.inner.with(|inner| {
            let due = inner.live && !inner.drawing;
            inner.drawing |= inner.live;
            (inner.live, due)
        });
        match live {
            Some((true, true)) => self.draw_next_frame(),
            Some((false, _)) => self.draw_shown(false),
            _ => {}
        }
    }

    fn draw_next_frame(&self) {
        let (frame, late) = (self.clone(), self.clone());
        request_animation_frame(move || frame.draw_if_due());
        // A hidden page has no frames.
        let unseen = move || {
            if document().hidden() {
                late.draw_if_due();
            }
        };
        set_timeout(unseen, Duration::from_millis(250));
    }

    fn draw_if_due(&self) {
        if self.inner.with(|inner| inner.drawing) != Some(true) {
            return;
        }
        // What changes below the eye waits until a flick has run out: phones ignore corrections while it runs.
        if scroll::gliding() {
            let state = self.clone();
            return set_timeout(move || state.draw_if_due(), Duration::from_millis(100));
        }
        self.draw_shown(false);
    }

    /// Asks who the unknown authors are, all of this turn at once.
    pub(crate) fn ask_for_people(&self) {
        let due = self.inner.with(|inner| {
            let due = inner.live && !inner.asking && !inner.wanted.is_empty();
            inner.asking |= due;
            due
        });
        if due != Some(true) {
            return;
        }
        let state = self.clone();
        set_timeout(move || spawn_local(state.fetch_people()), Duration::ZERO);
    }

    async fn fetch_people(self) {
        let wanted = self.inner.with(|inner| {
            inner.asking = false;
            std::mem::take(&mut inner.wanted)
        });
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return };
        let mut list = String::new();
        for (id, ()) in wanted.iter() {
            if !list.is_empty() {
                list.push(',');
            }
            list.push_str(&id.to_string());
        }
        match call::<ListPeople>(&[("users", &list)]).await {
            Ok(users) => users.iter().for_each(|user| self.learn_user(user)),
            // Asked again with the next one who is not known, or when the stream says hello.
            Err(_) => {
                self.inner.with(|inner| {
                    wanted.iter().for_each(|(id, ())| {
                        inner.wanted.add(id);
                    })
                });
            }
        }
    }
}
