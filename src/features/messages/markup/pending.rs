//! Text that has come from the parser and may go on, with the addresses that are known to stand in it.

use super::{addresses, links::tidy_scheme};
use crate::features::messages::model::Span;
use std::ops::Range;

/// What a part of the text is known to be. In all other parts, addresses are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PartKind {
    Address,
    Plain,
}

#[derive(Debug, Default)]
pub(super) struct Pending {
    text: String,
    known: Vec<(Range<usize>, PartKind)>,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn push_address(&mut self, address: &str) {
        self.push_known(address, PartKind::Address);
    }

    /// Adds text in which no address is looked for.
    pub(super) fn push_plain(&mut self, text: &str) {
        self.push_known(text, PartKind::Plain);
    }

    fn push_known(&mut self, text: &str, known: PartKind) {
        let start = self.text.len();
        self.text.push_str(text);
        self.known.push((start..self.text.len(), known));
    }

    /// Addresses at most.
    pub(super) fn addresses(&self) -> usize {
        self.text.matches("://").count().max(self.known.len())
    }

    /// Takes everything as one text.
    pub(super) fn take_plain(&mut self) -> String {
        self.known.clear();
        std::mem::take(&mut self.text)
    }

    /// Takes everything as spans: the addresses in it are links.
    pub(super) fn take(&mut self) -> Vec<Span> {
        let (text, known) = (std::mem::take(&mut self.text), std::mem::take(&mut self.known));
        let mut spans = Spans::default();
        let mut from = 0;
        for (range, known) in known {
            spans.look(&text[from..range.start]);
            match known {
                PartKind::Address => spans.link(&text[range.clone()]),
                PartKind::Plain => spans.text(&text[range.clone()]),
            }
            from = range.end;
        }
        spans.look(&text[from..]);
        spans.0
    }
}

#[derive(Default)]
struct Spans(Vec<Span>);

impl Spans {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Span::Text(last)) => last.push_str(text),
            _ => self.0.push(Span::Text(text.to_owned())),
        }
    }

    fn link(&mut self, address: &str) {
        self.0.push(Span::Link { href: tidy_scheme(address), body: vec![Span::Text(address.to_owned())] });
    }

    fn look(&mut self, text: &str) {
        let mut from = 0;
        for address in addresses::in_text(text, |_| Some(text.len())) {
            self.text(&text[from..address.start]);
            self.link(&text[address.clone()]);
            from = address.end;
        }
        self.text(&text[from..]);
    }
}
