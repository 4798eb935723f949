//! The pinned messages of one room in the browser: read with a page or by a request, and kept in line by events. Pure: it says
//! when it has to be read again.

use super::model::{Pin, PinExcerpts, PinnedMessage};
use crate::{
    features::messages::model::Message,
    model::ids::{MessageId, RoomId, Seq},
};

/// Every event is compared by number with what is known. While a request is under way, what has gone is noted, so that an answer
/// read before it does not bring it back.
#[derive(Default)]
pub struct RoomPins {
    room: Option<RoomId>,
    /// Newest pin first.
    items: Vec<PinnedMessage>,
    /// As of which change the list was read.
    head: Seq,
    /// Pins and messages that have gone since the request left, with the numbers of these changes.
    gone: Vec<(MessageId, Seq)>,
    /// It has been read since the room is shown.
    loaded: bool,
    /// It has to be read.
    due: bool,
    in_flight: bool,
    /// Counts the requests; an answer counts only to the newest one.
    requests: u32,
}

impl RoomPins {
    /// The list that a page of `room` was rendered with, as of `head`.
    pub fn new(room: Option<RoomId>, items: Vec<PinnedMessage>, head: Seq) -> Self {
        Self { room, items, head, loaded: true, ..Self::default() }
    }

    pub fn room(&self) -> Option<RoomId> {
        self.room
    }

    /// Returns the items and whether they have been read.
    pub fn items(&self, room: RoomId) -> (&[PinnedMessage], bool) {
        if self.room == Some(room) { (&self.items, self.loaded) } else { (&[], false) }
    }

    /// Shows another room, or none. What is under way is for nothing.
    pub fn show(&mut self, room: Option<RoomId>) {
        *self = Self { room, due: true, requests: self.requests + 1, ..Self::default() };
    }

    /// Changes were missed. With `other_store` nothing that is known holds any more.
    pub fn reset(&mut self, other_store: bool) {
        if other_store {
            self.show(self.room);
        }
        self.due = true;
    }

    /// Returns the room whose list has to be read, when no request is under way.
    pub fn due(&self) -> Option<RoomId> {
        self.room.filter(|_| self.due && !self.in_flight)
    }

    /// Notes that the list is requested. Returns the number of the request.
    pub fn begin(&mut self) -> u32 {
        (self.due, self.in_flight) = (false, true);
        self.requests += 1;
        self.requests
    }

    /// Takes the answer of a request; none where it failed, so that the list stays due. Returns true when the list has changed.
    pub fn complete(&mut self, request: u32, answer: Option<PinExcerpts>) -> bool {
        if request != self.requests {
            return false;
        }
        self.in_flight = false;
        let gone = std::mem::take(&mut self.gone);
        let Some(PinExcerpts { head, mut items }) = answer else {
            self.due = true;
            return false;
        };
        (self.loaded, self.head) = (true, head);
        items.retain(|item| !gone.iter().any(|(message, seq)| *message == item.message && *seq > item.seq));
        for item in std::mem::replace(&mut self.items, items) {
            if item.seq > head {
                self.put(item);
            } else if let Some(own) = self.items.iter_mut().find(|own| own.message == item.message && own.changed < item.changed)
            {
                (own.changed, own.excerpt) = (item.changed, item.excerpt);
            }
        }
        true
    }

    /// Applies the newest state of a pin. `message` is the message where it is loaded; else the list is read again. Returns true
    /// when the list has changed.
    pub fn apply(&mut self, pin: &Pin, message: Option<&Message>) -> bool {
        if self.room != Some(pin.room) || pin.seq <= self.head {
            return false;
        }
        let known = self.items.iter().position(|item| item.message == pin.message);
        if known.is_some_and(|at| self.items[at].seq >= pin.seq) {
            return false;
        }
        if !pin.on {
            return self.remove(pin.message, pin.seq);
        }
        let of = |message: &Message| PinnedMessage::new(pin.seq, message.id, message.seq, message.author, &message.body);
        let known = known.map(|at| PinnedMessage { seq: pin.seq, ..self.items.remove(at) });
        match known.or_else(|| message.map(of)) {
            Some(item) => self.put(item),
            None => {
                self.due = true;
                return false;
            }
        }
        true
    }

    /// Applies the newest state of a message. Returns true when the list has changed.
    pub fn message_changed(&mut self, message: &Message) -> bool {
        if self.room != Some(message.room) {
            return false;
        }
        if message.deleted {
            return self.remove(message.id, message.seq);
        }
        let Some(item) = self.items.iter_mut().find(|item| item.message == message.id && item.changed < message.seq) else {
            return false;
        };
        *item = PinnedMessage::new(item.seq, message.id, message.seq, message.author, &message.body);
        true
    }

    fn remove(&mut self, message: MessageId, seq: Seq) -> bool {
        if self.in_flight {
            self.gone.push((message, seq));
        }
        let before = self.items.len();
        self.items.retain(|item| item.message != message);
        self.items.len() != before
    }

    /// Puts an item where it belongs by its number, in place of an older one of its message.
    fn put(&mut self, item: PinnedMessage) {
        self.items.retain(|own| own.message != item.message);
        let at = self.items.partition_point(|own| own.seq > item.seq);
        self.items.insert(at, item);
    }
}

#[cfg(test)]
mod tests;
