//! What the page keeps of a room: its timeline, what is not sent yet, where the reader is, and what the list shows of it.

use super::{
    model::{Message, Page},
    outbox::Outbox,
    timeline::{Held, Timeline},
};
use crate::{
    app::state::{RoomView, put},
    model::ids::{MessageId, UserId},
};

pub(crate) struct Room {
    pub timeline: Timeline,
    pub outbox: Outbox,
    pub view: RoomView,
    /// The message under the reader's eye and how many pixels it stands below the list's upper edge; none at the live end.
    pub eye: Option<(MessageId, f64)>,
    /// What holds the reader's focus or selection.
    pub held: Option<Held>,
    /// A page above or below is on its way.
    pub loading: bool,
}

impl Room {
    pub fn new(view: RoomView) -> Self {
        Self { timeline: Timeline::default(), outbox: Outbox::default(), view, eye: None, held: None, loading: false }
    }

    pub fn from_page(page: Page, view: RoomView) -> Self {
        Self { timeline: Timeline::from_page(page), ..Self::new(view) }
    }

    /// The newest state of a message, from the stream or as an answer; the first of the two confirms what was pending.
    pub fn apply(&mut self, message: Message, me: UserId) -> bool {
        let confirmed = message.author == me && self.outbox.confirm(message.key);
        let changed = self.timeline.apply(message, me);
        self.trim();
        changed || confirmed
    }

    /// Whether the room can be shown at once, as it is now.
    pub fn current(&self) -> bool {
        self.timeline.loaded() && self.timeline.at_end() && !self.timeline.stale()
    }

    fn trim(&mut self) {
        self.timeline.trim(self.eye.map(|(id, _)| id), self.held, self.outbox.unsent().len());
    }

    /// Where the reader left: the message, and how many pixels it stood below the list's upper edge.
    pub fn left(&self) -> Option<(MessageId, f64)> {
        let (id, offset) = self.eye?;
        Some((self.timeline.living(id)?, offset))
    }

    /// Brings the list in line.
    pub fn draw(&mut self, offset: &dyn Fn(u64) -> i16, me: UserId) {
        self.trim();
        for message in self.timeline.messages() {
            if message.author == me {
                self.outbox.confirm(message.key);
            }
        }
        self.view.show(self.timeline.rows(self.outbox.unsent(), offset, me));
        put(self.view.at_start, self.timeline.at_start());
        put(self.view.at_end, self.timeline.at_end());
        put(self.view.unseen, self.timeline.unseen());
    }
}
