//! Joiners in names: U+200C and U+200D show nothing, so they are allowed only where they change how letters join.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{ExtendedPictographic, JoiningType},
};
use unicode_normalization::char::canonical_combining_class;

const NON_JOINER: char = '\u{200C}';
pub(super) const JOINER: char = '\u{200D}';
/// Asks for the coloured form of the emoji before it.
pub(super) const COLOURED: char = '\u{FE0F}';
/// The combining class of signs that take the vowel from an Indic letter.
const VIRAMA: u8 = 9;

pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, NON_JOINER | JOINER)
}

/// Whether the joiner at `at` joins: by RFC 5892, appendix A.1 and A.2, or between two emoji (UTS 51, ED-16).
pub(super) fn joins(name: &[char], at: usize) -> bool {
    let (before, after) = (&name[..at], &name[at + 1..]);
    let after_virama = before.last().is_some_and(|c| canonical_combining_class(*c) == VIRAMA);
    match name[at] {
        NON_JOINER => after_virama || is_between_joining_letters(before, after),
        _ => after_virama || is_between_emoji(before, after),
    }
}

/// Between letters of a cursive script that would join without it; marks between them are looked through.
fn is_between_joining_letters(before: &[char], after: &[char]) -> bool {
    let kind = |c: &char| CodePointMapData::<JoiningType>::new().get(*c);
    let mut before = before.iter().rev().map(kind).filter(|kind| *kind != JoiningType::Transparent);
    let mut after = after.iter().map(kind).filter(|kind| *kind != JoiningType::Transparent);
    matches!(before.next(), Some(JoiningType::LeftJoining | JoiningType::DualJoining))
        && matches!(after.next(), Some(JoiningType::RightJoining | JoiningType::DualJoining))
}

fn is_between_emoji(before: &[char], after: &[char]) -> bool {
    let is_emoji = |c: &char| CodePointSetData::new::<ExtendedPictographic>().contains(*c);
    let is_modifier = |c: &char| *c == COLOURED || matches!(c, '\u{1F3FB}'..='\u{1F3FF}');
    before.iter().rev().find(|c| !is_modifier(c)).is_some_and(is_emoji) && after.first().is_some_and(is_emoji)
}
