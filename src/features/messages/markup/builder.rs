//! The parser's events to blocks and spans: a stack of what is open, never a recursion.

use super::links::{linkify, may_follow, tidy_scheme};
use crate::features::messages::model::{Block, Body, Span};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag};
use std::ops::Range;

/// Nested blocks and spans, text included.
pub(super) const MAX_DEPTH: usize = 8;
/// Blocks, list items and spans in one body.
pub(super) const MAX_NODES: usize = 2_000;

/// Something open: what it will be, where it stands in the text, what is in it so far.
struct Open {
    kind: Kind,
    source: Range<usize>,
    blocks: Vec<Block>,
    spans: Vec<Span>,
}

enum Kind {
    Root,
    Paragraph,
    /// Its one span will be strong.
    Heading,
    Quote,
    List {
        start: Option<u64>,
        items: Vec<Vec<Block>>,
    },
    Item,
    Code {
        info: String,
    },
    Strong,
    Em,
    Strike,
    Link {
        href: String,
    },
    /// A container that adds nothing here: what is in it goes to the one around it, then `close`.
    Through {
        close: &'static str,
    },
}

pub(crate) struct Builder<'a> {
    text: &'a str,
    stack: Vec<Open>,
    /// Text that has come and may go on: an address may come in several pieces.
    pending: String,
    nodes: usize,
    /// Ends still to come of something that stands as its own text.
    skipping: usize,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let root = Open { kind: Kind::Root, source: 0..text.len(), blocks: Vec::new(), spans: Vec::new() };
        Self { text, stack: vec![root], pending: String::new(), nodes: 0, skipping: 0 }
    }

    pub(crate) fn build(mut self, parser: Parser<'a>) -> Body {
        for (event, source) in parser.into_offset_iter() {
            // An end's range is the whole of what it ends, and its node has been reckoned with.
            if self.budget() == 0 && self.skipping == 0 && !matches!(event, Event::End(_)) {
                return self.give_up(source.start);
            }
            self.take(event, source);
        }
        self.close_all().into()
    }

    /// Nodes that may still come: two are kept for each thing open (itself, a paragraph in it), a few for the event at hand.
    fn budget(&self) -> usize {
        MAX_NODES.saturating_sub(self.nodes + 2 * self.stack.len() + 8)
    }

    /// Too many nodes: what is open is closed, the rest of the text is one paragraph of plain text.
    fn give_up(mut self, from: usize) -> Body {
        let rest = self.text.get(from..).unwrap_or_default().trim().to_owned();
        let mut blocks = self.close_all();
        if !rest.is_empty() {
            blocks.push(Block::P(vec![Span::Text(rest)]));
        }
        blocks.into()
    }

    fn close_all(&mut self) -> Vec<Block> {
        while self.stack.len() > 1 {
            self.close();
        }
        self.flush();
        self.end_loose_spans();
        self.stack.pop().map(|root| root.blocks).unwrap_or_default()
    }

    fn take(&mut self, event: Event<'a>, source: Range<usize>) {
        match event {
            Event::Start(_) if self.skipping > 0 => self.skipping += 1,
            Event::End(_) if self.skipping > 0 => self.skipping -= 1,
            _ if self.skipping > 0 => {}
            Event::Start(tag) => self.start(tag, source),
            Event::End(_) => self.close(),
            Event::Text(text) => self.text(&text, source),
            Event::Code(code) => {
                self.span(Span::Code(code.into_string()));
            }
            Event::Html(html) | Event::InlineHtml(html) => self.literal(&html),
            Event::SoftBreak | Event::HardBreak => {
                self.span(Span::Break);
            }
            // A rule, and what the options leave out.
            _ => self.typed_block(source),
        }
    }

    fn start(&mut self, tag: Tag<'a>, source: Range<usize>) {
        let (depth, span_depth) = (self.depth(), self.span_depth());
        let kind = match tag {
            Tag::Paragraph | Tag::HtmlBlock => Kind::Paragraph,
            // The paragraph and the strong span in it.
            Tag::Heading { .. } if depth + 3 <= MAX_DEPTH => Kind::Heading,
            Tag::Heading { .. } => Kind::Paragraph,
            // Room for a paragraph and its text must be left; deeper ones stand as they were typed.
            Tag::BlockQuote(_) if depth + 3 <= MAX_DEPTH => Kind::Quote,
            Tag::List(start) if depth + 3 <= MAX_DEPTH => Kind::List { start, items: Vec::new() },
            Tag::Item => Kind::Item,
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Kind::Code { info: info.trim().to_owned() },
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code { info: String::new() },
            Tag::Strong if span_depth < MAX_DEPTH => Kind::Strong,
            Tag::Emphasis if span_depth < MAX_DEPTH => Kind::Em,
            Tag::Strikethrough if span_depth < MAX_DEPTH => Kind::Strike,
            // One tilde strikes nothing: "3~5 days, 7~9 in winter".
            Tag::Subscript => {
                self.pending.push('~');
                Kind::Through { close: "~" }
            }
            // A link in a link is none.
            Tag::Link { .. } | Tag::Image { .. } if self.in_link() => Kind::Through { close: "" },
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } if span_depth < MAX_DEPTH => {
                let href = if link_type == LinkType::Email { format!("mailto:{dest_url}") } else { dest_url.into_string() };
                if !may_follow(&href) {
                    return self.skip(source);
                }
                Kind::Link { href: tidy_scheme(&href) }
            }
            Tag::BlockQuote(_) | Tag::List(_) => {
                self.skipping = 1;
                return self.typed_block(source);
            }
            _ => return self.skip(source),
        };
        if !matches!(kind, Kind::Through { .. }) {
            self.flush();
            if matches!(kind, Kind::Paragraph | Kind::Heading | Kind::Quote | Kind::List { .. } | Kind::Code { .. }) {
                self.end_loose_spans();
            }
        }
        self.stack.push(Open { kind, source, blocks: Vec::new(), spans: Vec::new() });
    }

    /// The whole of a span stands as the text it was typed as.
    fn skip(&mut self, source: Range<usize>) {
        self.as_typed(source);
        self.skipping = 1;
    }

    /// A block as it was typed: a paragraph of its own.
    fn typed_block(&mut self, source: Range<usize>) {
        self.flush();
        self.end_loose_spans();
        self.as_typed(source);
        self.flush();
        self.end_loose_spans();
    }

    fn as_typed(&mut self, source: Range<usize>) {
        let typed = self.text.get(source).unwrap_or_default();
        self.literal(typed.trim_end_matches('\n'));
    }

    fn close(&mut self) {
        if let Some(Open { kind: Kind::Through { close }, .. }) = self.stack.last() {
            self.pending.push_str(close);
            self.stack.pop();
            return;
        }
        self.flush();
        if matches!(self.top().kind, Kind::Paragraph | Kind::Quote | Kind::Item) {
            self.end_loose_spans();
        }
        let open = match self.stack.pop() {
            Some(open) if !self.stack.is_empty() => open,
            // The parser's ends match its starts, so the root is never closed by one.
            Some(root) => return self.stack.push(root),
            None => return,
        };
        if open.is_empty() {
            return self.stand_in(open);
        }
        match open.kind {
            Kind::Root | Kind::Through { .. } => {}
            Kind::Paragraph => self.top().blocks.extend(open.blocks),
            Kind::Heading => {
                self.nodes += 1;
                self.block(Block::P(vec![Span::Strong(open.spans)]));
            }
            Kind::Quote => self.block(Block::Quote(open.blocks)),
            Kind::List { start, items } => self.block(Block::List { start, items }),
            Kind::Item => self.item(open.blocks),
            Kind::Code { info } => {
                let (lang, first) = if is_language(&info) { (info, String::new()) } else { (String::new(), info) };
                let code = open.spans.into_iter().map(|span| if let Span::Text(text) = span { text } else { String::new() });
                let code: String = code.collect();
                let code = code.strip_suffix('\n').unwrap_or(&code);
                // Code that begins on the fence's own line is no language.
                let text = if first.is_empty() { code.to_owned() } else { format!("{first}\n{code}") };
                self.block(Block::Code { lang, text });
            }
            Kind::Strong => self.span(Span::Strong(open.spans)),
            Kind::Em => self.span(Span::Em(open.spans)),
            Kind::Strike => self.span(Span::Strike(open.spans)),
            Kind::Link { href } => self.span(Span::Link { href, body: open.spans }),
        }
    }

    /// Something with nothing in it (`#`, `>`, a fence alone) shows what was typed; a link shows where it goes.
    fn stand_in(&mut self, open: Open) {
        match open.kind {
            Kind::Link { href } => {
                self.nodes += 1;
                let body = vec![Span::Text(href.clone())];
                self.span(Span::Link { href, body });
            }
            Kind::Paragraph => {}
            Kind::Item => self.item(Vec::new()),
            Kind::Strong | Kind::Em | Kind::Strike => self.as_typed(open.source),
            _ => self.typed_block(open.source),
        }
    }

    fn text(&mut self, text: &str, source: Range<usize>) {
        if matches!(self.top().kind, Kind::Code { .. }) {
            let top = self.top();
            match top.spans.last_mut() {
                Some(Span::Text(code)) => code.push_str(text),
                _ => top.spans.push(Span::Text(text.to_owned())),
            }
            return;
        }
        // An entity (`&lt;`) stays as it was typed: people talk about those.
        match self.text.get(source) {
            Some(typed) if typed.starts_with('&') && typed.ends_with(';') => self.pending.push_str(typed),
            _ => self.pending.push_str(text),
        }
    }

    /// Text with line ends, such as HTML: shown as typed.
    fn literal(&mut self, text: &str) {
        if text.split('\n').count() > self.budget() {
            self.pending.push_str(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.span(Span::Break);
            }
            self.pending.push_str(line);
        }
    }

    /// The innermost thing that holds something.
    fn top(&mut self) -> &mut Open {
        let holder = self.stack.iter().rposition(|open| !matches!(open.kind, Kind::Through { .. })).unwrap_or(0);
        &mut self.stack[holder]
    }

    fn in_link(&self) -> bool {
        self.stack.iter().any(|open| matches!(open.kind, Kind::Link { .. }))
    }

    /// How deep what is open goes. A heading is two, a list and its item one.
    fn depth(&self) -> usize {
        let depth = |open: &Open| match open.kind {
            Kind::Root | Kind::Item | Kind::Through { .. } => 0,
            Kind::Heading => 2,
            _ => 1,
        };
        self.stack.iter().map(depth).sum()
    }

    /// How deep a span would stand: loose ones get a paragraph.
    fn span_depth(&mut self) -> usize {
        let loose = matches!(self.top().kind, Kind::Root | Kind::Item | Kind::Quote);
        self.depth() + usize::from(loose) + 1
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.pending);
        // A link is two nodes, and the text between two links one.
        let many = 3 * text.matches("://").count() > self.budget();
        let plain = many || self.in_link() || self.span_depth() + 1 > MAX_DEPTH;
        let top = self.top();
        let before = top.spans.len();
        if plain {
            top.spans.push(Span::Text(text));
        } else {
            linkify(&text, |span| top.spans.push(span));
        }
        self.nodes += 2 * (self.top().spans.len() - before);
    }

    fn span(&mut self, span: Span) {
        self.flush();
        self.nodes += 1;
        self.top().spans.push(span);
    }

    fn block(&mut self, block: Block) {
        self.nodes += 1;
        self.top().blocks.push(block);
    }

    fn item(&mut self, blocks: Vec<Block>) {
        self.nodes += 1;
        if let Kind::List { items, .. } = &mut self.top().kind {
            items.push(blocks);
        }
    }

    /// Spans that stand between blocks, as in an item without blank lines, are a paragraph.
    fn end_loose_spans(&mut self) {
        let wrapped = self.top().wrap_loose();
        self.nodes += usize::from(wrapped);
    }
}

impl Open {
    fn is_empty(&self) -> bool {
        let no_items = match &self.kind {
            Kind::List { items, .. } => items.iter().all(Vec::is_empty),
            _ => true,
        };
        no_items && self.blocks.is_empty() && self.spans.is_empty()
    }

    fn wrap_loose(&mut self) -> bool {
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

/// Whether a fence's info names a language: one word of the characters such names have.
fn is_language(info: &str) -> bool {
    info.len() <= 32 && info.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '.' | '_'))
}
