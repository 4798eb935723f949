//! Subscriptions in the browser: what each room is to the reader, and how far they have read.

use super::{
    api::{ReadRoom, Subscribe},
    model::{Level, MAX_MENTIONS, OwnMessage, Subscription, effective_read},
    reading::Reading,
};
use crate::{
    client::{
        call,
        page::Page,
        pending::{Pending, wishes::Wish},
        shared::{Shared, Tracked},
    },
    features::{messages::model::Message, rooms::model::Room},
    model::{
        argument::{Argument, OptionalText},
        error::AppResult,
        fields::fields,
        ids::{MessageId, RoomId, Seq, UserId},
        sorted::Sorted,
        things::{Event, Kind},
    },
};
use leptos::{prelude::Get, task::spawn_local};
use serde::Serialize;
use server_fn::ServerFn;

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Subscriptions {
    pub(super) page: Page,
    pending: Pending,
    known: Tracked<Marks>,
    pub(super) reading: Shared<Reading>,
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

    /// Notes or forgets that a message names the reader, as its newest state says.
    fn note_mention(&mut self, message: &Message, me: UserId) {
        let read = self.read(message.room).unwrap_or(u64::MAX);
        let counts = message.mentions(me) && message.n > read;
        let Some(subscription) = self.subscriptions.get_mut(message.room) else { return };
        match subscription.mentions.binary_search(&message.id) {
            Ok(at) if message.deleted => {
                subscription.mentions.remove(at);
            }
            Err(at) if counts => {
                subscription.mentions.insert(at, message.id);
                let older = subscription.mentions.len().saturating_sub(MAX_MENTIONS);
                subscription.mentions.drain(..older);
            }
            _ => {}
        }
    }

    /// Returns the unread messages of a room that name the reader. What stands above one's own newest message is read.
    fn mentions(&self, room: RoomId) -> &[MessageId] {
        let Some(subscription) = self.subscriptions.get(room) else { return &[] };
        let own = self.own.get(room).filter(|(id, _)| id.0 > subscription.seq.0);
        let read = own.map_or(0, |(own, _)| subscription.mentions.partition_point(|id| id < own));
        &subscription.mentions[read..]
    }

    fn note_own(&mut self, room: RoomId, id: MessageId, n: u64) {
        let own = self.own.get_or(room, || (id, n));
        *own = (*own).max((id, n));
    }
}

impl Subscriptions {
    pub fn new(page: Page, pending: Pending, subscriptions: Vec<Subscription>, own: Vec<OwnMessage>, rooms: &[Room]) -> Self {
        let (known, reading) = (Tracked::new(Marks::default()), Shared::new(Reading::default()));
        let state = Self { page, pending, known, reading };
        state.merge(subscriptions, own, rooms);
        state
    }

    /// Runs `work`, which says whether it has changed anything that is shown, and tells the readers then.
    fn change(self, work: impl FnOnce(&mut Marks) -> bool) {
        if self.known.with(work) == Some(true) {
            self.known.changed();
        }
    }

    /// Applies the newest state of a subscription. Returns where its mark stands now, if it was moved down.
    pub fn apply(self, subscription: Subscription) -> Option<u64> {
        let room = subscription.room;
        let mut lowered = None;
        self.change(|known| {
            let before = known.read(room);
            let newer = known.subscriptions.get(room).is_none_or(|before| before.seq < subscription.seq);
            if newer {
                known.subscriptions.insert(room, subscription);
                lowered = known.unread_from(room).filter(|read| before.is_some_and(|before| *read < before));
            }
            newer
        });
        lowered
    }

    /// Notes that a room is opened: what was seen before counts no more, and it is reported again.
    pub fn opened(self) {
        self.reading.with(Reading::leave);
    }

    /// Reports nothing of `room`, which is shown, until another one is.
    pub fn hold(self, room: RoomId) {
        self.reading.with(|reading| reading.hold(room));
    }

