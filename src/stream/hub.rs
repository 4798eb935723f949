//! The hub: every published frame meets every open stream here. One ring, one lock; a stream is a mark and a wake-up.
//!
//! The lock is a plain `RwLock`: it is held for microseconds and never across an await; takers share it, the writer's
//! publishing excludes them, so rights and frames are always checked together. Writing to thousands of streams takes longer than
//! publishing: that is the dispatcher's work.

#[cfg(test)]
mod tests;

use super::{
    delivery::inbox::{Inbox, PendingAudiences, once},
    ring::{Ring, encode},
    sight::{Rights, Sight},
    slot::{End, Slot},
    sse::PING,
    sync::{RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use crate::{
    database::{Audience, Change, failpoint::panic_at},
    model::{
        ids::{RoomId, Seq, UserId},
        things::Event,
    },
};
use bytes::Bytes;
use rustc_hash::FxHashMap;
use std::{
    collections::{BTreeMap, HashMap},
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError},
};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::Instant,
};

/// People whose own things are remembered before those that are old are cleared away.
const OWN_LIMIT: usize = 1_024;

/// Streams that may read from the store at once: half of the store's readers, so that pages always find one.
const REPLAYS: usize = 2;

/// The person, session and address that open a stream.
#[derive(Debug, Clone)]
pub struct Owner {
    pub user: UserId,
    /// Public tag of the session.
    pub session: Arc<str>,
    pub address: IpAddr,
}

/// How many streams one session and one address may hold; 0 is no cap.
#[derive(Debug, Clone, Copy)]
pub struct Caps {
    pub per_session: u32,
    pub per_address: u32,
}

#[derive(Debug)]
struct Entry {
    owner: Owner,
    slot: Arc<Slot>,
}

/// The room among whose streams all of these were found, if there is one. As long as `membership_version` stands, each of them
/// may see the room's frames without a check of its own.
#[derive(Debug, Clone, Copy, Default)]
pub struct MatchedRoom {
    room: Option<RoomId>,
    membership_version: u64,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ring: Ring,
    // Keyed by numbers that we give ourselves: nobody can choose them to collide.
    rights: Rights,
    /// Counts the changes of memberships.
    membership_version: u64,
    streams: FxHashMap<u64, Entry>,
    by_room: FxHashMap<RoomId, FxHashMap<u64, Arc<Slot>>>,
    /// By person and number of the stream: nearly everybody has one, for which a list of its own would be dear.
    by_user: BTreeMap<(UserId, u64), Arc<Slot>>,
    /// Number of each person's newest own thing; those that the ring's floor has passed may be missing.
    own: FxHashMap<UserId, Seq>,
    /// So many of them before the old ones are cleared away.
    own_limit: usize,
    per_address: HashMap<IpAddr, u32>,
    next: u64,
    closing: bool,
}

/// The fan-out. Shared by reference between whoever writes to the store and all streams.
#[derive(Debug)]
pub struct Hub {
    inner: RwLock<Inner>,
    inbox: Inbox,
    caps: Caps,
    /// Frames the ring holds at most.
    ring_capacity: usize,
    /// Streams that may read from the store at once.
    replays: Semaphore,
}

impl Hub {
    /// A hub whose ring goes on from `newest` (ascending, complete above `floor`), with the memberships as stored.
    pub fn new(
        floor: Seq,
        newest: Vec<Change>,
        memberships: Vec<(RoomId, UserId)>,
        frames: usize,
        bytes: usize,
        caps: Caps,
    ) -> Self {
        let mut inner = Inner {
            ring: Ring::new(floor, frames, bytes),
            rights: Rights::default(),
            membership_version: 0,
            streams: FxHashMap::default(),
            by_room: FxHashMap::default(),
            by_user: BTreeMap::new(),
            own: FxHashMap::default(),
            own_limit: OWN_LIMIT,
            per_address: HashMap::new(),
            next: 0,
            closing: false,
        };
        for (room, user) in memberships {
            inner.set_member(room, user, true);
        }
        for change in newest {
            inner.ring.push(change.event.seq(), change.event.thing(), change.audience, encode(&change.event));
        }
        let (inbox, ring_capacity) = (Inbox::new(inner.ring.head()), inner.ring.capacity());
        Self { inner: RwLock::new(inner), inbox, caps, ring_capacity, replays: Semaphore::new(REPLAYS) }
    }

