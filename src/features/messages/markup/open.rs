//! What the builder has begun and not ended, and how much of it there may be.

use crate::features::messages::model::{Block, Span};
use std::ops::Range;

/// Nested blocks and spans, text included.
pub(super) const MAX_DEPTH: usize = 8;
/// Blocks, list items and spans in one body.
pub(super) const MAX_NODES: usize = 2_000;

/// Something open: what it will be, where it stands in the text, what is in it so far.
pub(super) struct Open {
    pub kind: Kind,
    pub source: Range<usize>,
    pub blocks: Vec<Block>,
    pub spans: Vec<Span>,
}

pub(super) enum Kind {
    Root,
    Paragraph,
    /// Its one span will be strong.
    Heading,
    /// A paragraph with a line of dashes or equals below, which stands there in the source.
    Ruled {
        line: Range<usize>,
    },
    Quote,
    /// The blocks beside it are lists that its numbers have ended.
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    /// Begins on the line at `line`; its content stands so many columns to the right.
    Item {
        line: usize,
        columns: usize,
    },
    Code {
        info: String,
    },
    Strong,
    Em,
    Strike,
    /// `target` is where its address stands in the source, as far as it does so literally.
    Link {
        href: String,
        target: Option<Range<usize>>,
    },
    /// A container that adds nothing here: what is in it goes to the one around it, then `close`.
    Through {
        close: &'static str,
    },
}

impl Open {
    pub(super) fn is_empty(&self) -> bool {
        let no_items = match &self.kind {
            Kind::List { items, .. } => items.iter().all(Vec::is_empty),
            _ => true,
        };
        no_items && self.blocks.is_empty() && self.spans.is_empty()
    }

    pub(super) fn wrap_loose(&mut self) -> bool {
        let mut spans = std::mem::take(&mut self.spans);
        while spans.last() == Some(&Span::Break) {
            spans.pop();
        }
        if spans.is_empty() {
            return false;
        }
        self.blocks.push(Block::P(spans));
        true
    }
}
