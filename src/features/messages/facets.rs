//! Facets: things beside a message that change on their own, such as its pin. This file owns the rule of which of them a page
//! keeps.

use crate::{
    client::shared::Tracked,
    model::{
        facet::Facet,
        ids::{MessageId, RoomId, Seq},
        sorted::Sorted,
    },
};

/// What a page has loaded of one room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub room: RoomId,
    /// The first message that is loaded; none where nothing is.
    pub first: Option<MessageId>,
    /// A page of this room has been requested and has not come yet.
    pub in_flight: bool,
}

/// A page of messages that has been merged: which of its messages live, which are tombstones, and as of which change it was read.
#[derive(Debug, Clone)]
pub struct LoadedPage {
    pub room: RoomId,
    pub living: Vec<MessageId>,
    pub deleted: Vec<MessageId>,
    pub head: Seq,
}

/// One kind of facet of all messages; copies are the same map.
///
/// A facet is kept by its message's id, whether or not that message is loaded: for every id not below the window's first, and
/// for every id while a page of that room is in flight. So a facet that arrives before its message is not lost. It goes with
/// the window and with the message.
pub struct FacetMap<T: 'static>(Tracked<Facets<T>>);

struct Facets<T: 'static> {
    known: Sorted<MessageId, T>,
    windows: Sorted<RoomId, Window>,
}

impl<T> Clone for FacetMap<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for FacetMap<T> {}

impl<T: Facet> Default for FacetMap<T> {
    fn default() -> Self {
        Self(Tracked::new(Facets { known: Sorted::default(), windows: Sorted::default() }))
    }
}

impl<T: Facet> FacetMap<T> {
    /// Returns the facet of a message; tracks it.
    pub fn get(self, message: MessageId) -> Option<T> {
        self.0.read(|facets| facets.known.get(message).cloned()).flatten()
    }

    /// True when messages of a room are loaded.
    pub fn is_loaded(self, room: RoomId) -> bool {
        self.0.with(|facets| facets.windows.get(room).is_some_and(|window| window.first.is_some())) == Some(true)
    }

    /// Applies the newest state of a facet, not of a deleted message. Returns true when it changed something.
    pub fn apply(self, facet: T) -> bool {
        let (id, room) = (facet.message(), facet.room());
        self.change(|facets| {
            let is_kept =
                facets.windows.get(room).is_some_and(|window| window.in_flight || window.first.is_some_and(|first| id >= first));
            let is_newer = facets.known.get(id).is_none_or(|known| known.seq() < facet.seq());
            if is_kept && is_newer {
                facets.known.insert(id, facet);
            }
            is_kept && is_newer
        })
    }

    /// Applies the facets of a page: a message of it without one has none, unless a newer change has said otherwise. A tombstone
    /// has none in any case.
    pub fn merge(self, page: &LoadedPage, list: Vec<T>) {
        self.change(|facets| {
            let mut changed = facets.drop_where(|facet| page.deleted.contains(&facet.message()));
            for id in &page.living {
                if facets.known.get(*id).is_some_and(|facet| facet.seq() <= page.head) {
                    facets.known.remove(*id);
                    changed = true;
                }
            }
            for facet in list {
                let id = facet.message();
                if page.living.contains(&id) && facets.known.get(id).is_none_or(|known| known.seq() < facet.seq()) {
                    facets.known.insert(id, facet);
                    changed = true;
                }
            }
            changed
        });
    }

    /// Notes what is loaded of a room, and drops what lies before it.
    pub fn set_window(self, window: Window) {
        self.change(|facets| {
            if facets.windows.insert(window.room, window) == Some(window) || window.in_flight {
                return false;
            }
            facets.drop_where(|facet| facet.room() == window.room && window.first.is_none_or(|first| facet.message() < first))
        });
    }

    /// Drops the facet of a message that was deleted.
    pub fn message_deleted(self, message: MessageId) {
        self.change(|facets| facets.known.remove(message).is_some());
    }

    /// Drops everything of a room that the reader has lost.
    pub fn room_lost(self, room: RoomId) {
        self.change(|facets| {
            facets.windows.remove(room);
            facets.drop_where(|facet| facet.room() == room)
        });
    }

    /// Drops everything: another store numbers its changes anew.
    pub fn reset(self) {
        self.change(|facets| facets.drop_where(|_| true));
    }

