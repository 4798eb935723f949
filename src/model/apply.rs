//! The law of the stream: an event is the newest state of one thing, and applying it is putting it there if it is newer.

use super::{
    ids::{RoomId, UserId},
    things::Event,
    versioned::Versioned,
};
use crate::features::{
    people::model::User,
    rooms::model::{Member, Room},
};
use std::collections::{BTreeMap, btree_map::Entry};

/// Puts `thing` under `key` unless what is there is as new; says whether it did. So twice is once, and late is harmless.
pub fn upsert<K: Ord, T: Versioned>(things: &mut BTreeMap<K, T>, key: K, thing: T) -> bool {
    match things.entry(key) {
        Entry::Occupied(there) if there.get().seq() >= thing.seq() => false,
        Entry::Occupied(mut there) => {
            there.insert(thing);
            true
        }
        Entry::Vacant(place) => {
            place.insert(thing);
            true
        }
    }
}

/// What a person knows of the workspace besides messages, which the timeline keeps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    pub rooms: BTreeMap<RoomId, Room>,
    pub members: BTreeMap<(RoomId, UserId), Member>,
    pub users: BTreeMap<UserId, User>,
}

impl State {
    /// Takes an event in; says whether anything changed. Messages change nothing here.
    pub fn apply(&mut self, event: &Event) -> bool {
        match event {
            Event::Room(room) => upsert(&mut self.rooms, room.id, room.clone()),
            Event::Member(member) => upsert(&mut self.members, (member.room, member.user), member.clone()),
            Event::User(user) => upsert(&mut self.users, user.id, user.clone()),
            Event::Message(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::Seq;

    fn user(seq: u64, name: &str) -> Event {
        Event::User(User { seq: Seq(seq), id: UserId(1), name: name.to_owned(), hue: 0 })
    }

    #[test]
    fn an_older_or_equal_state_changes_nothing() {
        let mut state = State::default();
        assert!(state.apply(&user(5, "Lin")));
        let before = state.clone();
        assert!(!state.apply(&user(5, "twice")));
        assert!(!state.apply(&user(4, "late")));
        assert_eq!(state, before);
        assert!(state.apply(&user(6, "new")));
        assert_eq!(state.users[&UserId(1)].name, "new");
    }
}
