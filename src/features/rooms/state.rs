//! Rooms in the browser: which there are, which the reader is in, and opening, naming and joining them.

use super::{
    api::{CreateRoom, JoinRoom, RenameRoom},
    model::{Member, Room},
};
use crate::{
    client::{
        call::post,
        location::{Location, Screen},
        page::{Page, put},
        shared::Shared,
    },
    model::{
        error::{AppError, AppResult},
        ids::{RoomId, Seq},
        sorted::{Sorted, SortedSet},
    },
};
use leptos::prelude::*;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Rooms {
    page: Page,
    location: Location,
    /// All rooms by id, so that no row moves under the pointer.
    pub all: RwSignal<Vec<Room>>,
    /// Rooms that the reader is a member of.
    pub joined: RwSignal<SortedSet<RoomId>>,
    /// As of which change each of the reader's memberships is known.
    members: Shared<Sorted<RoomId, Seq>>,
}

impl Rooms {
    pub fn new(page: Page, location: Location, rooms: &[Room], joined: &[RoomId]) -> Self {
        let joined = joined.iter().map(|room| (*room, ())).collect();
        let (all, joined, members) = (RwSignal::new(Vec::new()), RwSignal::new(joined), Shared::new(Sorted::default()));
        let state = Self { page, location, all, joined, members };
        state.merge(rooms);
        state
    }

    /// Applies the newest state of each room. `last` and `last_n` are hints and move nothing.
    pub fn merge(self, rooms: &[Room]) {
        let mut all = self.all.get_untracked();
        for room in rooms {
            match all.binary_search_by_key(&room.id, |known| known.id) {
                Ok(at) if all[at].seq < room.seq => all[at] = room.clone(),
                Ok(_) => {}
                Err(at) => all.insert(at, room.clone()),
            }
        }
        put(self.all, all);
    }

    /// Applies a membership; other people's change nothing here. Returns whether the reader is in the room now, where that
    /// changed.
    pub fn apply_member(self, member: &Member) -> Option<bool> {
        if member.user != self.page.me {
            return None;
        }
        let newer = self.members.with(|members| {
            let known = members.get_or(member.room, || Seq(0));
            let newer = *known < member.seq;
            *known = (*known).max(member.seq);
            newer
        });
        if newer == Some(true) { self.set_joined(member.room, member.joined) } else { None }
    }

    fn set_joined(self, room: RoomId, joined: bool) -> Option<bool> {
        let mut all = self.joined.get_untracked();
        let changed = if joined { all.add(room) } else { all.remove(room).is_some() };
        if changed {
            self.joined.try_set(all);
        }
        changed.then_some(joined)
    }

    /// Applies the memberships of an answer that was read at `head`; what the stream has said since is newer. Returns what
    /// changed.
    pub fn merge_joined(self, joined: &[RoomId], rooms: &[Room], head: Seq) -> Vec<(RoomId, bool)> {
        let known = self.joined.get_untracked();
        let candidates = rooms.iter().map(|room| room.id).chain(known.iter().map(|(room, ())| room));
        let is_older =
            |room: &RoomId| self.members.with(|members| members.get(*room).is_none_or(|seq| *seq <= head)) == Some(true);
        let candidates: Vec<RoomId> = candidates.filter(is_older).collect();
        candidates.into_iter().filter_map(|room| Some((room, self.set_joined(room, joined.contains(&room))?))).collect()
    }

    /// Forgets the numbers of the changes, since another store numbers them anew.
    pub fn reset(self) {
        self.members.with(Sorted::clear);
        self.all.update_untracked(Vec::clear);
    }

    pub fn is_joined(self, room: RoomId) -> bool {
        self.joined.try_with_untracked(|joined| joined.contains(room)) == Some(true)
    }

    /// Returns whether the reader may know of the room, joined or not.
    pub fn exists(self, room: RoomId) -> bool {
        self.all.with_untracked(|all| all.iter().any(|one| one.id == room))
    }

    /// Returns the room's name as it stands now; empty for an unknown one.
    pub fn name(self, room: RoomId) -> Signal<String> {
        Signal::derive(move || {
            self.all.with(|all| all.iter().find(|one| one.id == room).map(|one| one.name.clone()).unwrap_or_default())
        })
    }

