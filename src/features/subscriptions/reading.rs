//! Reading: what was in view, look by look, and what of it may be reported as read. Pure.

use crate::model::ids::RoomId;

/// Looks that must agree: what was in view in all of them was so for a second.
const LOOKS: usize = 3;

/// What was in view of the shown room.
#[derive(Default)]
pub struct Reading {
    room: RoomId,
    /// The person has marked the room unread: nothing is reported until it is left.
    held: bool,
    /// Up to which ordinal everything was seen in the last looks, the newest last; none where nothing was.
    seen: [Option<u64>; LOOKS],
    /// A report is under way.
    reporting: bool,
}

impl Reading {
    fn enter(&mut self, room: RoomId) {
        if self.room != room {
            *self = Self { room, reporting: self.reporting, ..Self::default() };
        }
    }

    /// Forgets what was seen: the room is left, or opened anew.
    pub fn leave(&mut self) {
        *self = Self { reporting: self.reporting, ..Self::default() };
    }

    /// Reports nothing of `room`, which is shown, until another one is.
    pub fn hold(&mut self, room: RoomId) {
        self.enter(room);
        self.held = true;
    }

    /// Notes a look at `room`. Returns up to which ordinal everything was in view for a second, where that may be reported.
    pub fn look(&mut self, room: RoomId, seen: Option<u64>) -> Option<u64> {
        self.enter(room);
        self.seen.rotate_left(1);
        self.seen[LOOKS - 1] = seen;
        let read = self.seen.iter().copied().min().flatten();
        read.filter(|_| !self.held && !self.reporting)
    }

    /// Notes that a report leaves, and that it is answered. What was seen until then has to be seen anew, so a room is
    /// reported at most once a second.
    pub fn set_reporting(&mut self, reporting: bool) {
        (self.reporting, self.seen) = (reporting, [None; LOOKS]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_in_view_for_a_second_is_read() {
        let mut reading = Reading::default();
        let looks = [(Some(5), None), (Some(9), None), (Some(9), Some(5)), (Some(9), Some(9)), (Some(4), Some(4)), (None, None)];
        for (seen, read) in looks {
            assert_eq!(reading.look(RoomId(1), seen), read, "{seen:?}");
        }
        // What was seen in another room does not count.
        assert_eq!([7, 7, 7].map(|n| reading.look(RoomId(2), Some(n))), [None, None, Some(7)]);
    }

    #[test]
    fn room_that_was_marked_unread_is_not_reported_until_it_is_left() {
        let mut reading = Reading::default();
        let read = |reading: &mut Reading, room| (0..3).filter_map(|_| reading.look(RoomId(room), Some(5))).next();
        reading.hold(RoomId(1));
        assert_eq!((read(&mut reading, 1), read(&mut reading, 2)), (None, Some(5)));
        assert_eq!(read(&mut reading, 1), Some(5), "back again");
        reading.hold(RoomId(1));
        reading.leave();
        assert_eq!(read(&mut reading, 1), Some(5), "opened anew");
        reading.set_reporting(true);
        assert_eq!(read(&mut reading, 2), None, "one report at a time");
    }
}
