//! Favourite rooms in the browser: the reader's subscriptions.

use super::{api::Subscribe, model::Subscription};
use crate::{
    client::{
        page::Page,
        pending::{Pending, wishes::Wish},
        shared::Tracked,
    },
    features::rooms::model::Room,
    model::{ids::RoomId, sorted::Sorted, things::Kind},
};

/// A handle; copies are the same state.
#[derive(Clone, Copy)]
pub struct Favourites {
    page: Page,
    pending: Pending,
    known: Tracked<Sorted<RoomId, Subscription>>,
}

impl Favourites {
    pub fn new(page: Page, pending: Pending, subscriptions: Vec<Subscription>) -> Self {
        let known = subscriptions.into_iter().map(|subscription| (subscription.room, subscription)).collect();
        Self { page, pending, known: Tracked::new(known) }
    }

    /// Applies the newest state of a subscription.
    pub fn apply(self, subscription: Subscription) {
        let newer = self.known.with(|known| {
            let newer = known.get(subscription.room).is_none_or(|before| before.seq < subscription.seq);
            if newer {
                known.insert(subscription.room, subscription);
            }
            newer
        });
        if newer == Some(true) {
            self.known.changed();
        }
    }

    /// Applies the subscriptions of an answer.
    pub fn merge(self, subscriptions: Vec<Subscription>) {
        subscriptions.into_iter().for_each(|subscription| self.apply(subscription));
    }

    /// Forgets a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        if self.known.with(|known| known.remove(room).is_some()) == Some(true) {
            self.known.changed();
        }
    }

    /// Forgets everything: another store numbers its changes anew.
    pub fn reset(self) {
        self.known.with(Sorted::clear);
        self.known.changed();
    }

    /// True when a room is a favourite, or wished to be; tracks it.
    pub fn contains(self, room: RoomId) -> bool {
        let known = self.known.read(|known| known.get(room).is_some_and(|subscription| subscription.favourite));
        self.pending.wished(&wish_name(room)).unwrap_or(known == Some(true))
    }

    /// Makes a room a favourite or no longer one. Without a connection the wish waits, over a reload too.
    pub fn set(self, room: RoomId, on: bool) {
        let call = Subscribe { room: room.into(), favourite: on.into() };
        self.pending.wish(self.page, Wish::of(wish_name(room), on, &call, Kind::Subscription));
    }

    /// Puts favourites first; both parts keep their order. Tracks them.
    pub fn first(self, rooms: Vec<Room>) -> Vec<Room> {
        let (mut favourites, others): (Vec<Room>, Vec<Room>) = rooms.into_iter().partition(|room| self.contains(room.id));
        favourites.extend(others);
        favourites
    }
}

fn wish_name(room: RoomId) -> String {
    let mut name = String::from("favourite ");
    name.push_str(&room.to_string());
    name
}

#[cfg(test)]
pub(crate) mod tests;
