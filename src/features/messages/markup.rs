//! Markdown to the typed tree. Nothing typed is lost: what has no place in the tree stands in it as the text it was.

mod builder;
mod links;
#[cfg(test)]
mod tests;

use super::model::{Block, Body, Span};
use builder::Builder;
use pulldown_cmark::{Options, Parser};
use std::borrow::Cow;

/// Bytes of a message's event as JSON.
pub const MAX_ENCODED: usize = 256 << 10;
/// A text up to this long cannot make an event above [`MAX_ENCODED`]: 6 bytes for a control character, twice where a link shows
/// its address, and the nodes' own 32 bytes each. So only longer ones, which no message is, need measuring.
const SURELY_SMALL: usize = 8 << 10;
/// Containers opened at the start of one line. The parser's work grows with the square of it.
const MAX_OPENED: usize = 64;
/// Subscript only so that one tilde is not taken for a strike; it is shown as typed.
const OPTIONS: Options = Options::ENABLE_STRIKETHROUGH.union(Options::ENABLE_SUBSCRIPT);
/// How often reference definitions are looked for; see [`unreferenced`].
const DEFINITION_ROUNDS: usize = 4;

/// What `text` means. Any text is fine; a message's takes a few microseconds.
pub fn parse(text: &str) -> Body {
    if text.is_empty() {
        return Body::default();
    }
    // Most messages are a line without any sign of markup.
    if !text.contains(|c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '!' | '?' | '\'' | '"' | ';' | '%' | '$'))
        && !text.contains(['\n', '\r', '\t'])
        && !text.contains("  ")
    {
        return plain(text);
    }
    let body = marked(text).unwrap_or_else(|| plain(text));
    if text.len() > SURELY_SMALL && encoded(text) + encoded(&body) > MAX_ENCODED - 512 { plain(text) } else { body }
}

/// One paragraph of nothing but the text.
fn plain(text: &str) -> Body {
    Body::from(vec![Block::P(vec![Span::Text(text.to_owned())])])
}

fn encoded<T: serde::Serialize + ?Sized>(value: &T) -> usize {
    serde_json::to_vec(value).map_or(usize::MAX / 2, |json| json.len())
}

fn marked(text: &str) -> Option<Body> {
    if text.lines().any(opens_too_much) {
        return None;
    }
    let text = unreferenced(text)?;
    let body = Builder::new(&text).build(parser(&text));
    (!body.is_empty()).then_some(body)
}

fn parser(text: &str) -> Parser<'_> {
    Parser::new_ext(text, OPTIONS)
}

/// Whether a line begins with more quote and list marks than anyone means.
fn opens_too_much(line: &str) -> bool {
    let marks = line.split([' ', '\t']).map_while(|word| match word.trim_end_matches('>') {
        "" => Some(word.len()),
        _ if word.starts_with('>') => Some(word.len() - word.trim_start_matches('>').len()),
        "-" | "*" | "+" => Some(1),
        number if number.ends_with(['.', ')']) && number.len() <= 10 => Some(1),
        _ => None,
    });
    marks.sum::<usize>() > MAX_OPENED
}

/// The text with its reference definitions (`[name]: address`) escaped: Markdown shows nothing for those, and a line somebody
/// typed would be gone. A definition may hide another of the same name, hence the rounds; none when they do not suffice.
fn unreferenced(text: &str) -> Option<Cow<'_, str>> {
    let mut text = Cow::Borrowed(text);
    if !text.contains("]:") {
        return Some(text);
    }
    for _ in 0..DEFINITION_ROUNDS {
        let mut starts: Vec<usize> =
            parser(&text).reference_definitions().iter().map(|(_, definition)| definition.span.start).collect();
        if starts.is_empty() {
            return Some(text);
        }
        starts.sort_unstable();
        let mut escaped = String::with_capacity(text.len() + starts.len());
        let mut from = 0;
        for start in starts {
            // The span begins at the bracket, or at white space before it.
            let bracket = start + text[start..].find('[')?;
            escaped.push_str(&text[from..bracket]);
            escaped.push('\\');
            from = bracket;
        }
        escaped.push_str(&text[from..]);
        text = Cow::Owned(escaped);
    }
    None
}
