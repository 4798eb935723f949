//! The pin of a message, as the wire carries it.

use crate::{
    features::messages::model::{Body, Message},
    model::{
        facet::Facet,
        ids::{MessageId, RoomId, Seq, UserId},
        names_people::NamesPeople,
        versioned::Versioned,
    },
};
use serde::{Deserialize, Serialize};

/// Pinned messages of one room, at most.
pub const MAX_PINS: usize = 100;
/// Characters of a message that the list of a room shows.
pub const EXCERPT: usize = 140;

/// The `pin` thing: whether a message is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub seq: Seq,
    pub message: MessageId,
    pub room: RoomId,
    pub on: bool,
    /// The person who set it last.
    pub by: UserId,
    /// When it was set last, milliseconds since 1970, the server's clock.
    pub at: u64,
}

impl Versioned for Pin {
    const NAME: &'static str = "pin";

    fn key(&self) -> (u64, u64) {
        (self.message.0, 0)
    }

    fn seq(&self) -> Seq {
        self.seq
    }
}

impl Facet for Pin {
    fn message(&self) -> MessageId {
        self.message
    }

    fn room(&self) -> RoomId {
        self.room
    }
}

impl NamesPeople for Pin {
    fn people(&self) -> Vec<UserId> {
        vec![self.by]
    }
}

/// A pinned message as the list of its room shows it: its first words instead of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedMessage {
    /// The number of the pin.
    pub seq: Seq,
    pub message: MessageId,
    /// The message's newest change, of which the words are.
    pub changed: Seq,
    pub author: UserId,
    /// At most [`EXCERPT`] characters on one line, and `…` where there are more.
    pub excerpt: String,
}

impl PinnedMessage {
    /// Makes the item of the pin with the number `seq`. A body of which only the beginning is known does as well, as long as
    /// it has more words than are shown.
    pub fn new(seq: Seq, message: MessageId, changed: Seq, author: UserId, body: &Body) -> Self {
        Self { seq, message, changed, author, excerpt: excerpt(body) }
    }
}

impl NamesPeople for PinnedMessage {
    fn people(&self) -> Vec<UserId> {
        vec![self.author]
    }
}

/// Returns the first words of a body, on one line.
pub fn excerpt(body: &Body) -> String {
    // White space at the edges and between words is not shown.
    let words = body.words(2 * EXCERPT);
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((at, _)) => [&line[..at], "…"].concat(),
        None => line,
    }
}

/// The answer of `pins/excerpts`: every pinned message of a room, newest pin first. `head` was read before them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinExcerpts {
    pub head: Seq,
    pub items: Vec<PinnedMessage>,
}

/// A pinned message with its pin, as `pins/list` answers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinListItem {
    /// The number of the pin.
    pub seq: Seq,
    pub by: UserId,
    pub at: u64,
    pub message: Message,
}

/// The answer of `pins/list`, newest pin first. `head` was read before it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinList {
    pub items: Vec<PinListItem>,
    /// The rest comes with `before` this number; none at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
    pub head: Seq,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    fn of(text: &str) -> String {
        excerpt(&samples::message(1, text).body)
    }

    #[test]
    fn excerpt_has_the_words_without_their_marks() {
        let text = "**agenda**: [the _plan_](https://example.org)\nand `code`\n\n- one\n- two\n\n> said\n\n```rust\nlet a;\n```";
        assert_eq!(of(text), "agenda: the plan and code one two said let a;");
        assert_eq!(of(&"word ".repeat(1_000)).chars().count(), EXCERPT + 1);
    }

    #[test]
    fn excerpt_is_one_line_and_ends_between_characters() {
        assert_eq!(of("  one\n\n two\t"), "one two");
        assert_eq!(of(""), "");
        let long = "字".repeat(EXCERPT + 1);
        assert_eq!(of(&long), "字".repeat(EXCERPT) + "…");
        assert_eq!(of(&"字".repeat(EXCERPT)), "字".repeat(EXCERPT));
    }
}
