//! Scope: where something is written and read: a room, or a thread in it.

use super::ids::{MessageId, NotAnId, RoomId};
use std::{fmt, str::FromStr};

/// Keys timelines, drafts, unsent texts and scroll positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    pub room: RoomId,
    /// The root message of a thread; none for the room itself.
    pub thread: Option<MessageId>,
}

impl From<RoomId> for Scope {
    fn from(room: RoomId) -> Self {
        Self { room, thread: None }
    }
}

/// `3`, or `3-120` for a thread.
impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.room, f)?;
        if let Some(thread) = self.thread {
            f.write_str("-")?;
            fmt::Display::fmt(&thread, f)?;
        }
        Ok(())
    }
}

impl FromStr for Scope {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        match text.split_once('-') {
            None => Ok(Self { room: text.parse()?, thread: None }),
            Some((room, thread)) => Ok(Self { room: room.parse()?, thread: Some(thread.parse()?) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scope_reads_what_it_writes() {
        for (scope, text) in [(RoomId(3).into(), "3"), (Scope { room: RoomId(3), thread: Some(MessageId(120)) }, "3-120")] {
            assert_eq!(scope.to_string(), text);
            assert_eq!(text.parse(), Ok(scope));
        }
        for wrong in ["", "-", "3-", "-3", "3-4-5", "x"] {
            assert!(wrong.parse::<Scope>().is_err(), "{wrong}");
        }
    }
}
