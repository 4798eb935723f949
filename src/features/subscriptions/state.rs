//! Subscriptions in the browser: what each room is to the reader, and how far they have read.

use super::{
    api::Subscribe,
    model::{OwnMessage, Subscription, effective_read},
};
use crate::{
    client::{
        page::Page,
        pending::{Pending, wishes::Wish},
        shared::Tracked,
    },
    features::{messages::model::Message, rooms::model::Room},
    model::{
        argument::{Argument, OptionalText},
        ids::{MessageId, RoomId},
        sorted::Sorted,
        things::Kind,
    },
};

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Subscriptions {
    page: Page,
    pending: Pending,
    known: Tracked<Marks>,
}

/// What is known of the reader's rooms.
#[derive(Default)]
struct Marks {
    subscriptions: Sorted<RoomId, Subscription>,
    /// The reader's own newest message of a room.
    own: Sorted<RoomId, (MessageId, u64)>,
    /// Ordinal and id of the newest message of a room.
    last: Sorted<RoomId, (u64, u64)>,
}

impl Marks {
    /// Returns up to which ordinal a room counts as read; none of a room that the reader is not in.
    fn read(&self, room: RoomId) -> Option<u64> {
        let subscription = self.subscriptions.get(room)?;
        Some(effective_read(subscription.seq, subscription.read, self.own.get(room).copied()))
    }

    /// Returns where the mark stands in a room with something above it.
    fn unread_from(&self, room: RoomId) -> Option<u64> {
        let (last, _) = self.last.get(room).copied().unwrap_or_default();
        self.read(room).filter(|read| *read < last)
    }

    fn note_last(&mut self, room: RoomId, n: u64, id: u64) {
        let last = self.last.get_or(room, || (0, 0));
        *last = (*last).max((n, id));
    }

    /// Returns whether a room is left out of the list, which the next message ends.
    fn is_hidden(&self, room: RoomId) -> bool {
        let (_, newest) = self.last.get(room).copied().unwrap_or_default();
        self.subscriptions.get(room).is_some_and(|subscription| subscription.hidden && newest <= subscription.seq.0)
    }

    fn note_own(&mut self, room: RoomId, id: MessageId, n: u64) {
        let own = self.own.get_or(room, || (id, n));
        *own = (*own).max((id, n));
    }
}

impl Subscriptions {
    pub fn new(page: Page, pending: Pending, subscriptions: Vec<Subscription>, own: Vec<OwnMessage>, rooms: &[Room]) -> Self {
        let state = Self { page, pending, known: Tracked::new(Marks::default()) };
        state.merge(subscriptions, own, rooms);
        state
    }

    /// Runs `work`, which says whether it has changed anything that is shown, and tells the readers then.
    fn change(self, work: impl FnOnce(&mut Marks) -> bool) {
        if self.known.with(work) == Some(true) {
            self.known.changed();
        }
    }

    /// Applies the newest state of a subscription.
    pub fn apply(self, subscription: Subscription) {
        self.change(|known| {
            let all = &mut known.subscriptions;
            let newer = all.get(subscription.room).is_none_or(|before| before.seq < subscription.seq);
            if newer {
                all.insert(subscription.room, subscription);
            }
            newer
        });
    }

    /// Applies the subscriptions of an answer, the reader's own messages since, and how far its rooms go.
    pub fn merge(self, subscriptions: Vec<Subscription>, own: Vec<OwnMessage>, rooms: &[Room]) {
        self.known.with(|known| own.iter().for_each(|own| known.note_own(own.room, own.id, own.n)));
        rooms.iter().for_each(|room| self.room_changed(room));
        subscriptions.into_iter().for_each(|subscription| self.apply(subscription));
    }

    /// Notes how far a room goes.
    pub fn room_changed(self, room: &Room) {
        self.note(room.id, |known| known.note_last(room.id, room.last_n, room.last));
    }

    /// Notes a message that has come.
    pub fn message_changed(self, message: &Message) {
        self.note(message.room, |known| {
            known.note_last(message.room, message.n, message.id.0);
            if message.author == self.page.me {
                known.note_own(message.room, message.id, message.n);
            }
        });
    }

    /// Runs `work`, and tells the readers when the room becomes read or unread by it, or comes back into the list.
    fn note(self, room: RoomId, work: impl FnOnce(&mut Marks)) {
        self.change(|known| {
            let shown = |known: &Marks| (known.unread_from(room).is_some(), known.is_hidden(room));
            let before = shown(known);
            work(known);
            shown(known) != before
        });
    }

    /// Forgets a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        self.change(|known| {
            known.own.remove(room);
            known.last.remove(room);
            known.subscriptions.remove(room).is_some()
        });
    }

    /// Forgets everything: another store numbers its changes anew.
    pub fn reset(self) {
        self.change(|known| {
            *known = Marks::default();
            true
        });
    }

    /// Returns what `read` says of the reader's subscription to a room; tracks it.
    fn of<T>(self, room: RoomId, read: impl FnOnce(&Subscription) -> T) -> Option<T> {
        self.known.read(|known| known.subscriptions.get(room).map(read)).flatten()
    }

    /// True when there is something in a room that the reader has not read; tracks it.
    pub fn is_unread(self, room: RoomId) -> bool {
        self.known.read(|known| known.unread_from(room).is_some()) == Some(true)
    }

    /// True when a room is a favourite, or wished to be; tracks it.
    pub fn contains(self, room: RoomId) -> bool {
        let known = self.of(room, |subscription| subscription.favourite);
        self.pending.wished(&wish_name("favourite ", room)).unwrap_or(known == Some(true))
    }

    /// True when a room is left out of the list, or wished to be; tracks it.
    pub fn is_hidden(self, room: RoomId) -> bool {
        let known = self.known.read(|known| known.is_hidden(room));
        self.pending.wished(&wish_name("hidden ", room)).unwrap_or(known == Some(true))
    }

    /// Leaves a room out of the list until its next message. Without a connection the wish waits, over a reload too.
    pub fn hide(self, room: RoomId) {
        self.pending.wish(self.page, Wish::of(wish_name("hidden ", room), true, &hide(room), Kind::Subscription));
    }

    /// Makes a room a favourite or no longer one. Without a connection the wish waits, over a reload too.
    pub fn set(self, room: RoomId, on: bool) {
        self.pending.wish(self.page, Wish::of(wish_name("favourite ", room), on, &favour(room, on), Kind::Subscription));
    }

    /// Puts favourites first; both parts keep their order. Tracks them.
    pub fn first(self, rooms: Vec<Room>) -> Vec<Room> {
        let (mut favourites, others): (Vec<Room>, Vec<Room>) = rooms.into_iter().partition(|room| self.contains(room.id));
        favourites.extend(others);
        favourites
    }
}

/// The call that makes a room a favourite or no longer one.
pub(super) fn favour(room: RoomId, on: bool) -> Subscribe {
    Subscribe { favourite: on.into(), ..nothing(room) }
}

/// The call that leaves a room out of the list.
pub(super) fn hide(room: RoomId) -> Subscribe {
    Subscribe { hidden: true.into(), ..nothing(room) }
}

fn nothing(room: RoomId) -> Subscribe {
    Subscribe {
        room: room.into(),
        level: Argument::MISSING,
        muted_until: OptionalText::MISSING,
        favourite: Argument::MISSING,
        hidden: Argument::MISSING,
    }
}

fn wish_name(what: &str, room: RoomId) -> String {
    let mut name = String::from(what);
    name.push_str(&room.to_string());
    name
}

#[cfg(test)]
pub(crate) mod tests;
