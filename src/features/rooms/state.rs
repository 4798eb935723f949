//! Rooms in the browser: which there are, which the reader is in, and opening, naming and joining them.

use super::{
    api::{CreateRoom, JoinRoom, RenameRoom},
    direct,
    model::{Member, MemberRole, Room, RoomKind},
};
use crate::{
    client::{
        call::post,
        lazy::{Task, lazy, task},
        location::Location,
        page::{Page, put},
        shared::Shared,
    },
    features::people::state::People,
    model::{
        argument::Argument,
        error::{AppError, AppResult},
        ids::{MessageId, RoomId, Seq, UserId},
        sorted::{Sorted, SortedSet},
    },
    ui::icon::Icon,
};
use leptos::prelude::*;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Rooms {
    pub(super) page: Page,
    location: Location,
    pub(super) people: People,
    /// All rooms by id, so that no row moves under the pointer.
    pub all: RwSignal<Vec<Room>>,
    /// Rooms that the reader is a member of.
    pub joined: RwSignal<SortedSet<RoomId>>,
    /// Rooms that the reader runs.
    pub admin_of: RwSignal<SortedSet<RoomId>>,
    /// As of which change each of the reader's memberships is known.
    members: Shared<Sorted<RoomId, Seq>>,
}

impl Rooms {
    pub fn new(
        page: Page,
        location: Location,
        people: People,
        rooms: &[Room],
        (joined, admin_of): (&[RoomId], &[RoomId]),
    ) -> Self {
        let set = |rooms: &[RoomId]| RwSignal::new(rooms.iter().map(|room| (*room, ())).collect());
        let (joined, admin_of) = (set(joined), set(admin_of));
        let (all, members) = (RwSignal::new(Vec::new()), Shared::new(Sorted::default()));
        let state = Self { page, location, people, all, joined, admin_of, members };
        state.merge(rooms);
        state
    }

    /// Applies the newest state of each room. `last` only rises: it is a hint as of some moment.
    pub fn merge(self, rooms: &[Room]) {
        let mut all = self.all.get_untracked();
        for room in rooms {
            match all.binary_search_by_key(&room.id, |known| known.id) {
                Ok(at) => {
                    let last = room.last.max(all[at].last);
                    if all[at].seq < room.seq {
                        all[at] = room.clone();
                    }
                    all[at].last = last;
                }
                Err(at) => all.insert(at, room.clone()),
            }
        }
        put(self.all, all);
    }

    /// Notes that a direct room has a new message: the newest room is listed first.
    pub fn message_came(self, room: RoomId, message: MessageId) {
        let is_newer = |one: &Room| one.id == room && one.kind == RoomKind::Direct && one.last < message.0;
        if self.all.with_untracked(|all| all.iter().any(is_newer)) {
            let mut all = self.all.get_untracked();
            all.iter_mut().filter(|one| is_newer(one)).for_each(|one| one.last = message.0);
            put(self.all, all);
        }
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
        if newer != Some(true) {
            return None;
        }
        self.merge(member.as_of.as_slice());
        let changed = set(self.joined, member.room, member.joined).then_some(member.joined);
        set(self.admin_of, member.room, member.joined && member.role == MemberRole::Admin);
        self.forget_hidden();
        changed
    }

    /// Forgets the rooms that only members know of and the reader is not in.
    fn forget_hidden(self) {
        let (mut all, joined, guest) = (self.all.get_untracked(), self.joined.get_untracked(), self.people.is_guest());
        all.retain(|room| room.kind == RoomKind::Open && !guest || joined.contains(room.id));
        put(self.all, all);
    }

    /// Applies the memberships of an answer that was read at `head`; what the stream has said since is newer. Returns what
    /// changed.
    pub fn merge_joined(self, joined: &[RoomId], admin_of: &[RoomId], rooms: &[Room], head: Seq) -> Vec<(RoomId, bool)> {
        let known = self.joined.get_untracked();
        let candidates = rooms.iter().map(|room| room.id).chain(known.iter().map(|(room, ())| room));
        let is_older =
            |room: &RoomId| self.members.with(|members| members.get(*room).is_none_or(|seq| *seq <= head)) == Some(true);
        let candidates: Vec<RoomId> = candidates.filter(is_older).collect();
        let mut changed = Vec::new();
        for room in candidates {
            let is_joined = joined.contains(&room);
            if set(self.joined, room, is_joined) {
                changed.push((room, is_joined));
            }
            set(self.admin_of, room, admin_of.contains(&room));
        }
        self.forget_hidden();
        changed
    }

