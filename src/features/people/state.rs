//! People in the browser: names and hues of the people that the page shows, and the requests for unknown ones.

use super::{
    api::{ListPeople, MAX_ASKED},
    model::{Role, User},
};
use crate::{
    client::{call::post, page::Page, platform, shared::Shared},
    model::{
        ids::{List, Seq, UserId},
        sorted::{Sorted, SortedSet},
    },
    ui::avatar,
};
use leptos::{prelude::*, task::spawn_local};

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct People {
    page: Page,
    inner: Shared<Inner>,
}

struct Inner {
    known: Sorted<UserId, ArcRwSignal<User>>,
    /// Authors whose names the page does not have yet.
    wanted: SortedSet<UserId>,
    asking: bool,
}

impl People {
    pub fn new(page: Page, users: Vec<User>) -> Self {
        let known = users.into_iter().map(|user| (user.id, ArcRwSignal::new(user))).collect();
        Self { page, inner: Shared::new(Inner { known, wanted: SortedSet::default(), asking: false }) }
    }

    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.inner.with(work)
    }

    /// Applies the newest state of a person.
    pub fn apply(self, user: User) {
        let known = self.with(|inner| {
            inner.wanted.remove(user.id);
            inner.known.get_or(user.id, || ArcRwSignal::new(user.clone())).clone()
        });
        if let Some(known) = known
            && known.with_untracked(|known| known.seq < user.seq)
        {
            known.set(user);
        }
    }

    /// Requests everybody who is known anew: changes were missed. With `other_store` it is also forgotten as of which change they
    /// are known, since another store numbers changes anew. Names stay until new ones arrive.
    pub fn reset(self, other_store: bool) {
        self.with(|inner| {
            for (id, user) in inner.known.iter() {
                if other_store {
                    user.update_untracked(|user| user.seq.0 = 0);
                }
                inner.wanted.add(id);
            }
        });
        self.ask();
    }

    /// Returns whether the reader is a guest, who sees the rooms that they are in alone.
    pub fn is_guest(self) -> bool {
        self.person(self.page.me).with_untracked(|me| me.role == Role::Guest)
    }

    /// Requests somebody who has joined a room, or all who are known where that is the reader: a guest has not heard what they
    /// have changed while out of sight.
    pub fn joined(self, id: UserId) {
        if self.is_guest() {
            self.with(|inner| inner.wanted.add(id));
            if id == self.page.me { self.reset(false) } else { self.ask() }
        }
    }

    /// Returns a person's name; empty until it is known.
    pub fn name(self, id: UserId) -> Signal<String> {
        let user = self.person(id);
        Signal::derive(move || user.with(|user| user.name.clone()))
    }

    /// Returns what a person's avatar shows.
    pub fn initial(self, id: UserId) -> Signal<String> {
        let user = self.person(id);
        Signal::derive(move || user.with(letter))
    }

    /// Returns which of the ten hues is a person's.
    pub fn hue(self, id: UserId) -> Signal<u8> {
        let user = self.person(id);
        Signal::derive(move || user.with(|user| user.hue))
    }

    /// Returns as of which change a person is known; 0 where it is not.
    pub fn seq(self, id: UserId) -> Seq {
        let known = self.with(|inner| inner.known.get(id).map(|user| user.with_untracked(|user| user.seq)));
        known.flatten().unwrap_or(Seq(0))
    }

    /// Returns a person; without a name until it is known.
    pub fn person(self, id: UserId) -> ArcRwSignal<User> {
        let unknown =
            || ArcRwSignal::new(User { seq: Seq(0), id, name: String::new(), hue: (id.0 % 10) as u8, ..User::default() });
        let found = self.with(|inner| {
            if let Some(user) = inner.known.get(id) {
                return user.clone();
            }
            inner.wanted.add(id);
            let user = unknown();
            inner.known.insert(id, user.clone());
            user
        });
        self.ask();
        found.unwrap_or_else(unknown)
    }

    /// Requests the unknown people of this turn, as many at once as the server answers, then the others.
    pub fn ask(self) {
        let live = self.page.is_live();
        let due = self.with(|inner| {
            let due = live && !inner.asking && !inner.wanted.is_empty();
            inner.asking |= due;
            due
        });
        if due == Some(true) {
            platform::later(0, move || spawn_local(self.fetch()));
        }
    }

    async fn fetch(self) {
        let wanted = self.with(|inner| {
            inner.asking = false;
            inner.wanted.take_first(MAX_ASKED)
        });
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return };
        let users = List(wanted.iter().map(|(id, ())| id).collect()).into();
        match post(&ListPeople { users }).await {
            Ok(users) => {
                users.into_iter().for_each(|user| self.apply(user));
                self.ask();
            }
            // They are requested again with the next unknown person, or when the stream is back.
            Err(_) => {
                self.with(|inner| {
                    wanted.iter().for_each(|(id, ())| {
                        inner.wanted.add(id);
                    })
                });
            }
        }
    }

    /// Returns the known people, by id.
    pub fn snapshot(self) -> Vec<User> {
        self.with(|inner| inner.known.iter().map(|(_, user)| user.get_untracked()).filter(|user| user.seq.0 > 0).collect())
            .unwrap_or_default()
    }
}

/// Returns what a person's avatar shows.
pub fn letter(user: &User) -> String {
    if user.initial.is_empty() { avatar::initial(&user.name) } else { user.initial.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::page::tests::page;

    #[test]
    fn unknown_person_gets_a_name_when_it_arrives() {
        let (_owner, page) = page();
        let people = People::new(page, Vec::new());
        let name = people.name(UserId(9));
        assert_eq!(name.get_untracked(), "");
        assert_eq!(people.with(|inner| inner.wanted.contains(UserId(9))), Some(true));
        let user = |seq, name: &str| User { seq: Seq(seq), id: UserId(9), name: name.into(), hue: 4, ..User::default() };
        people.apply(user(14, "Ada"));
        assert_eq!(name.get_untracked(), "Ada");
        assert_eq!(people.with(|inner| inner.wanted.is_empty()), Some(true));
        people.apply(user(13, "Old"));
        assert_eq!(name.get_untracked(), "Ada");
    }
}