    // A panic while the lock was held cannot leave the maps half-changed in a way that leaks rights: go on.
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Inner> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts committed changes into the ring, in sequence order, and marks and wakes the streams that may see them, by way of the
    /// dispatcher where it runs. Called by one thread at a time. After a panic in it, every stream reads from the store.
    pub fn publish(&self, changes: &[Change]) {
        if catch_unwind(AssertUnwindSafe(|| self.push(changes))).is_err() {
            tracing::error!("publishing panicked: the ring starts over, and all streams read from the database");
            self.restart_ring(changes);
        }
    }

    fn push(&self, changes: &[Change]) {
        // An own thing gets no frame.
        let frame = |change: &Change| match change.audience {
            Audience::User(_) => Bytes::new(),
            _ => encode(&change.event),
        };
        let frames: Vec<Bytes> = changes.iter().map(frame).collect();
        // For whom there is what, by first position: once for all changes of a room in this commit.
        let mut due = PendingAudiences::new();
        let mut inner = self.write();
        for (change, bytes) in changes.iter().zip(frames) {
            // Rights first: whoever has just joined is told, whoever has just gone is told by `RoomAnd`, and whoever has left for
            // good is told nothing.
            self.set_rights(&mut inner, &change.event);
            let seq = change.event.seq();
            let position = match change.audience {
                Audience::User(user) => inner.pass_own(user, seq),
                audience => inner.ring.push(seq, change.event.thing(), audience, bytes),
            };
            if due.iter().all(|(audience, _)| *audience != change.audience) {
                due.push((change.audience, position));
            }
            panic_at("publish");
        }
        let head = inner.ring.head();
        drop(inner);
        if self.inbox.is_served() {
            self.inbox.hand_on(due, head);
        } else {
            self.mark(&due).0.iter().for_each(|slot| slot.wake());
            self.inbox.set_delivered_up_to(head);
        }
    }

    /// Applies what a change means for rights, under the lock under which frames are taken. The streams of a person who sees
    /// otherwise from now on end: they take nothing any more.
    fn set_rights(&self, inner: &mut Inner, event: &Event) {
        match event {
            Event::Member(member) => inner.set_member(member.room, member.user, member.joined),
            Event::User(user) if inner.rights.sights.set(user) => {
                streams_of(&inner.by_user, user.id).for_each(|slot| self.finish(slot, End::Session));
            }
            _ => {}
        }
    }

    /// Empties the ring after `changes` were put into it in part, or not at all: the rights count, nothing else is relied on.
    fn restart_ring(&self, changes: &[Change]) {
        let mut inner = self.write();
        for change in changes {
            self.set_rights(&mut inner, &change.event);
        }
        let head = changes.iter().map(|change| change.event.seq()).fold(inner.ring.head(), Seq::max);
        inner.ring.restart(head);
        let slots: Vec<Arc<Slot>> = inner.streams.values().map(|entry| entry.slot.clone()).collect();
        drop(inner);
        slots.into_iter().for_each(|slot| self.look_again(slot));
    }

    /// Has a stream look at everything from where it is, whoever is at work on it.
    fn look_again(&self, slot: Arc<Slot>) {
        slot.mark_dirty(0);
        slot.wake();
        self.inbox.call(slot);
    }

    /// Makes good after a panic in the dispatcher: what it had in hand may be lost. Parked streams are cut, since what was taken
    /// for them may not be written; their readers come back with their last id. The others look again.
    pub(crate) fn recover(&self) {
        let slots: Vec<Arc<Slot>> = self.read().streams.values().map(|entry| entry.slot.clone()).collect();
        for slot in slots {
            let parked = slot.parked().take();
            drop(parked);
            self.look_again(slot);
        }
    }

    /// Notes the numbers of own things that were published before this hub was there.
    pub fn remember_own(&self, own: Vec<(UserId, Seq)>) {
        self.write().own.extend(own);
    }

    /// Notes whose memberships have ended before this hub was there.
    pub fn remember_former(&self, former: Vec<(RoomId, UserId)>) {
        let mut inner = self.write();
        former.into_iter().for_each(|(room, user)| inner.rights.set_member(room, user, false));
    }

    /// Notes what people see, as it was before this hub was there.
    pub fn remember_sights(&self, sights: Vec<(UserId, Sight)>) {
        self.write().rights.sights.extend(sights);
    }

