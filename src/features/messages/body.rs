//! A message's tree as elements: one function for both sides, and the only one that draws text people wrote.

use super::model::{Block, Body, Span};
use leptos::{html::custom, prelude::*};

/// The elements of a body. Depth and size are bounded where the tree is made (`markup`).
pub fn body(body: &Body) -> Vec<AnyView> {
    blocks(&body.0)
}

/// A text as it was typed, line breaks and all, for a message that has no tree yet.
pub fn plain(text: String) -> Vec<AnyView> {
    vec![element("p", &[("class", "plain")], vec![text.into_any()])]
}

/// Every element that has an end, with at most three attributes. They are one type on purpose: a tree must be erased
/// somewhere, and the browser's program carries all that can be done with each type that is.
fn element(tag: &'static str, attributes: &[(&'static str, &str)], inside: Vec<AnyView>) -> AnyView {
    let mut attributes = attributes.iter().map(|(name, value)| (*name, Some((*value).to_owned())));
    let [a, b, c] = [(); 3].map(|()| attributes.next().unwrap_or(("dir", None)));
    custom(tag).attr(a.0, a.1).attr(b.0, b.1).attr(c.0, c.1).child(inside).into_any()
}

fn blocks(all: &[Block]) -> Vec<AnyView> {
    all.iter().map(block).collect()
}

fn spans(all: &[Span]) -> Vec<AnyView> {
    all.iter().map(span).collect()
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::P(inner) => element("p", &[], spans(inner)),
        // Long lines scroll sideways, so a keyboard must be able to get in (WCAG 2.1.1).
        Block::Code { text, .. } => {
            let code = element("code", &[], vec![text.clone().into_any()]);
            element("pre", &[("tabindex", "0"), ("dir", "ltr")], vec![code])
        }
        Block::Quote(inner) => element("blockquote", &[], blocks(inner)),
        Block::List { start: Some(start), items: all } => element("ol", &[("start", &start.to_string())], items(all)),
        Block::List { start: None, items: all } => element("ul", &[], items(all)),
    }
}

fn items(all: &[Vec<Block>]) -> Vec<AnyView> {
    all.iter().map(|item| element("li", &[], blocks(item))).collect()
}

fn span(span: &Span) -> AnyView {
    match span {
        Span::Text(text) => text.clone().into_any(),
        Span::Strong(inner) => element("strong", &[], spans(inner)),
        Span::Em(inner) => element("em", &[], spans(inner)),
        Span::Strike(inner) => element("s", &[], spans(inner)),
        Span::Code(text) => element("code", &[("dir", "ltr")], vec![text.clone().into_any()]),
        Span::Link { href, body } => {
            let attributes = [("href", &**href), ("target", "_blank"), ("rel", "noopener noreferrer nofollow")];
            element("a", &attributes, spans(body))
        }
        Span::Break => view! { <br /> }.into_any(),
    }
}
