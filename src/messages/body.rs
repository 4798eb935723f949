//! A message's tree as elements: one function for both sides, and the only one that draws text people wrote.

use super::model::{Block, Body, Span};
use leptos::prelude::*;

/// The elements of a body. Depth and size are bounded where the tree is made (`markup`).
pub fn body(body: &Body) -> AnyView {
    blocks(&body.0)
}

/// A text as it was typed, line breaks and all, for a message that has no tree yet (UX 40).
pub fn plain(text: String) -> AnyView {
    view! { <p class="plain">{text}</p> }.into_any()
}

fn blocks(all: &[Block]) -> AnyView {
    all.iter().map(block).collect_view().into_any()
}

fn spans(all: &[Span]) -> AnyView {
    all.iter().map(span).collect_view().into_any()
}

fn block(block: &Block) -> AnyView {
    match block {
        Block::P(inner) => view! { <p>{spans(inner)}</p> }.into_any(),
        // Long lines scroll sideways, so a keyboard must be able to get in (WCAG 2.1.1).
        Block::Code { text, .. } => view! { <pre tabindex="0" dir="ltr"><code>{text.clone()}</code></pre> }.into_any(),
        Block::Quote(inner) => view! { <blockquote>{blocks(inner)}</blockquote> }.into_any(),
        Block::List { start: Some(start), items: all } => view! { <ol start=start.to_string()>{items(all)}</ol> }.into_any(),
        Block::List { start: None, items: all } => view! { <ul>{items(all)}</ul> }.into_any(),
    }
}

fn items(all: &[Vec<Block>]) -> AnyView {
    all.iter().map(|item| view! { <li>{blocks(item)}</li> }).collect_view().into_any()
}

fn span(span: &Span) -> AnyView {
    match span {
        Span::Text(text) => text.clone().into_any(),
        Span::Strong(inner) => view! { <strong>{spans(inner)}</strong> }.into_any(),
        Span::Em(inner) => view! { <em>{spans(inner)}</em> }.into_any(),
        Span::Strike(inner) => view! { <s>{spans(inner)}</s> }.into_any(),
        Span::Code(text) => view! { <code dir="ltr">{text.clone()}</code> }.into_any(),
        Span::Link { href, body } => {
            view! { <a href=href.clone() target="_blank" rel="noopener noreferrer nofollow">{spans(body)}</a> }.into_any()
        }
        Span::Break => view! { <br /> }.into_any(),
    }
}
