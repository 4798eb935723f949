//! Runs of `*`, `_` and `~` whose neighbours decide otherwise than in CommonMark: beside CJK characters, in sums, in paths.

use crate::features::messages::markup::{
    characters::{is_cjk, is_modifier, is_spaced_word, is_variation_selector},
    edits::Edit,
};
use std::ops::Range;

/// Returns the edits of `text` that make the parser see these runs as they are meant. Marks in `addresses` are text already.
pub(super) fn edits(text: &str, addresses: &[Range<usize>]) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    let mut addresses = addresses.iter().peekable();
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| matches!(byte, b'*' | b'_' | b'~' | b'\\')) {
        at += found;
        if addresses.next_if(|address| address.end <= at).is_some() {
            continue;
        }
        if bytes[at] == b'\\' {
            // What is escaped is no mark; after another character the backslash itself is text.
            at += 1 + usize::from(bytes.get(at + 1).is_some_and(u8::is_ascii_punctuation));
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count();
        // Signs of one byte, so both ends are borders of characters.
        match bytes[at] {
            b'_' => edits_of_underscores(&text[..at], &mut edits),
            mark => edits_of_run(&text[..at], &text[end..], mark == b'*', end - at, &mut edits),
        }
        at = end;
    }
    edits
}

fn edits_of_run(before: &str, after: &str, star: bool, length: usize, edits: &mut Vec<Edit>) {
    let (Some(last), Some(next)) = (before.chars().next_back(), after.chars().next()) else { return };
    let (start, end) = (before.len(), before.len() + length);
    if star && is_text(before, last, next, length) {
        edits.extend((start..end).map(|at| (at, 'a')));
        return;
    }
    let last_is_cjk = if is_variation_selector(last) {
        before.chars().rev().find(|c| !is_variation_selector(*c)).is_some_and(is_cjk)
    } else {
        is_cjk(last)
    };
    if !(last_is_cjk || is_cjk(next)) || last.is_whitespace() || next.is_whitespace() {
        return;
    }
    // CommonMark wants a blank beside a run that has punctuation on its other side. CJK has no blanks, so a CJK character
    // stands for one (commonmark-spec#650): the parser sees two letters or, beside a sign of ASCII, two signs.
    let neighbours = [(start - last.len_utf8(), last, last_is_cjk, next), (end, next, is_cjk(next), last)];
    for (at, c, is_cjk, other) in neighbours {
        if !c.is_ascii() && (is_cjk || !other.is_ascii_punctuation()) {
            edits.push((at, if other.is_ascii_punctuation() { sign(c.len_utf8()) } else { letter(c.len_utf8()) }));
        }
    }
}

/// A raised sign is part of its word: `¯_(ツ)_/¯` has no emphasis.
fn edits_of_underscores(before: &str, edits: &mut Vec<Edit>) {
    if let Some(last) = before.chars().next_back().filter(|c| !c.is_ascii() && is_modifier(*c)) {
        edits.push((before.len() - last.len_utf8(), letter(last.len_utf8())));
    }
}

/// Whether a run of stars is text: a product or a power, a path, a comment, a glob. As typed it would open or close something
/// by the rules of flanking.
fn is_text(before: &str, last: char, next: char, length: usize) -> bool {
    let in_sum = is_spaced_word(next) && (is_spaced_word(last) || length == 1 && matches!(last, ')' | ']'));
    let in_path = last == '/' && next == '/' || matches!(last, '/' | '_' | '-') && next == '.';
    let in_comment = last == '/' && before[..before.len() - 1].chars().next_back().is_none_or(char::is_whitespace);
    in_sum || in_path || in_comment
}

/// A letter of so many bytes.
fn letter(bytes: usize) -> char {
    match bytes {
        2 => 'é',
        3 => '中',
        _ => '\u{20000}',
    }
}

/// A sign of punctuation of so many bytes; CJK characters have three or four.
fn sign(bytes: usize) -> char {
    match bytes {
        3 => '。',
        _ => '\u{10100}',
    }
}