    /// Forgets the numbers of the changes, since another store numbers them anew.
    pub fn reset(self) {
        self.members.with(Sorted::clear);
        self.all.update_untracked(Vec::clear);
    }

    pub fn is_joined(self, room: RoomId) -> bool {
        self.joined.try_with_untracked(|joined| joined.contains(room)) == Some(true)
    }

    /// Returns what `read` says of the room as it stands now; the default of an unknown one.
    pub fn read<T: Default>(self, room: RoomId, read: impl Fn(&Room) -> T) -> T {
        self.all.with(|all| all.iter().find(|one| one.id == room).map(read)).unwrap_or_default()
    }

    /// Returns whether the reader may know of the room, joined or not.
    pub fn exists(self, room: RoomId) -> bool {
        self.all.with_untracked(|all| all.iter().any(|one| one.id == room))
    }

    /// Returns what the room is called now; empty for an unknown one.
    pub fn name(self, room: RoomId) -> Signal<String> {
        Signal::derive(move || self.read(room, |room| self.called(room)))
    }

    /// Returns what a room is called; tracks the names of a direct room's people.
    pub fn called(self, room: &Room) -> String {
        if room.kind != RoomKind::Direct {
            return room.name.clone();
        }
        let names: Vec<String> = room.others(self.page.me).into_iter().map(|id| self.people.name(id).get()).collect();
        direct::name(self.page.lang, &names)
    }

    /// Returns whether one of a direct room's people has left for good, so that nobody posts there; tracks it.
    pub fn has_left(self, room: RoomId) -> bool {
        // Number 0 is of somebody who is not known yet.
        let has_left = |id: &UserId| self.people.person(*id).with(|user| user.seq.0 > 0 && !user.active);
        self.read(room, |room| room.people.clone()).iter().any(has_left)
    }

    /// Does what a form asks for. The error is for the form.
    ///
    /// # Errors
    /// What the server answers.
    pub async fn act(self, action: RoomAction) -> AppResult<()> {
        act(self, action).await?.await
    }

    async fn create(self, name: String, kind: RoomKind) -> AppResult<()> {
        let room =
            self.take(post(&CreateRoom { name, kind: kind.into(), topic: String::new(), users: Argument::MISSING }).await)?;
        // The creator is in it; the stream says the same with the number of that change.
        let (seq, user, role) = (room.seq, self.page.me, MemberRole::Admin);
        self.apply_member(&Member { seq, room: room.id, user, joined: true, role, as_of: None });
        self.location.open_room(room.id);
        Ok(())
    }

