//! Bare addresses: where they stand in a text, and where each ends. Every mark inside one is text.

use super::{
    characters::{is_cjk, is_invisible, is_wide_punctuation},
    parser::parser,
};
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};
use std::ops::Range;

/// Characters that belong to the sentence when an address ends in them.
const SENTENCE: [char; 6] = ['.', ',', ';', ':', '!', '?'];
/// Characters that belong to the sentence when an address ends in them and they stood before it too: a pair around it.
const PAIRED: [char; 4] = ['*', '_', '~', '\''];
const OPENING: [char; 3] = ['(', '[', '{'];
const CLOSING: [char; 3] = [')', ']', '}'];

/// Whether a character ends a bare address wherever it stands: white space, quotes, what shows nothing, and the punctuation of
/// scripts that are written without a space before what follows.
fn ends(c: char) -> bool {
    c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`') || is_invisible(c) || is_wide_punctuation(c)
}

/// Returns the bare addresses of a message, in order. Those in code and in the target of a link are none; one in a link's words
/// ends with them. `parsed` is `typed` as the parser gets it so far.
pub(super) fn find(typed: &str, parsed: &str) -> Vec<Range<usize>> {
    if !typed.contains("://") {
        return Vec::new();
    }
    if is_alone(typed) {
        return Vec::from([Range { start: 0, end: typed.len() }]);
    }
    let taken = taken(parsed);
    in_text(typed, |start| {
        let next = taken.partition_point(|range| range.whole.end <= start);
        match taken.get(next) {
            Some(range) if range.whole.start <= start => range.words.contains(&start).then_some(range.words.end),
            _ => Some(typed.len()),
        }
    })
}

/// Whether the text is an address and nothing else. It is one whole then, whatever sign it ends in.
fn is_alone(text: &str) -> bool {
    let after = ["https://", "http://"].into_iter().find_map(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)).then(|| &text[scheme.len()..])
    });
    after.is_some_and(|after| after.starts_with(begins) && !after.contains(ends))
}

/// Whether an address may begin so after its scheme.
fn begins(c: char) -> bool {
    c.is_alphanumeric() || c == '['
}

/// A part of the text in which addresses are found otherwise: code, or a link with its words.
struct Taken {
    whole: Range<usize>,
    words: Range<usize>,
}

/// The parts of the text in which addresses are found otherwise, in order, none inside another.
fn taken(parsed: &str) -> Vec<Taken> {
    let mut taken: Vec<Taken> = Vec::new();
    let mut open: Option<(Range<usize>, usize)> = None;
    let mut depth = 0;
    for (event, source) in parser(parsed).into_offset_iter() {
        match event {
            Event::Start(Tag::Link { link_type, .. } | Tag::Image { link_type, .. }) => {
                depth += 1;
                if depth == 1 && matches!(link_type, LinkType::Autolink | LinkType::Email) {
                    taken.push(Taken { words: source.start..source.start, whole: source });
                } else if depth == 1 {
                    open = Some((source.clone(), source.start));
                }
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                depth -= 1;
                match open.as_mut() {
                    Some((_, words)) if depth > 0 => *words = source.end,
                    Some((_, words)) => {
                        taken.push(Taken { words: source.start..*words, whole: source });
                        open = None;
                    }
                    None => {}
                }
            }
            Event::Start(Tag::CodeBlock(_)) | Event::Code(_) | Event::Html(_) | Event::InlineHtml(_) if open.is_none() => {
                taken.push(Taken { words: source.start..source.start, whole: source });
            }
            Event::Start(_) => {}
            _ => {
                if let Some((_, words)) = open.as_mut() {
                    *words = source.end;
                }
            }
        }
    }
    taken
}

/// Returns the addresses of `text`, in order, each with its scheme. `limit` says for a start where the address ends at the
/// latest, none where there is no address. Linear in the text.
pub(super) fn in_text(text: &str, limit: impl Fn(usize) -> Option<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before = Before::default();
    let (mut said, mut from) = (0, 0);
    while let Some(colon) = text[from..].find("://").map(|at| from + at) {
        from = colon + 3;
        let Some(start) = scheme_start(&text[said..colon]).map(|at| said + at) else { continue };
        let Some(limit) = limit(start).filter(|limit| *limit >= from) else { continue };
        let Some(rest) = text.get(from..limit).filter(|rest| rest.starts_with(begins)) else { continue };
        before.read(&text[said..start]);
        let end = from + before.end_of(&rest[..before.stop_in(rest)]);
        found.push(start..end);
        (said, from) = (end, end);
    }
    found
}

/// Where the scheme that `before` ends in begins: http or https, and no letter or digit before it.
fn scheme_start(before: &str) -> Option<usize> {
    let start = ["https", "http"].into_iter().find_map(|scheme| {
        let start = before.len().checked_sub(scheme.len())?;
        before.get(start..)?.eq_ignore_ascii_case(scheme).then_some(start)
    })?;
    // CJK is written without spaces, so only a letter of the same kind of word counts.
    let joined = before[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric());
    (!joined).then_some(start)
}

/// What stands before an address in its paragraph: a pair around the address ends it.
#[derive(Default)]
struct Before<'t> {
    /// Which of [`PAIRED`] have begun and not ended.
    open: [bool; PAIRED.len()],
    /// The marks directly before it, all alike.
    run: &'t str,
    /// The bracket directly before it.
    bracket: Option<usize>,
}

impl<'t> Before<'t> {
    fn read(&mut self, text: &'t str) {
        let paragraph = match text.rfind("\n\n") {
            Some(at) => {
                self.open = Default::default();
                &text[at..]
            }
            None => text,
        };
        let mut last = None;
        let mut rest = paragraph.chars();
        while let Some(c) = rest.next() {
            let kind = PAIRED.iter().position(|paired| *paired == c).filter(|_| last != Some(c));
            if let Some(kind) = kind {
                // A mark within a word is none.
                let next = rest.as_str().trim_start_matches(c).chars().next();
                let in_word = last.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
                self.open[kind] ^= !in_word;
            }
            last = Some(c);
        }
        let last = text.chars().next_back();
        let mark = last.filter(|c| PAIRED.contains(c));
        self.run = mark.map_or("", |mark| &text[text.trim_end_matches(mark).len()..]);
        self.bracket = last.and_then(|c| OPENING.iter().position(|open| *open == c));
    }

    /// Where an address that goes on with `rest` ends at the latest: nothing behind that is looked at.
    fn stop_in(&self, rest: &str) -> usize {
        let mut open = 0_i32;
        let stop = rest.find(|c| {
            if let Some(kind) = self.bracket {
                open += i32::from(c == OPENING[kind]) - i32::from(c == CLOSING[kind]);
            }
            open < 0 || ends(c)
        });
        stop.unwrap_or(rest.len())
    }

    /// How much of `rest`, which goes on to where an address ends at the latest, belongs to the address.
    fn end_of(&self, rest: &str) -> usize {
        let mut rest = rest;
        if !self.run.is_empty() {
            // The last run like it with no word going on after it.
            let closes = |at: &usize| {
                let next = rest[at + self.run.len()..].chars().next();
                next.is_none_or(|c| is_cjk(c) || [&SENTENCE[..], &PAIRED, &CLOSING].iter().any(|signs| signs.contains(&c)))
            };
            let close = rest.rmatch_indices(self.run).map(|(at, _)| at).find(closes);
            rest = close.map_or(rest, |at| &rest[..at]);
        }
        self.without_trailing(rest)
    }

    /// How much of an address is not the sentence's punctuation. A closing bracket belongs to it if it was opened inside.
    fn without_trailing(&self, address: &str) -> usize {
        let mut open = [0_i32; 3];
        for c in address.chars() {
            (0..3).for_each(|kind| open[kind] += i32::from(c == OPENING[kind]) - i32::from(c == CLOSING[kind]));
        }
        let mut end = address.len();
        while let Some(c) = address[..end].chars().next_back() {
            let paired = || PAIRED.iter().position(|paired| *paired == c).is_some_and(|kind| self.open[kind]);
            match CLOSING.iter().position(|close| *close == c) {
                Some(kind) if open[kind] < 0 => open[kind] += 1,
                None if SENTENCE.contains(&c) || paired() => {}
                _ => break,
            }
            end -= c.len_utf8();
        }
        end
    }
}