    /// Runs `work`, which says whether it has changed a facet, and tells the readers then.
    fn change(self, work: impl FnOnce(&mut Facets<T>) -> bool) -> bool {
        let changed = self.0.with(work) == Some(true);
        if changed {
            self.0.changed();
        }
        changed
    }
}

impl<T: Facet> Facets<T> {
    fn drop_where(&mut self, is_gone: impl Fn(&T) -> bool) -> bool {
        let gone: Vec<MessageId> = self.known.iter().filter(|(_, facet)| is_gone(facet)).map(|(id, _)| id).collect();
        gone.iter().for_each(|id| drop(self.known.remove(*id)));
        !gone.is_empty()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::{ids::UserId, names_people::NamesPeople, versioned::Versioned};
    use leptos::prelude::Owner;

    #[derive(Debug, Clone, PartialEq)]
    struct Mark(u64, u64);

    impl Versioned for Mark {
        const NAME: &'static str = "mark";

        fn key(&self) -> (u64, u64) {
            (self.0, 0)
        }

        fn seq(&self) -> Seq {
            Seq(self.1)
        }
    }

    impl NamesPeople for Mark {
        fn people(&self) -> Vec<UserId> {
            Vec::new()
        }
    }

    impl Facet for Mark {
        fn message(&self) -> MessageId {
            MessageId(self.0)
        }

        fn room(&self) -> RoomId {
            RoomId(1)
        }
    }

    impl<T: Facet> FacetMap<T> {
        /// Returns every facet of a room that is known, by message.
        pub fn of_room(self, room: RoomId) -> Vec<T> {
            let of_room = |facets: &Facets<T>| {
                let all = facets.known.iter().map(|(_, facet)| facet);
                all.filter(|facet| facet.room() == room).cloned().collect()
            };
            self.0.with(|facets| of_room(facets)).unwrap_or_default()
        }
    }

    fn map() -> (Owner, FacetMap<Mark>) {
        let owner = Owner::new();
        owner.set();
        (owner, FacetMap::default())
    }

    fn window(first: Option<u64>, in_flight: bool) -> Window {
        Window { room: RoomId(1), first: first.map(MessageId), in_flight }
    }

    fn page(living: &[u64], head: u64) -> LoadedPage {
        LoadedPage {
            room: RoomId(1),
            living: living.iter().map(|id| MessageId(*id)).collect(),
            deleted: vec![MessageId(14)],
            head: Seq(head),
        }
    }

    fn seqs(map: FacetMap<Mark>) -> Vec<(u64, u64)> {
        map.0.with(|facets| facets.known.iter().map(|(id, mark)| (id.0, mark.1)).collect()).unwrap()
    }

    #[test]
    fn facet_is_kept_when_its_message_is_in_the_window_or_may_come() {
        let (_owner, map) = map();
        assert!(!map.apply(Mark(40, 45)), "nothing of the room is loaded");
        map.set_window(window(Some(30), false));
        assert!(map.apply(Mark(40, 45)) && !map.apply(Mark(40, 45)) && !map.apply(Mark(40, 44)));
        assert!(!map.apply(Mark(20, 50)), "below the window");
        map.set_window(window(Some(30), true));
        assert!(map.apply(Mark(20, 51)), "a page is in flight that may bring it");
        assert_eq!(seqs(map), [(20, 51), (40, 45)]);
        map.set_window(window(Some(30), false));
        assert_eq!(seqs(map), [(40, 45)], "the page did not bring it");
        map.message_deleted(MessageId(40));
        assert_eq!(seqs(map), []);
    }

    #[test]
    fn page_replaces_older_facets_of_its_messages_only() {
        let (_owner, map) = map();
        map.set_window(window(Some(10), false));
        for mark in [Mark(10, 60), Mark(11, 61), Mark(12, 70), Mark(13, 62), Mark(14, 70)] {
            map.apply(mark);
        }
        // Read at 65: 10 has another one, 11 has none, what is known of 12 is newer, 13 is not in it, 14 is a tombstone.
        map.merge(&page(&[10, 11, 12], 65), vec![Mark(10, 64), Mark(12, 63), Mark(14, 64)]);
        assert_eq!(seqs(map), [(10, 64), (12, 70), (13, 62)]);
    }
}
