//! RoomState: what the page has of one room or thread: its timeline, and where the reader is in it.

use super::{
    room_view::RoomView,
    timeline::{RetainedRows, Row, Timeline},
};
use crate::model::ids::{MessageId, Seq};
use std::ops::Range;

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
    /// It opens at the line above what is new.
    pub opens_at_new: bool,
    /// Rows that are drawn at most, while the others are left for later; none when all are.
    pub drawn: Option<usize>,
    /// Pixels that are filled before rows are counted; 0 from then on.
    height: i32,
}

/// Pixels of the lowest row, and what it has more where it names its author.
const ROW: i32 = 26;
const NAMED: i32 = 28;

impl RoomState {
    pub fn new(view: RoomView) -> Self {
        let timeline = Timeline::default();
        Self {
            timeline,
            view,
            anchor: None,
            retained: None,
            loading: false,
            counted: Seq(0),
            opens_at_new: false,
            drawn: None,
            height: 0,
        }
    }

    /// True when the room can be shown at once, as it is now.
    pub fn is_current(&self) -> bool {
        self.timeline.loaded() && self.timeline.at_end() && !self.timeline.stale()
    }

    /// Draws no more rows than `height` pixels can hold, at first.
    pub fn draw_height(&mut self, height: i32) {
        self.height = height;
    }

    /// Returns which of `rows` are drawn: all, or those around the scroll anchor, two thirds of them below it; without an anchor
    /// the last.
    pub fn drawn(&mut self, rows: &[Row]) -> Range<usize> {
        let mut height = std::mem::take(&mut self.height);
        if height > 0 {
            let most = usize::try_from(height / ROW).unwrap_or_default();
            let mut at_end = 0;
            for row in rows.iter().rev() {
                if height > 0 {
                    at_end += 1;
                    height -= if row.first { ROW + NAMED } else { ROW };
                }
            }
            // What stands below the anchor has to reach down to the list's lower edge, or the anchor would not stay in place.
            self.drawn = Some(if self.anchor.is_some() { most * 3 / 2 } else { at_end });
        }
        let Some(most) = self.drawn.filter(|most| *most < rows.len()) else {
            self.drawn = None;
            return 0..rows.len();
        };
        let anchor = self.anchor.and_then(|(id, _)| rows.iter().position(|row| row.id >= Some(id)));
        let end = anchor.map_or(rows.len(), |at| rows.len().min(at + most * 2 / 3));
        end.saturating_sub(most)..end
    }

    /// Draws the line above what is new after the message with ordinal `n`, and opens there.
    pub fn open_at(&mut self, n: Option<u64>) {
        self.timeline.new_from = n;
        let first = self.timeline.first_new();
        self.opens_at_new = first.is_some();
        // Rows around it are drawn first.
        self.anchor = first.map(|id| (id, 0.0)).or(self.anchor);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::messages::timeline::{Content, Delivery, RowKey},
        model::{ids::UserId, scope::Scope},
    };
    use leptos::prelude::Owner;

    fn row(id: u64) -> Row {
        let (key, content) = (RowKey(id.to_string()), Content::Plain(String::new()));
        let (seq, id, author, delivery) = (Seq(id), Some(MessageId(id)), UserId(1), Delivery::Sent);
        Row {
            key,
            seq,
            id,
            author,
            at: 0,
            content,
            delivery,
            day: None,
            first: false,
            mine: false,
            n: 0,
            is_new: false,
            mentions_me: false,
        }
    }

    #[test]
    fn rows_around_the_reader_are_drawn_first_and_all_in_the_end() {
        let owner = Owner::new();
        owner.set();
        let mut state = RoomState::new(RoomView::new(Scope::from(crate::model::ids::RoomId(1)), None, String::new()));
        // Numbers of messages have gaps.
        let mut rows: Vec<_> = (1..=300).map(|n| row(n * 2)).collect();
        assert_eq!(state.drawn(&rows), 0..300);
        state.drawn = Some(30);
        assert_eq!(state.drawn(&rows), 270..300);
        for (anchor, drawn) in [(1, 0..20), (201, 90..120), (600, 270..300), (900, 270..300)] {
            state.anchor = Some((MessageId(anchor), 0.0));
            assert_eq!(state.drawn(&rows), drawn, "{anchor}");
        }
        state.draw_height(260);
        assert_eq!(state.drawn(&rows), 285..300, "with an anchor");
        state.anchor = None;
        state.draw_height(260);
        assert_eq!(state.drawn(&rows), 290..300, "as many as the height can hold");
        rows[298].first = true;
        state.draw_height(260);
        assert_eq!(state.drawn(&rows), 291..300, "one of them names its author");
        state.drawn = Some(300);
        assert_eq!((state.drawn(&rows), state.drawn), (0..300, None));
    }
}
