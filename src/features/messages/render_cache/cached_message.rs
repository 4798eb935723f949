//! All that a page needs of one message, made once: the message, its JSON for the page's data, its body as HTML.

use crate::features::messages::{
    body,
    model::{Block, Message, Span},
};
use leptos::{prelude::*, tachys::view::Position};

/// Bytes an allocation takes besides what is asked for, and the counters of an `Arc`.
const ALLOCATION_BYTES: usize = 16 + 16;

/// A message with its two encodings.
#[derive(Debug)]
pub struct CachedMessage {
    pub message: Message,
    /// JSON without any `<`, so that it can stand in a script element.
    pub json: Box<str>,
    /// The body's elements, as [`body::body`] renders them inside an element of their own.
    pub html: Box<str>,
}

impl CachedMessage {
    /// Encodes `message`.
    ///
    /// # Errors
    /// None that a message can cause.
    pub fn new(message: Message) -> serde_json::Result<Self> {
        let json = escape_for_script(&serde_json::to_string(&message)?).into();
        let mut html = String::new();
        body::body(&message.body).to_html_with_buf(&mut html, &mut Position::FirstChild, true, false, Vec::new());
        Ok(Self { message, json, html: html.into() })
    }

    /// Returns about how many bytes it takes, with all that it owns.
    pub fn bytes(&self) -> usize {
        let blocks = &self.message.body.0;
        size_of::<Self>()
            + 5 * ALLOCATION_BYTES
            + self.json.len()
            + self.html.len()
            + self.message.text.len()
            + size_of_val(&***blocks)
            + bytes_of_blocks(blocks)
    }
}

/// Returns `json` without any `<`: the only sign that can end or alter a script element. In JSON it stands in strings alone.
pub fn escape_for_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Returns the bytes that the blocks own besides themselves.
fn bytes_of_blocks(all: &[Block]) -> usize {
    let list = |inner: usize| ALLOCATION_BYTES + inner;
    let blocks = |inner: &[Block]| list(size_of_val(inner) + bytes_of_blocks(inner));
    let bytes = |block: &Block| match block {
        Block::P(inner) => list(size_of_val(&**inner) + bytes_of_spans(inner)),
        Block::Code { lang, text } => list(lang.len()) + list(text.len()),
        Block::Quote(inner) => blocks(inner),
        Block::List { items, .. } => list(size_of_val(&**items)) + items.iter().map(|item| blocks(item)).sum::<usize>(),
    };
    all.iter().map(bytes).sum()
}

fn bytes_of_spans(all: &[Span]) -> usize {
    let spans = |inner: &[Span]| ALLOCATION_BYTES + size_of_val(inner) + bytes_of_spans(inner);
    let bytes = |span: &Span| match span {
        Span::Text(text) | Span::Code(text) => ALLOCATION_BYTES + text.len(),
        Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) => spans(inner),
        Span::Link { href, body } => ALLOCATION_BYTES + href.len() + spans(body),
        Span::Break => 0,
    };
    all.iter().map(bytes).sum()
}