    async fn rename(self, room: RoomId, name: String) -> AppResult<()> {
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

    async fn join(self, room: RoomId) -> AppResult<()> {
        let member = post(&JoinRoom { room: room.into() }).await.inspect_err(|error| {
            self.page.ends(error);
        })?;
        self.apply_member(&member);
        self.location.open_room(room);
        Ok(())
    }
}

impl Room {
    /// The icon before its name.
    pub fn sign(&self) -> Icon {
        match self.kind {
            RoomKind::Open => Icon::Hash,
            RoomKind::Private => Icon::Lock,
            RoomKind::Direct => Icon::People,
        }
    }
}

/// Puts a room into a set or takes it out. Returns whether that changed it.
fn set(rooms: RwSignal<SortedSet<RoomId>>, room: RoomId, contains: bool) -> bool {
    let mut all = rooms.get_untracked();
    let changed = if contains { all.add(room) } else { all.remove(room).is_some() };
    if changed {
        rooms.try_set(all);
    }
    changed
}

/// What forms about rooms ask for.
pub enum RoomAction {
    /// Makes a room of this name and goes there.
    Create(String, RoomKind),
    /// Gives a room another name.
    Rename(RoomId, String),
    /// Joins a room and goes there.
    Join(RoomId),
}

lazy! {
    live: fn act(rooms: Rooms, action: RoomAction) -> AppResult<Task<()>> {
        task(async move {
            match action {
                RoomAction::Create(name, kind) => rooms.create(name, kind).await,
                RoomAction::Rename(room, name) => rooms.rename(room, name).await,
                RoomAction::Join(room) => rooms.join(room).await,
            }
        })
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
    use crate::{
        client::{location::Screen, page::tests::page},
        features::people::model::User,
    };

    fn room(id: u64, seq: u64, name: &str) -> Room {
        Room { seq: Seq(seq), id: RoomId(id), name: name.into(), creator: None, last: 0, last_n: 0, ..Room::default() }
    }

    fn state() -> (Owner, Rooms) {
        let (owner, page) = page();
        let location = Location::new(Screen::Rooms);
        let rooms = [room(3, 3, "There"), room(1, 1, "General")];
        let people = People::new(page, Vec::new());
        (owner, Rooms::new(page, location, people, &rooms, (&[RoomId(1), RoomId(3)], &[])))
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
    fn direct_room_is_called_after_its_other_people_and_read_when_one_has_left() {
        let (_owner, state) = state();
        let direct = Room { kind: RoomKind::Direct, people: vec![UserId(1), UserId(7)], ..room(4, 4, "") };
        state.merge(std::slice::from_ref(&direct));
        let name = state.name(RoomId(4));
        assert_eq!((name.get_untracked(), state.has_left(RoomId(4))), (String::new(), false), "not known yet");
        let mei = User { seq: Seq(2), id: UserId(7), name: "Mei".into(), active: true, ..User::default() };
        state.people.apply(mei.clone());
        assert_eq!((name.get_untracked(), state.has_left(RoomId(4))), ("Mei".to_owned(), false));
        state.people.apply(User { seq: Seq(9), active: false, ..mei });
        assert!(state.has_left(RoomId(4)));
        state.message_came(RoomId(4), MessageId(12));
        state.message_came(RoomId(4), MessageId(11));
        state.merge(&[direct]);
        assert_eq!(state.read(RoomId(4), |room| room.last), 12);
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
        let member =
            |seq, user, joined| Member { seq: Seq(seq), room: RoomId(1), user: UserId(user), joined, ..Member::default() };
        assert_eq!(state.apply_member(&member(12, 2, false)), None, "another person's");
        assert_eq!(state.apply_member(&member(12, 1, false)), Some(false));
        assert!(!state.is_joined(RoomId(1)));
        assert_eq!(state.apply_member(&member(11, 1, true)), None, "an older change");
        assert!(!state.is_joined(RoomId(1)));
        // An answer that was read before the removal does not bring the room back; one that was read after it does.
        assert_eq!(state.merge_joined(&[RoomId(1), RoomId(3)], &[], &state.all.get_untracked(), Seq(11)), []);
        assert_eq!(
            state.merge_joined(&[RoomId(1)], &[], &state.all.get_untracked(), Seq(20)),
            [(RoomId(1), true), (RoomId(3), false)]
        );
    }

    #[test]
    fn private_room_comes_and_goes_with_its_membership() {
        let (_owner, state) = state();
        let private = Room { kind: RoomKind::Private, ..room(5, 4, "Secret") };
        let member = |seq, joined, role, as_of| Member { seq: Seq(seq), room: RoomId(5), user: UserId(1), joined, role, as_of };
        let known = || state.exists(RoomId(5));
        assert_eq!(state.apply_member(&member(12, true, MemberRole::Admin, Some(private.clone()))), Some(true));
        assert!(known() && state.admin_of.get_untracked().contains(RoomId(5)));
        assert_eq!(state.apply_member(&member(13, true, MemberRole::Member, Some(private.clone()))), None);
        assert!(!state.admin_of.get_untracked().contains(RoomId(5)));
        assert_eq!(state.apply_member(&member(14, false, MemberRole::Member, None)), Some(false));
        assert!(!known());
        // An answer from before does not bring it back, one from after does.
        for (head, back) in [(13, false), (20, true)] {
            state.merge(std::slice::from_ref(&private));
            state.merge_joined(&[RoomId(1), RoomId(3), RoomId(5)], &[], std::slice::from_ref(&private), Seq(head));
            assert_eq!((known(), state.is_joined(RoomId(5))), (back, back), "{head}");
        }
    }
}
