//! Markdown to the typed tree. Nothing typed is lost: what has no place in the tree stands in it as the text it was.

mod addresses;
mod builder;
mod characters;
mod edits;
mod emphasis;
mod for_parser;
mod headings;
mod indentation;
mod links;
pub mod mentions;
mod open;
mod parser;
mod pending;
#[cfg(test)]
mod tests;
mod typed;

use super::model::{Block, Body, Span};
use builder::Builder;
use for_parser::ForParser;
use parser::parser;

/// Bytes of a message's event as JSON.
pub const MAX_ENCODED: usize = 256 << 10;
/// A text up to this long cannot make an event above [`MAX_ENCODED`]: 6 bytes for a control character, twice where a link shows
/// its address, and the nodes' own 32 bytes each. So only longer ones, which no message is, need measuring.
const SURELY_SMALL: usize = 8 << 10;
/// Containers opened at the start of one line. The parser's work grows with the square of it.
const MAX_OPENED: usize = 64;

/// What `text` means. Any text is fine; a message's takes a few microseconds.
pub fn parse(text: &str) -> Body {
    if text.is_empty() {
        return Body::default();
    }
    // A message has none; see `tidy`.
    if text.contains('\r') {
        return parse(&text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    // Most messages are a line without any sign of markup.
    if !text.contains(|c: char| c.is_ascii_punctuation() && !matches!(c, ',' | '!' | '?' | '\'' | '"' | ';' | '%' | '$'))
        && !text.contains('\n')
        && !text.starts_with([' ', '\t'])
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
    let source = ForParser::new(text)?;
    let body = Builder::new(&source).build(parser(&source.parsed));
    (!body.is_empty()).then_some(body)
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
