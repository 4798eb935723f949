//! RoomState: what the page has of one room or thread: its timeline, and where the reader is in it.

use super::{
    room_view::RoomView,
    timeline::{RetainedRows, Timeline},
};
use crate::model::ids::{MessageId, Seq};

pub(crate) struct RoomState {
    pub timeline: Timeline,
    pub view: RoomView,
    /// The message that stays in place, and how many pixels it stands below the list's upper edge; none at the live end.
    pub anchor: Option<(MessageId, f64)>,
    /// Rows that hold the reader's focus or selection.
    pub retained: Option<RetainedRows>,
    /// A page above or below is on its way.
    pub loading: bool,
    /// As of which change the people of the room are counted.
    pub counted: Seq,
}

impl RoomState {
    pub fn new(view: RoomView) -> Self {
        Self { timeline: Timeline::default(), view, anchor: None, retained: None, loading: false, counted: Seq(0) }
    }

    /// True when the room can be shown at once, as it is now.
    pub fn is_current(&self) -> bool {
        self.timeline.loaded() && self.timeline.at_end() && !self.timeline.stale()
    }

    /// Drops what is too far from the reader; `unsent` messages stand below the window.
    pub fn trim(&mut self, unsent: usize) {
        self.timeline.trim(self.anchor.map(|(id, _)| id), self.retained, unsent);
    }

    /// Returns where the reader left: the message, and how many pixels it stood below the list's upper edge.
    pub fn left_at(&self) -> Option<(MessageId, f64)> {
        let (id, offset) = self.anchor?;
        Some((self.timeline.living(id)?, offset))
    }
}
