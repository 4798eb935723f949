//! Backslashes before punctuation: one that stops a mark does so and is not shown; every other one is text, as it was typed.

use crate::features::messages::markup::{
    edits::{Edit, edited},
    for_parser::flanking,
    headings::underline,
    links::may_follow,
    parser::parser,
};
use pulldown_cmark::{Event, Tag, TagEnd};
use std::{borrow::Cow, ops::Range};

/// Returns the edits of `text` that turn backslashes which stop nothing into text, together with what follows them.
pub(super) fn edits(text: &str) -> Vec<Edit> {
    if !text.contains('\\') {
        return Vec::new();
    }
    let escapes = escapes(text);
    if escapes.is_empty() {
        return Vec::new();
    }
    let bytes = text.as_bytes();
    let (bare, places) = without(text, &escapes);
    let edits = flanking::edits(&bare, &[]);
    let shown = shown(&edited(Cow::Owned(bare), edits));
    let is_mark = |at: usize| places.get(at).and_then(|place| shown.get(*place)) == Some(&false);
    let mut stops = vec![false; escapes.len()];
    // From the last to the first: of two backslashes, the first may stop the second from stopping what follows.
    for (number, at) in escapes.iter().enumerate().rev() {
        stops[number] = match bytes[at + 1] {
            b'\\' if escapes.get(number + 1) == Some(&(at + 2)) => stops[number + 1],
            b'\\' => bytes.get(at + 2).is_some_and(u8::is_ascii_punctuation) && is_mark(at + 2),
            _ => is_mark(at + 1),
        };
    }
    let texts = escapes.iter().zip(stops).filter(|(_, stops)| !stops);
    texts.flat_map(|(at, _)| [(*at, ','), (at + 1, ',')]).collect()
}

/// Where the backslashes stand that the parser takes for escapes: it leaves them out of the text.
fn escapes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let (mut covered, mut in_code) = (0, false);
    for (event, source) in parser(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => in_code = true,
            Event::End(TagEnd::CodeBlock) => in_code = false,
            Event::Start(_) | Event::End(_) => {}
            Event::Text(_) if !in_code => {
                let is_escaped = source.start > covered
                    && bytes[source.start - 1] == b'\\'
                    && bytes.get(source.start).is_some_and(u8::is_ascii_punctuation);
                if is_escaped {
                    found.push(source.start - 1);
                }
                covered = covered.max(source.end);
            }
            _ => covered = covered.max(source.end),
        }
    }
    found
}

/// Returns the text without these backslashes, and where each byte of the text stands in it. Two backslashes, the first of
/// which escapes the second, stand in it as two commas.
fn without(text: &str, escapes: &[usize]) -> (String, Vec<usize>) {
    let mut bare = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut from = 0;
    for at in escapes {
        places.extend(bare.len()..bare.len() + at - from);
        bare.push_str(&text[from..*at]);
        places.push(bare.len());
        from = at + 1;
        if text[from..].starts_with('\\') {
            places.push(bare.len() + 1);
            bare.push_str(",,");
            from += 1;
        }
    }
    places.extend(bare.len()..bare.len() + text.len() - from);
    bare.push_str(&text[from..]);
    (bare, places)
}

/// Which bytes of `text` are shown; the others are marks.
fn shown(text: &str) -> Vec<bool> {
    let mut shown = vec![false; text.len()];
    let mut show = |range: Range<usize>| {
        if let Some(bytes) = shown.get_mut(range) {
            bytes.fill(true);
        }
    };
    let parser = parser(text);
    // A definition, and what has no place in the tree, is shown as it was typed. Such ranges may lie in each other.
    parser.reference_definitions().iter().for_each(|(_, definition)| show(definition.span.clone()));
    let mut whole = 0;
    for (event, source) in parser.into_offset_iter() {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) if !may_follow(&dest_url) => {
                show(source.start.max(whole)..source.end.max(whole));
                whole = whole.max(source.end);
            }
            Event::Start(Tag::Subscript) => {
                show(source.start..source.start + 1);
                show(source.end - 1..source.end);
            }
            Event::Start(Tag::Heading { .. }) => {
                if let Some(line) = underline(&text[source.clone()]) {
                    show(source.start + line.start..source.start + line.end);
                }
            }
            Event::Start(_) | Event::End(_) => {}
            Event::Code(_) => {
                let code = &text[source.clone()];
                let marks = code.len() - code.trim_start_matches('`').len();
                show(source.start + marks..(source.end - marks).max(source.start + marks));
            }
            _ => show(source),
        }
    }
    shown
}