    /// Returns the number below which a stream of this person cannot go on.
    pub fn visible_since(&self, user: UserId) -> Seq {
        self.read().rights.sights.of(user).since
    }

    /// Returns what the dispatcher is woken by.
    pub fn inbox(&self) -> &Inbox {
        &self.inbox
    }

    /// Frames the ring holds at most.
    pub fn ring_capacity(&self) -> usize {
        self.ring_capacity
    }

    /// Marks the streams of the pending audiences; returns those that had no mark yet, each once, and how they were found.
    pub(crate) fn mark(&self, due: &PendingAudiences) -> (Vec<Arc<Slot>>, MatchedRoom) {
        let inner = self.read();
        let mut slots = Vec::new();
        for (audience, position) in due {
            inner.each(*audience, |slot| {
                if slot.mark(*position) {
                    slots.push(slot.clone());
                }
            });
        }
        // A stream whose task takes its mark meanwhile is marked once more for another room.
        if !matches!(**due, [(Audience::Room(_) | Audience::Everyone | Audience::OpenRoom(_) | Audience::Person(_), _)]) {
            once(&mut slots);
        }
        let room = match **due {
            [(Audience::Room(room), _)] => Some(room),
            _ => None,
        };
        (slots, MatchedRoom { room, membership_version: inner.membership_version })
    }

    /// Returns the parked streams whose `ping` or end is due by `now`, and when the next of the others is due, or of these once
    /// they are flushed.
    pub(crate) fn silent(&self, now: Instant) -> (Vec<Arc<Slot>>, Option<Instant>) {
        let inner = self.read();
        let (mut slots, mut next) = (Vec::new(), None);
        for slot in inner.streams.values().map(|entry| &entry.slot) {
            let Some(mut due) = slot.parked().as_ref().map(|parked| parked.due()) else { continue };
            if due <= now {
                slots.push(slot.clone());
                due = now + PING;
            }
            next = Some(next.map_or(due, |next: Instant| next.min(due)));
        }
        (slots, next)
    }

    /// The stream of this number.
    pub(crate) fn slot(&self, id: u64) -> Option<Arc<Slot>> {
        Some(self.read().streams.get(&id)?.slot.clone())
    }

    /// Waits until this stream may read from the store, until what is returned is dropped. Those who wait come in their order.
    pub async fn replay_turn(&self) -> Option<SemaphorePermit<'_>> {
        // Never closed.
        self.replays.acquire().await.ok()
    }

    /// Stops the use of the dispatcher and cuts the parked streams.
    pub fn cut(&self) {
        self.inbox.ends();
        let slots: Vec<Arc<Slot>> = self.read().streams.values().map(|entry| entry.slot.clone()).collect();
        for slot in slots {
            let parked = slot.parked().take();
            drop(parked);
        }
    }

    /// A stream is over.
    pub(crate) fn forget(&self, id: u64) {
        self.write().forget(id);
    }

    /// Registers a stream; none over a cap, of somebody who has left, or while the process is ending. It stays until it is
    /// forgotten.
    pub(super) fn register(&self, owner: Owner) -> Option<Arc<Slot>> {
        let mut inner = self.write();
        let of_session =
            |slot: &&Arc<Slot>| inner.streams.get(&slot.id).is_some_and(|other| other.owner.session == owner.session);
        let session = streams_of(&inner.by_user, owner.user).filter(of_session).count() as u32;
        let address = inner.per_address.get(&owner.address).copied().unwrap_or(0);
        let over = |count: u32, cap: u32| cap > 0 && count >= cap;
        let has_left = !inner.rights.sights.of(owner.user).active;
        if inner.closing || has_left || over(session, self.caps.per_session) || over(address, self.caps.per_address) {
            return None;
        }
        let id = inner.next;
        let own = inner.own.get(&owner.user).copied().unwrap_or_default();
        let slot = Arc::new(Slot::new(id, own));
        inner.next += 1;
        *inner.per_address.entry(owner.address).or_default() += 1;
        inner.by_user.insert((owner.user, id), slot.clone());
        let joined: Vec<RoomId> = inner.rights.joined(owner.user).collect();
        for room in joined {
            inner.by_room.entry(room).or_default().insert(id, slot.clone());
        }
        inner.streams.insert(id, Entry { owner, slot: slot.clone() });
        Some(slot)
    }

    /// Ends every stream of a session: nothing is taken for it once this returns.
    pub fn end_session(&self, session: &str) {
        let inner = self.write();
        for entry in inner.streams.values().filter(|entry| *entry.owner.session == *session) {
            self.finish(&entry.slot, End::Session);
        }
    }

    /// Tells all streams to end, and takes no new ones.
    pub fn close(&self) {
        let mut inner = self.write();
        inner.closing = true;
        for entry in inner.streams.values() {
            self.finish(&entry.slot, End::Shutdown);
        }
    }

    fn finish(&self, slot: &Arc<Slot>, end: End) {
        slot.finish(end);
        self.inbox.call(slot.clone());
    }

    /// Sequence number of the newest change published.
    pub fn head(&self) -> Seq {
        self.read().ring.head()
    }

    /// Whether `user` may see what is meant for `audience`, now.
    pub fn may_see(&self, user: UserId, audience: Audience) -> bool {
        self.read().rights.may_see(user, audience)
    }

    /// Streams opened since the start.
    pub fn opened(&self) -> u64 {
        self.read().next
    }

    /// Open streams; frames and bytes in the ring; head.
    pub fn figures(&self) -> (usize, (usize, usize), Seq) {
        let inner = self.read();
        (inner.streams.len(), inner.ring.size(), inner.ring.head())
    }
}