    /// Applies the subscriptions of an answer, the reader's own messages since, and how far its rooms go.
    pub fn merge(self, subscriptions: Vec<Subscription>, own: Vec<OwnMessage>, rooms: &[Room]) {
        self.known.with(|known| own.iter().for_each(|own| known.note_own(own.room, own.id, own.n)));
        rooms.iter().for_each(|room| self.room_changed(room));
        for subscription in subscriptions {
            self.apply(subscription);
        }
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
            known.note_mention(message, self.page.me);
        });
    }

    /// Runs `work`, and tells the readers when the room becomes read or unread by it, or comes back into the list.
    fn note(self, room: RoomId, work: impl FnOnce(&mut Marks)) {
        self.change(|known| {
            let shown = |known: &Marks| (known.unread_from(room).is_some(), known.is_hidden(room), known.mentions(room).len());
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

    /// Returns how many unread messages of a room name the reader; tracks it.
    pub fn mentions(self, room: RoomId) -> usize {
        self.known.read(|known| known.mentions(room).len()).unwrap_or_default()
    }

    /// Returns how many unread messages of all rooms name the reader; tracks it.
    pub fn all_mentions(self) -> usize {
        let of = |known: &Marks| known.subscriptions.iter().map(|(room, _)| known.mentions(room).len()).sum();
        self.known.read(of).unwrap_or_default()
    }

    /// True while the reader wants to see no news of a room; tracks it.
    pub fn is_quiet(self, room: RoomId) -> bool {
        let now = self.page.now.get();
        self.of(room, |subscription| subscription.is_quiet(now)) == Some(true)
    }

    /// Returns what the reader wants to hear of a room; tracks it.
    pub fn level(self, room: RoomId) -> Level {
        self.of(room, |subscription| subscription.level).unwrap_or_default()
    }

    /// True when a room that may show it has something unread; tracks it.
    pub fn any_unread(self) -> bool {
        let now = self.page.now.get();
        let is_shown = |known: &Marks, one: &Subscription| known.unread_from(one.room).is_some() && !one.is_quiet(now);
        self.known.read(|known| known.subscriptions.iter().any(|(_, one)| is_shown(known, one))) == Some(true)
    }

    /// Returns up to which ordinal a room with something unread is read.
    pub fn unread_from(self, room: RoomId) -> Option<u64> {
        self.known.with(|known| known.unread_from(room)).flatten()
    }

    /// Returns up to which ordinal a room is read, and as of which change that is known.
    pub(super) fn mark(self, room: RoomId) -> Option<(u64, Seq)> {
        self.known.with(|known| Some((known.read(room)?, known.subscriptions.get(room)?.seq))).flatten()
    }

    /// Marks the shown room unread after the message with ordinal `n`.
    pub fn mark_unread(self, room: RoomId, n: u64) {
        self.hold(room);
        self.send(&ReadRoom { room: room.into(), n: n.into(), basis: Argument::MISSING });
    }

    /// Calls a function that sets something of subscriptions, and says when that fails.
    pub fn send<F: ServerFn + Serialize>(self, call: &F) {
        self.send_fields(F::PATH, fields_of(call));
    }

    /// The same with fields by name.
    pub(super) fn send_fields(self, path: &'static str, fields: Vec<(String, String)>) {
        spawn_local(async move {
            if let Err(error) = self.post(path, fields).await {
                self.page.report(error);
            }
        });
    }

    /// Calls a function by its path, and applies the subscription that it answers.
    pub(super) async fn post(self, path: &'static str, fields: Vec<(String, String)>) -> AppResult<()> {
        let answer = call::post_fields(path.to_owned(), fields).await?;
        if let Some(event) = Event::read_kind(Kind::Subscription, &answer) {
            self.page.application(|application| application.event(event));
        }
        Ok(())
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
    Subscribe { favourite: on.into(), ..subscribe(room) }
}

/// The call that leaves a room out of the list.
pub(super) fn hide(room: RoomId) -> Subscribe {
    Subscribe { hidden: true.into(), ..subscribe(room) }
}

/// The call about a room with nothing to set.
pub(super) fn subscribe(room: RoomId) -> Subscribe {
    Subscribe {
        room: room.into(),
        level: Argument::MISSING,
        muted_until: OptionalText::MISSING,
        favourite: Argument::MISSING,
        hidden: Argument::MISSING,
    }
}

/// The arguments of a call by name, those that are left out too.
pub(super) fn fields_of(call: &impl Serialize) -> Vec<(String, String)> {
    fields(call).into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn wish_name(what: &str, room: RoomId) -> String {
    let mut name = String::from(what);
    name.push_str(&room.to_string());
    name
}

#[cfg(test)]
pub(crate) mod tests;
