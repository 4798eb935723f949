//! All that pages need of one message, made once: the message, its JSON for the page's data, its rows as HTML.

use crate::{
    features::messages::model::{Block, Message, Span},
    i18n::Lang,
    model::{ids::Seq, json::escape_line_ends},
};
use std::sync::Arc;

/// Bytes an allocation takes besides what is asked for, and the counters of an `Arc`.
const ALLOCATION_BYTES: usize = 16 + 16;
/// Rows kept of one message: readers differ in language, zone and where they stand. The oldest goes first.
const MAX_ROWS: usize = 32;
/// Bytes after which the rows of one message are too many, so that a long message fits into a shard of the cache.
const MAX_ROW_BYTES: usize = 256 << 10;

/// All that the row of a message depends on besides its id. What is not in here must not be read where a row is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RowState {
    /// As of which change the message looks like this.
    pub message: Seq,
    /// As of which change its author's name and hue are known.
    pub author: Seq,
    pub lang: Lang,
    /// Minutes east of UTC when it was sent.
    pub offset: i16,
    /// The day of the separator above it, and which day is today.
    pub day: Option<(i64, i64)>,
    pub first: bool,
    pub mine: bool,
    /// It is the message that the address names.
    pub target: bool,
    /// The line above what is new stands above it.
    pub is_new: bool,
    /// It names the reader.
    pub mentions_me: bool,
}

/// A message with its JSON, and with the rows that pages have shown.
#[derive(Debug)]
pub struct CachedMessage {
    encoded: Arc<EncodedMessage>,
    rows: Vec<(RowState, Arc<str>)>,
}

#[derive(Debug)]
struct EncodedMessage {
    message: Message,
    json: Box<str>,
}

impl CachedMessage {
    /// Encodes `message`.
    ///
    /// # Errors
    /// None that a message can cause.
    pub fn new(message: Message) -> serde_json::Result<Self> {
        let json = escape_for_script(&serde_json::to_string(&message)?).into();
        Ok(Self { encoded: Arc::new(EncodedMessage { message, json }), rows: Vec::new() })
    }

    pub fn message(&self) -> &Message {
        &self.encoded.message
    }

    /// Returns the message as JSON without any `<`, so that it can stand in a script element.
    pub fn json(&self) -> &str {
        &self.encoded.json
    }

    /// Returns the HTML of the row that looks like `state`.
    pub fn row(&self, state: &RowState) -> Option<&str> {
        self.rows.iter().find(|(known, _)| known == state).map(|(_, row)| &**row)
    }

    /// Returns the same with one more row.
    pub fn with_row(&self, state: RowState, html: &str) -> Self {
        let mut bytes = html.len();
        let is_kept = |(_, row): &&(RowState, Arc<str>)| {
            bytes += row.len();
            bytes <= MAX_ROW_BYTES
        };
        // The newest of those before, from the newest on.
        let kept = self.rows.iter().rev().take(MAX_ROWS - 1).take_while(is_kept).count();
        let mut rows = Vec::with_capacity(kept + 1);
        rows.extend_from_slice(&self.rows[self.rows.len() - kept..]);
        rows.push((state, html.into()));
        Self { encoded: self.encoded.clone(), rows }
    }

    /// Returns about how many bytes it takes, with all that it owns.
    pub fn bytes(&self) -> usize {
        let blocks = &self.message().body.0;
        let row = |(_, row): &(RowState, Arc<str>)| size_of::<(RowState, Arc<str>)>() + ALLOCATION_BYTES + row.len();
        size_of::<Self>()
            + size_of::<EncodedMessage>()
            + 6 * ALLOCATION_BYTES
            + self.json().len()
            + self.rows.iter().map(row).sum::<usize>()
            + self.message().text.len()
            + size_of_val(&***blocks)
            + bytes_of_blocks(blocks)
    }
}

/// Returns `json` without any `<`: the only sign that can end or alter a script element. In JSON it stands in strings alone.
/// Separators of lines are escaped as in the stream.
pub fn escape_for_script(json: &str) -> String {
    escape_line_ends(json).replace('<', "\\u003c")
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
        Span::Text(text) | Span::Code(text) | Span::Mention { text, .. } => ALLOCATION_BYTES + text.len(),
        Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) => spans(inner),
        Span::Link { href, body } => ALLOCATION_BYTES + href.len() + spans(body),
        Span::Break => 0,
    };
    all.iter().map(bytes).sum()
}
