//! A message's tree as elements: one function for both sides, and the only one that draws text people wrote.

use super::model::{Block, Body, Span, takes_dots};
use crate::i18n::{self, Lang};
use leptos::{html::custom, prelude::*};

/// The elements of a body. Depth and size are bounded where the tree is made (`markup`).
pub fn body(body: &Body, lang: Lang) -> Vec<AnyView> {
    blocks(&body.0, &AUTO, lang)
}

/// A text as it was typed, line breaks and all, for a message that has no tree yet.
pub fn plain(text: String) -> Vec<AnyView> {
    vec![element("p", &AUTO, vec![text.into_any()])]
}

/// Every element that has an end, with at most three attributes. They are one type on purpose: a tree must be erased
/// somewhere, and the browser's program carries all that can be done with each type that is.
fn element(tag: &'static str, attributes: &[(&'static str, &str)], inside: Vec<AnyView>) -> AnyView {
    let mut attributes = attributes.iter().map(|(name, value)| (*name, Some((*value).to_owned())));
    let [a, b, c] = [(); 3].map(|()| attributes.next().unwrap_or(("dir", None)));
    custom(tag).attr(a.0, a.1).attr(b.0, b.1).attr(c.0, c.1).child(inside).into_any()
}

/// Each block of a message has the direction of its own first strong letter; what is in it, by `unicode-bidi: plaintext`.
const AUTO: [(&str, &str); 1] = [("dir", "auto")];

fn blocks(all: &[Block], dir: &[(&'static str, &str)], lang: Lang) -> Vec<AnyView> {
    all.iter().map(|one| block(one, dir, lang)).collect()
}

fn spans(all: &[Span]) -> Vec<AnyView> {
    all.iter().map(span).collect()
}

fn block(block: &Block, dir: &[(&'static str, &str)], lang: Lang) -> AnyView {
    match block {
        Block::P(inner) => element("p", dir, spans(inner)),
        // Long lines scroll sideways, so a keyboard must be able to get in (WCAG 2.1.1).
        Block::Code { text, .. } => {
            let code = element("code", &[], vec![text.clone().into_any()]);
            let code = element("pre", &[("tabindex", "0"), ("dir", "ltr"), ("translate", "no")], vec![code]);
            // The page's script copies (`server/shell.rs`).
            let words = lang.of(&i18n::WORDS);
            let copy = [("class", "copy"), ("type", "button"), ("data-copy", words.copied)];
            element("div", &[("class", "code copied")], vec![code, element("button", &copy, vec![words.copy.into_any()])])
        }
        Block::Quote(inner) => element("blockquote", dir, blocks(inner, &[], lang)),
        Block::List { start: Some(start), items: all } => {
            let start = start.to_string();
            let attributes: Vec<_> = dir.iter().copied().chain([("start", &*start)]).collect();
            element("ol", &attributes, items(all, lang))
        }
        Block::List { start: None, items: all } => element("ul", dir, items(all, lang)),
    }
}

fn items(all: &[Vec<Block>], lang: Lang) -> Vec<AnyView> {
    all.iter().map(|item| element("li", &[], blocks(item, &[], lang))).collect()
}

fn span(span: &Span) -> AnyView {
    match span {
        Span::Text(text) => text.clone().into_any(),
        Span::Strong(inner) => element("strong", &[], spans(inner)),
        Span::Em(inner) => element("em", if has_dots(inner) { &[("class", "dots")] } else { &[] }, spans(inner)),
        Span::Strike(inner) => element("s", &[], spans(inner)),
        Span::Code(text) => element("code", &[("dir", "ltr"), ("translate", "no")], vec![text.clone().into_any()]),
        Span::Link { href, body } => {
            let attributes = [("href", &**href), ("target", "_blank"), ("rel", "noopener noreferrer nofollow")];
            element("a", &attributes, spans(body))
        }
        Span::Break => view! { <br /> }.into_any(),
    }
}

/// Whether emphasis is a dot at each letter instead of a slant: the parser gives every span letters of one kind.
fn has_dots(spans: &[Span]) -> bool {
    spans.iter().any(|span| match span {
        Span::Text(text) => text.chars().any(takes_dots),
        Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) | Span::Link { body: inner, .. } => has_dots(inner),
        Span::Code(_) | Span::Break => false,
    })
}