impl Inner {
    fn set_member(&mut self, room: RoomId, user: UserId, joined: bool) {
        self.membership_version += 1;
        self.rights.set_member(room, user, joined);
        if joined {
            for slot in streams_of(&self.by_user, user) {
                self.by_room.entry(room).or_default().insert(slot.id, slot.clone());
            }
        } else if let Some(streams) = self.by_room.get_mut(&room) {
            for slot in streams_of(&self.by_user, user) {
                streams.remove(&slot.id);
            }
        }
    }

    /// Passes over a thing of one person alone, which gets no slot in the ring: the person's streams read it from the store.
    /// Returns the position from which they are to look.
    fn pass_own(&mut self, user: UserId, seq: Seq) -> u64 {
        self.ring.pass(seq);
        self.own.insert(user, seq);
        if self.own.len() > self.own_limit {
            let floor = self.ring.floor();
            self.own.retain(|_, own| *own > floor);
            self.own_limit = OWN_LIMIT.max(self.own.len() * 2);
        }
        streams_of(&self.by_user, user).for_each(|slot| slot.mark_own(seq));
        self.ring.end()
    }

    pub(crate) fn may_see(&self, user: UserId, audience: Audience) -> bool {
        self.rights.may_see(user, audience)
    }

    /// Returns the audience that all streams found so belong to, by the rights of this moment.
    pub(crate) fn found(&self, found: MatchedRoom) -> Option<Audience> {
        found.room.filter(|_| found.membership_version == self.membership_version).map(Audience::Room)
    }

    /// Calls `work` for every stream that may be concerned; for some twice.
    fn each(&self, audience: Audience, mut work: impl FnMut(&Arc<Slot>)) {
        let room = |room| self.by_room.get(&room).into_iter().flat_map(FxHashMap::values);
        let user = |user| streams_of(&self.by_user, user);
        match audience {
            // A guest among them may not see it, which is asked when it is taken.
            Audience::Everyone | Audience::OpenRoom(_) | Audience::Person(_) => {
                self.streams.values().map(|entry| &entry.slot).for_each(work)
            }
            Audience::User(only) => user(only).for_each(work),
            Audience::Room(of) => room(of).for_each(work),
            Audience::RoomAnd(of, also) => room(of).chain(user(also)).for_each(&mut work),
        }
    }

    fn forget(&mut self, id: u64) {
        let Some(Entry { owner, .. }) = self.streams.remove(&id) else { return };
        self.by_user.remove(&(owner.user, id));
        for room in self.rights.joined(owner.user) {
            if let Some(streams) = self.by_room.get_mut(&room) {
                streams.remove(&id);
            }
        }
        if let Some(count) = self.per_address.get_mut(&owner.address) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&owner.address);
            }
        }
    }
}

/// The open streams of one person.
fn streams_of(by_user: &BTreeMap<(UserId, u64), Arc<Slot>>, user: UserId) -> impl Iterator<Item = &Arc<Slot>> {
    by_user.range((user, 0)..=(user, u64::MAX)).map(|(_, slot)| slot)
}
