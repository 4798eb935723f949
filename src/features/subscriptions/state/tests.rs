//! What tests ask of subscriptions in the browser.

use super::*;

impl Subscriptions {
    /// Returns everything that is known, by room.
    pub fn snapshot(self) -> Vec<Subscription> {
        let all = self.known.with(|known| {
            let effective = |room| known.is_hidden(room);
            let all = known.subscriptions.iter();
            let state = |room, subscription: &Subscription| Subscription {
                hidden: effective(room),
                mentions: known.mentions(room).to_vec(),
                ..subscription.clone()
            };
            all.map(|(room, subscription)| state(room, subscription)).collect()
        });
        all.unwrap_or_default()
    }

    /// Returns the rooms with something unread, by id, and up to where they are read.
    pub fn unread_rooms(self) -> Vec<(RoomId, u64)> {
        let mark = |known: &Marks, room| known.unread_from(room).map(|read| (room, read));
        let all = |known: &mut Marks| known.subscriptions.iter().filter_map(|(room, _)| mark(known, room)).collect();
        self.known.with(all).unwrap_or_default()
    }
}
