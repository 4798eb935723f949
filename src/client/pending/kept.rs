//! What is written for a room that the reader is not in: it is not sent, and nothing of it is lost.

use super::Pending;
use crate::model::{ids::RoomId, scope::Scope};

impl Pending {
    /// Returns what is written for `room`, unsent messages before drafts; empty where there is nothing. Tracks it.
    pub fn kept(self, room: RoomId) -> String {
        self.drafting.read(|_| ());
        let texts = self.with(|inner| {
            let unsent = inner.outboxes.iter().filter(|(scope, _)| scope.room == room);
            let unsent = unsent.flat_map(|(_, outbox)| outbox.unsent().iter().map(|message| &*message.text));
            let drafts = inner.drafts.iter().filter(|(scope, _)| scope.room == room).map(|(_, text)| &**text);
            unsent.chain(drafts).collect::<Vec<_>>().join("\n\n")
        });
        texts.unwrap_or_default()
    }

    /// Erases what is written for `room`.
    pub fn discard_kept(self, room: RoomId) {
        let scopes = self.with(|inner| {
            inner.outboxes.iter_mut().filter(|(scope, _)| scope.room == room).for_each(|(_, outbox)| outbox.clear());
            inner.drafts.iter().map(|(scope, _)| scope).filter(|scope| scope.room == room).collect::<Vec<Scope>>()
        });
        scopes.into_iter().flatten().for_each(|scope| self.typed(scope, String::new()));
        self.save();
        self.drafting.changed();
    }
}
