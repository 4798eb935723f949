//! Sight: who may see what. It follows from the memberships, and from what a person may see at large, which their newest state
//! says.

use crate::{
    database::Audience,
    features::people::model::{Role, User},
    model::ids::{RoomId, Seq, UserId},
};
use rustc_hash::{FxHashMap, FxHashSet};

/// What counts of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// False once the person has left: there is nothing for their streams.
    pub active: bool,
    /// Of what everyone sees a guest sees only the rooms that they are in, and the people who are or were in one of these.
    pub guest: bool,
    /// The number of the change with which it became so. A stream that goes on from below it has missed what the person could
    /// not see then.
    pub since: Seq,
}

impl Default for Sight {
    fn default() -> Self {
        Self { active: true, guest: false, since: Seq(0) }
    }
}

/// The sights of all people; those of whom nothing special is known are left out.
#[derive(Debug, Default)]
pub struct Sights(FxHashMap<UserId, Sight>);

impl Sights {
    pub fn of(&self, user: UserId) -> Sight {
        self.0.get(&user).copied().unwrap_or_default()
    }

    /// Notes sights as they were stored.
    pub fn extend(&mut self, sights: Vec<(UserId, Sight)>) {
        self.0.extend(sights);
    }

    /// Notes the newest state of a person. Returns whether their streams have to end, since they see otherwise from now on.
    pub fn set(&mut self, user: &User) -> bool {
        let before = self.of(user.id);
        let (active, guest) = (user.active, user.role == Role::Guest);
        let changed = (active, guest) != (before.active, before.guest);
        if changed {
            // Somebody who has left sees nothing: it counts from the return.
            let since = if active { user.seq } else { before.since };
            self.0.insert(user.id, Sight { active, guest, since });
        }
        changed
    }
}

/// What decides about frames: the memberships, and the sights of all people.
#[derive(Debug, Default)]
pub struct Rights {
    members: FxHashMap<RoomId, FxHashSet<UserId>>,
    /// People whose membership of a room has ended; they may be members again.
    former: FxHashMap<RoomId, FxHashSet<UserId>>,
    joined: FxHashMap<UserId, FxHashSet<RoomId>>,
    pub sights: Sights,
}

impl Rights {
    /// Notes whether a person is in a room, or was.
    pub fn set_member(&mut self, room: RoomId, user: UserId, joined: bool) {
        if joined {
            self.members.entry(room).or_default().insert(user);
            self.joined.entry(user).or_default().insert(room);
        } else {
            self.members.entry(room).or_default().remove(&user);
            self.joined.entry(user).or_default().remove(&room);
            self.former.entry(room).or_default().insert(user);
        }
    }

    /// The rooms that a person is in.
    pub fn joined(&self, user: UserId) -> impl Iterator<Item = RoomId> {
        self.joined.get(&user).into_iter().flatten().copied()
    }

    /// Whether `user` may see what is meant for `audience`, now.
    pub fn may_see(&self, user: UserId, audience: Audience) -> bool {
        let is_in = |rooms: &FxHashMap<RoomId, FxHashSet<UserId>>, room, user| {
            rooms.get(&room).is_some_and(|people| people.contains(&user))
        };
        let member = |room| is_in(&self.members, room, user);
        let guest = || self.sights.of(user).guest;
        match audience {
            Audience::Everyone => true,
            Audience::User(only) => only == user,
            Audience::Room(room) => member(room),
            Audience::RoomAnd(room, also) => also == user || member(room),
            Audience::OpenRoom(room) => !guest() || member(room),
            Audience::Person(person) => {
                let shares = |room| is_in(&self.members, room, person) || is_in(&self.former, room, person);
                !guest() || person == user || self.joined(user).any(shares)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guest_sees_the_rooms_they_are_in_and_who_is_or_was_in_them() {
        let [guest, lin, mei, ana] = [1, 2, 3, 4].map(UserId);
        let [tea, open] = [7, 8].map(RoomId);
        let mut rights = Rights::default();
        for (room, user, joined) in [(tea, guest, true), (tea, lin, true), (tea, mei, false), (open, ana, true)] {
            rights.set_member(room, user, joined);
        }
        let sees = |rights: &Rights| {
            let people = [guest, lin, mei, ana].map(|person| rights.may_see(guest, Audience::Person(person)));
            (people, [tea, open].map(|room| rights.may_see(guest, Audience::OpenRoom(room))))
        };
        assert_eq!(sees(&rights), ([true; 4], [true; 2]), "a member");
        let user = |role| User { id: guest, active: true, role, ..User::default() };
        assert!(rights.sights.set(&user(Role::Guest)));
        assert_eq!(sees(&rights), ([true, true, true, false], [true, false]));
        assert!(rights.may_see(guest, Audience::Everyone) && rights.may_see(lin, Audience::Person(ana)));
        rights.set_member(tea, guest, false);
        assert_eq!(sees(&rights), ([true, false, false, false], [false; 2]));
        rights.set_member(open, guest, true);
        assert_eq!(sees(&rights), ([true, false, false, true], [false, true]));
        assert!(rights.sights.set(&user(Role::Member)));
        assert_eq!(sees(&rights), ([true; 4], [true; 2]));
    }

    #[test]
    fn sight_changes_with_leaving_returning_and_with_being_a_guest() {
        let mut sights = Sights::default();
        let user = |seq, active, role| User { seq: Seq(seq), id: UserId(3), active, role, ..User::default() };
        assert!(!sights.set(&user(1, true, Role::Member)) && !sights.set(&user(2, true, Role::Owner)));
        assert!(sights.set(&user(3, false, Role::Member)) && !sights.set(&user(4, false, Role::Member)));
        assert_eq!(sights.of(UserId(3)), Sight { active: false, guest: false, since: Seq(0) });
        assert!(sights.set(&user(5, true, Role::Member)));
        assert_eq!(sights.of(UserId(3)).since, Seq(5));
        assert!(!sights.set(&user(6, true, Role::Member)) && sights.set(&user(7, true, Role::Guest)));
        assert!(sights.set(&user(8, true, Role::Member)));
        assert_eq!(sights.of(UserId(3)).since, Seq(8));
        assert_eq!(sights.of(UserId(4)), Sight::default());
    }
}
