//! The text as the parser gets it. It is as long as the typed one, byte for byte, so each event's range says what was typed;
//! characters that must not be marks here stand in it as other ones, which nobody ever sees.

mod backslashes;
mod flanking;

use super::{
    addresses,
    edits::{Edit, edited},
    parser::without_definitions,
};
use std::{borrow::Cow, ops::Range};

/// A run of so many `>` opens no quotes: it is the end of a merge conflict.
const CONFLICT_MARK: usize = 7;

/// A typed text, the same for the parser, and the bare addresses in it, in order.
pub(super) struct ForParser<'t> {
    pub typed: &'t str,
    pub parsed: Cow<'t, str>,
    pub addresses: Vec<Range<usize>>,
}

impl<'t> ForParser<'t> {
    /// Returns none where reference definitions go on coming; see [`without_definitions`].
    pub(super) fn new(typed: &'t str) -> Option<Self> {
        let parsed = edited(Cow::Borrowed(typed), conflict_marks(typed));
        let parsed = without_definitions(parsed)?;
        let addresses = addresses::find(typed, &parsed);
        let letters = addresses.iter().flat_map(|address| in_address(typed, address));
        let parsed = edited(parsed, letters.collect());
        let edits = flanking::edits(&parsed, &addresses);
        let parsed = edited(parsed, edits);
        let edits = backslashes::edits(&parsed);
        let parsed = edited(parsed, edits);
        Some(Self { typed, parsed, addresses })
    }
}

/// In an address every mark is text: its ASCII signs become letters.
fn in_address(typed: &str, address: &Range<usize>) -> impl Iterator<Item = Edit> {
    let after_scheme = typed[address.clone()].find("://").map_or(0, |at| at + 3);
    let start = address.start + after_scheme;
    let signs = typed[start..address.end].char_indices().filter(|(_, c)| c.is_ascii_punctuation());
    signs.map(move |(at, _)| (start + at, 'a')).collect::<Vec<_>>().into_iter()
}

fn conflict_marks(text: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let run = line.bytes().take_while(|byte| *byte == b'>').count();
        if run >= CONFLICT_MARK {
            edits.extend((start..start + run).map(|at| (at, ',')));
        }
        start += line.len();
    }
    edits
}
