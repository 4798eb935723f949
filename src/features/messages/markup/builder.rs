//! The parser's events to blocks and spans: a stack of what is open, never a recursion.

use super::{
    emphasis::by_script,
    for_parser::ForParser,
    headings::underline,
    indentation::{Container, columns_of_mark, own_blanks},
    links::{may_follow, names_another_host, tidy_scheme, words},
    open::{Kind, MAX_DEPTH, MAX_NODES, Open},
    pending::Pending,
    typed::Typed,
};
use crate::features::messages::model::{Block, Body, Span};
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Parser, Tag};
use std::ops::Range;

pub(super) struct Builder<'a> {
    /// As typed: the ranges of the events are this text's.
    text: &'a str,
    source: Typed<'a>,
    /// Bare addresses still to come, in order.
    addresses: &'a [Range<usize>],
    stack: Vec<Open>,
    /// Text that has come and may go on: an address may come in several pieces.
    pending: Pending,
    /// Where the line begins whose own blanks are still to be taken.
    line: Option<usize>,
    /// Where a paragraph with a line of dashes ends that the next line goes on.
    ruled: Option<usize>,
    nodes: usize,
    /// Ends still to come of something that stands as its own text.
    skipping: usize,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a ForParser<'_>) -> Self {
        let root = Open { kind: Kind::Root, source: 0..source.typed.len(), blocks: Vec::new(), spans: Vec::new() };
        Self {
            text: source.typed,
            source: Typed { text: source.typed, parsed: &source.parsed },
            addresses: &source.addresses,
            stack: vec![root],
            pending: Pending::default(),
            line: None,
            ruled: None,
            nodes: 0,
            skipping: 0,
        }
    }

    pub(super) fn build(mut self, parser: Parser<'a>) -> Body {
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
            Event::Text(text) => {
                self.take_blanks(source.start);
                self.text(&text, source);
            }
            Event::Code(code) => {
                self.take_blanks(source.start);
                let code = self.source.code(&code, source);
                self.span(Span::Code(code));
            }
            Event::Html(_) => self.literal(self.text.get(source).unwrap_or_default()),
            Event::InlineHtml(_) => {
                self.take_blanks(source.start);
                self.literal(self.text.get(source).unwrap_or_default());
            }
            Event::SoftBreak | Event::HardBreak => {
                // A backslash at the end of a line breaks nothing that would not break without it.
                if self.text[source.start..].starts_with('\\') {
                    self.pending.push("\\");
                }
                self.span(Span::Break);
                self.line = Some(source.end);
            }
            // A rule, and what the options leave out.
            _ => self.typed_block(source),
        }
    }

    fn start(&mut self, tag: Tag<'a>, source: Range<usize>) {
        match tag {
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Subscript | Tag::Link { .. } | Tag::Image { .. } => {
                self.take_blanks(source.start);
            }
            Tag::Paragraph | Tag::Heading { .. } => self.line = Some(self.source.line_start(source.start)),
            _ => self.line = None,
        }
        let (depth, span_depth) = (self.depth(), self.span_depth());
        let kind = match tag {
            Tag::Paragraph | Tag::HtmlBlock => Kind::Paragraph,
            Tag::Heading { .. } if let Some(line) = underline(&self.text[source.clone()]) => {
                Kind::Ruled { line: source.start + line.start..source.start + line.end }
            }
            // The paragraph and the strong span in it.
            Tag::Heading { .. } if depth + 3 <= MAX_DEPTH => Kind::Heading,
            Tag::Heading { .. } => Kind::Paragraph,
            // Room for a paragraph and its text must be left; deeper ones stand as they were typed.
            Tag::BlockQuote(_) if depth + 3 <= MAX_DEPTH => Kind::Quote,
            Tag::List(start) if depth + 3 <= MAX_DEPTH => Kind::List { start, items: Vec::new() },
            Tag::Item => self.item_kind(&source),
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => Kind::Code { info: self.source.info(&info, &source) },
            Tag::CodeBlock(CodeBlockKind::Indented) => Kind::Code { info: String::new() },
            Tag::Strong if span_depth < MAX_DEPTH => Kind::Strong,
            Tag::Emphasis if span_depth < MAX_DEPTH => Kind::Em,
            Tag::Strikethrough if span_depth < MAX_DEPTH => Kind::Strike,
            // One tilde strikes nothing: "3~5 days, 7~9 in winter".
            Tag::Subscript => {
                self.pending.push("~");
                Kind::Through { close: "~" }
            }
            // A link in a link is none.
            Tag::Link { .. } | Tag::Image { .. } if self.in_link() => Kind::Through { close: "" },
            Tag::Link { link_type, dest_url, .. } | Tag::Image { link_type, dest_url, .. } if span_depth < MAX_DEPTH => {
                let target = self.source.target(link_type, &dest_url, &source);
                let href = target.clone().map_or(&*dest_url, |target| &self.text[target]);
                let href = if link_type == LinkType::Email { format!("mailto:{href}") } else { href.to_owned() };
                if !may_follow(&href) {
                    return self.skip(source);
                }
                Kind::Link { href: tidy_scheme(&href), target }
            }
            Tag::BlockQuote(_) | Tag::List(_) => {
                self.skipping = 1;
                return self.typed_block(source);
            }
            _ => return self.skip(source),
        };
        if !matches!(kind, Kind::Through { .. }) {
            self.flush();
            let ends_spans = matches!(kind, Kind::Paragraph | Kind::Heading | Kind::Ruled { .. } | Kind::Quote);
            if ends_spans || matches!(kind, Kind::List { .. } | Kind::Code { .. }) {
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
            self.pending.push(close);
            self.stack.pop();
            return;
        }
        self.flush();
        if let Kind::Ruled { line } = &self.top().kind {
            let line = line.clone();
            self.span(Span::Break);
            self.as_typed(line);
            self.flush();
        }
        if matches!(self.top().kind, Kind::Paragraph | Kind::Ruled { .. } | Kind::Quote | Kind::Item { .. }) {
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
            Kind::Paragraph => self.paragraph(open.blocks, open.source, false),
            Kind::Ruled { .. } => self.paragraph(open.blocks, open.source, true),
            Kind::Heading => {
                self.nodes += 1;
                self.block(Block::P(vec![Span::Strong(open.spans)]));
            }
            Kind::Quote => self.block(Block::Quote(open.blocks)),
            Kind::List { start, items } => {
                self.top().blocks.extend(open.blocks);
                self.block(Block::List { start, items });
            }
            Kind::Item { .. } => self.item(open.blocks),
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
            Kind::Em => self.emphasis(open.spans),
            Kind::Strike => self.span(Span::Strike(open.spans)),
            Kind::Link { href, target } => self.link(href, target, open.source, open.spans),
        }
    }

    /// Something with nothing in it (`#`, `>`, a fence alone) shows what was typed; a link shows where it goes.
    fn stand_in(&mut self, open: Open) {
        match open.kind {
            Kind::Link { href, .. } => {
                self.nodes += 1;
                let body = vec![Span::Text(href.clone())];
                self.span(Span::Link { href, body });
            }
            Kind::Paragraph => {}
            Kind::Item { .. } => self.item(Vec::new()),
            Kind::Strong | Kind::Em | Kind::Strike => self.as_typed(open.source),
            _ => self.typed_block(open.source),
        }
    }

    fn text(&mut self, text: &str, source: Range<usize>) {
        let typed = self.text.get(source.clone()).unwrap_or_default();
        let is_source = self.source.parsed.get(source.clone()) == Some(text);
        if matches!(self.top().kind, Kind::Code { .. }) {
            let text = if is_source { typed } else { text };
            let top = self.top();
            match top.spans.last_mut() {
                Some(Span::Text(code)) => code.push_str(text),
                _ => top.spans.push(Span::Text(text.to_owned())),
            }
        } else if is_source {
            self.typed_text(source);
        } else if typed.starts_with('&') && typed.ends_with(';') {
            // An entity (`&lt;`) stays as it was typed: people talk about those.
            self.pending.push(typed);
        } else {
            self.pending.push(text);
        }
    }

    /// A piece of the typed text, with the addresses that lie in it whole.
    fn typed_text(&mut self, source: Range<usize>) {
        let mut from = source.start;
        while let Some((address, later)) = self.addresses.split_first() {
            if address.start >= source.end {
                break;
            }
            self.addresses = later;
            if address.start >= from && address.end <= source.end {
                self.pending.push(&self.text[from..address.start]);
                self.pending.push_address(&self.text[address.clone()]);
                from = address.end;
            }
        }
        self.pending.push(&self.text[from..source.end]);
    }

    /// Text with line ends, such as HTML: shown as typed.
    fn literal(&mut self, text: &str) {
        if text.split('\n').count() > self.budget() {
            self.pending.push(text);
            return;
        }
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.span(Span::Break);
            }
            self.pending.push(line);
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
            Kind::Root | Kind::Item { .. } | Kind::Through { .. } => 0,
            Kind::Heading => 2,
            _ => 1,
        };
        self.stack.iter().map(depth).sum()
    }

    /// How deep a span would stand: loose ones get a paragraph.
    fn span_depth(&mut self) -> usize {
        let loose = matches!(self.top().kind, Kind::Root | Kind::Item { .. } | Kind::Quote);
        self.depth() + usize::from(loose) + 1
    }

    fn flush(&mut self) {
        if self.pending.is_empty() {
            return;
        }
        // A link is two nodes, and the text between two links one.
        let many = 3 * self.pending.addresses() > self.budget();
        let plain = many || self.in_link() || self.span_depth() + 1 > MAX_DEPTH;
        let spans = if plain { vec![Span::Text(self.pending.take_plain())] } else { self.pending.take() };
        self.nodes += 2 * spans.len();
        self.top().spans.extend(spans);
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

    /// Puts back the blanks at the start of a line that are the text's own; the line's first text stands at `start`.
    fn take_blanks(&mut self, start: usize) {
        let Some(line) = self.line.take() else { return };
        // Beside the mark of an item there are no blanks but the mark's.
        if self.stack.iter().any(|open| matches!(open.kind, Kind::Item { line: of_item, .. } if of_item == line)) {
            return;
        }
        let gap = self.text.get(line..start).unwrap_or_default();
        self.pending.push(own_blanks(gap, self.containers()));
    }

    /// What the text stands in, from the outermost on.
    fn containers(&self) -> impl Iterator<Item = Container> {
        self.stack.iter().filter_map(|open| match open.kind {
            Kind::Quote => Some(Container::Quote),
            Kind::Item { columns, .. } => Some(Container::Item { columns }),
            _ => None,
        })
    }

    /// An item of a list, whose source begins with its mark. Where its number is not the one before plus one, it begins a new
    /// list.
    fn item_kind(&mut self, source: &Range<usize>) -> Kind {
        let line = self.source.line_start(source.start);
        let text = self.text[source.start..source.end].lines().next().unwrap_or_default();
        let mark = text.trim_start();
        let digits = &mark[..mark.len() - mark.trim_start_matches(|c: char| c.is_ascii_digit()).len()];
        if let Ok(number) = digits.parse() {
            self.number_item(number);
        }
        let indent = own_blanks(&self.text[line..source.start], self.containers()).len();
        Kind::Item { line, columns: indent + columns_of_mark(text) }
    }

    /// A paragraph. One that follows the line of dashes below another goes on with that one.
    fn paragraph(&mut self, mut blocks: Vec<Block>, source: Range<usize>, ruled: bool) {
        let ends = source.start + self.text[source.clone()].trim_end().len();
        let follows = self.ruled.take().and_then(|end| self.text.get(end..source.start)).is_some_and(|gap| {
            let is_next_line = gap.matches('\n').count() == 1;
            is_next_line && gap.chars().all(|c| c.is_whitespace() || c == '>')
        });
        self.ruled = ruled.then_some(ends);
        if follows && let (Some(Block::P(before)), [Block::P(spans)]) = (self.top().blocks.last_mut(), &mut blocks[..]) {
            before.push(Span::Break);
            before.append(spans);
            return;
        }
        self.top().blocks.extend(blocks);
    }

    /// A link; where its words name another host than it leads to, it is shown as typed, and its address is the link.
    fn link(&mut self, href: String, target: Option<Range<usize>>, source: Range<usize>, body: Vec<Span>) {
        if !names_another_host(&words(&body), &href) {
            return self.span(Span::Link { href, body });
        }
        let text = self.text;
        match target {
            Some(target) if !text[source.clone()].contains('\n') => {
                self.pending.push_plain(&text[source.start..target.start]);
                self.pending.push_address(&text[target.clone()]);
                self.pending.push_plain(&text[target.end..source.end]);
            }
            _ => self.literal(&text[source]),
        }
    }

    fn emphasis(&mut self, spans: Vec<Span>) {
        let runs = by_script(spans.clone());
        if 3 * runs.len() > self.budget() {
            return self.span(Span::Em(spans));
        }
        // A run more is a text more.
        self.nodes += runs.len() - 1;
        runs.into_iter().for_each(|run| self.span(Span::Em(run)));
    }

    /// Begins a new list within the one that is open, unless the number is the next one.
    fn number_item(&mut self, number: u64) {
        let top = self.top();
        let Kind::List { start: Some(start), items } = &mut top.kind else { return };
        if items.is_empty() || *start + items.len() as u64 == number {
            return;
        }
        let items = std::mem::take(items);
        let start = std::mem::replace(start, number);
        top.blocks.push(Block::List { start: Some(start), items });
        self.nodes += 1;
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

/// Whether a fence's info names a language: one word of the characters such names have.
fn is_language(info: &str) -> bool {
    info.len() <= 32 && info.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '#' | '.' | '_'))
}