    /// Makes a room and goes there. The error is for the form.
    pub async fn create(self, name: String) -> AppResult<()> {
        let room = self.take(post(&CreateRoom { name }).await)?;
        // The creator is in it; the stream says the same with the number of that change.
        self.apply_member(&Member { seq: room.seq, room: room.id, user: self.page.me, joined: true });
        self.location.open(Screen::Room(room.id));
        Ok(())
    }

    /// Gives a room another name. The error is for the form.
    pub async fn rename(self, room: RoomId, name: String) -> AppResult<()> {
        self.take(post(&RenameRoom { room: room.into(), name }).await)?;
        Ok(())
    }

    fn take(self, answer: AppResult<Room>) -> AppResult<Room> {
        match &answer {
            Ok(room) => self.merge(std::slice::from_ref(room)),
            Err(error) => {
                self.page.ends(error);
            }
        }
        answer.map_err(AppError::of_room)
    }

    /// Joins a room and goes there. The error is for the form.
    pub async fn join_and_open(self, room: RoomId) -> AppResult<()> {
        let member = post(&JoinRoom { room: room.into() }).await.inspect_err(|error| {
            self.page.ends(error);
        })?;
        self.apply_member(&member);
        self.location.open(Screen::Room(room));
        Ok(())
    }
}

/// Sorts rooms by their names, small and capital ASCII letters alike: any other rule would differ between server and browser, or
/// weigh as much as a table of all letters.
pub fn by_name(rooms: Vec<Room>) -> Vec<Room> {
    let key = |room: &Room| (room.name.to_ascii_lowercase(), room.id);
    let mut sorted: Vec<Room> = Vec::with_capacity(rooms.len());
    for room in rooms {
        let name = key(&room);
        sorted.insert(sorted.partition_point(|other| key(other) < name), room);
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{client::page::tests::page, model::ids::UserId};

    fn room(id: u64, seq: u64, name: &str) -> Room {
        Room { seq: Seq(seq), id: RoomId(id), name: name.into(), creator: None, last: 0, last_n: 0 }
    }

    fn state() -> (Owner, Rooms) {
        let (owner, page) = page();
        let location = Location::new(Screen::Rooms);
        let rooms = [room(3, 3, "There"), room(1, 1, "General")];
        (owner, Rooms::new(page, location, &rooms, &[RoomId(1), RoomId(3)]))
    }

    #[test]
    fn room_takes_its_newest_name_only() {
        let (_owner, state) = state();
        state.merge(&[room(3, 12, "Elsewhere")]);
        state.merge(&[room(3, 3, "There")]);
        state.merge(&[room(2, 13, "Between")]);
        let names: Vec<_> = state.all.get_untracked().into_iter().map(|room| room.name).collect();
        assert_eq!(names, ["General", "Between", "Elsewhere"]);
    }

    #[test]
    fn rooms_are_sorted_by_name_and_alike_names_by_age() {
        let rooms = [(1, "general"), (2, "Zoo"), (3, "General"), (4, "设计"), (5, "ideas")];
        let sorted = by_name(rooms.map(|(id, name)| room(id, id, name)).into());
        assert_eq!(sorted.iter().map(|room| room.id.0).collect::<Vec<_>>(), [1, 3, 5, 2, 4]);
    }

    #[test]
    fn membership_changes_when_a_newer_one_of_the_reader_comes() {
        let (_owner, state) = state();
        let member = |seq, user, joined| Member { seq: Seq(seq), room: RoomId(1), user: UserId(user), joined };
        assert_eq!(state.apply_member(&member(12, 2, false)), None, "another person's");
        assert_eq!(state.apply_member(&member(12, 1, false)), Some(false));
        assert!(!state.is_joined(RoomId(1)));
        assert_eq!(state.apply_member(&member(11, 1, true)), None, "an older change");
        assert!(!state.is_joined(RoomId(1)));
        // An answer that was read before the removal does not bring the room back; one that was read after it does.
        assert_eq!(state.merge_joined(&[RoomId(1), RoomId(3)], &state.all.get_untracked(), Seq(11)), []);
        assert_eq!(
            state.merge_joined(&[RoomId(1)], &state.all.get_untracked(), Seq(20)),
            [(RoomId(1), true), (RoomId(3), false)]
        );
    }
}
