//! A body's view on the server: the HTML of the render cache where the page has it, else the elements of `body.rs`.

use super::{body, render_cache::CachedMessage, timeline::Content};
use crate::model::ids::{MessageId, Seq};
use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        view::{Position, PositionState, add_attr::AddAnyAttr},
    },
};
use std::sync::Arc;

/// The messages of one page, ascending by id; by context. In the browser it is empty.
#[derive(Clone, Default)]
pub struct CachedBodies(pub Arc<[Arc<CachedMessage>]>);

impl CachedBodies {
    /// Returns those that the page was given; none where it has no messages.
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }

    /// Returns the view of `content`. `of` names the message and the change it is as of, where it is stored.
    pub fn view(&self, content: &Content, of: impl FnOnce() -> Option<(MessageId, Seq)>) -> BodyView {
        match content {
            Content::Body(tree) => {
                let cached = of().and_then(|(id, seq)| self.find(id, seq));
                cached.map_or_else(|| BodyView::Elements(body::body(tree)), BodyView::Cached)
            }
            Content::Plain(text) => BodyView::Elements(body::plain(text.clone())),
        }
    }

    fn find(&self, id: MessageId, seq: Seq) -> Option<Arc<CachedMessage>> {
        let place = self.0.binary_search_by_key(&id, |cached| cached.message.id).ok()?;
        Some(self.0[place].clone()).filter(|cached| cached.message.seq == seq)
    }
}

/// The elements of a body, or the HTML they were rendered to.
pub enum BodyView {
    Cached(Arc<CachedMessage>),
    Elements(Vec<AnyView>),
}

impl BodyView {
    fn elements(self) -> Vec<AnyView> {
        match self {
            Self::Cached(cached) => body::body(&cached.message.body),
            Self::Elements(elements) => elements,
        }
    }
}

impl Render for BodyView {
    type State = <Vec<AnyView> as Render>::State;

    fn build(self) -> Self::State {
        self.elements().build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.elements().rebuild(state);
    }
}

impl AddAnyAttr for BodyView {
    type Output<A: Attribute> = <Vec<AnyView> as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.elements().add_any_attr(attribute)
    }
}

impl RenderHtml for BodyView {
    type AsyncOutput = Vec<AnyView>;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self.elements()
    }

    fn html_len(&self) -> usize {
        match self {
            Self::Cached(cached) => cached.html.len(),
            Self::Elements(elements) => elements.html_len(),
        }
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        match self {
            // The HTML begins with an element and ends with a mark, so what stands before it changes nothing.
            Self::Cached(cached) if escape && !mark_branches && extra_attrs.is_empty() => {
                buf.push_str(&cached.html);
                *position = Position::NextChild;
            }
            other => other.elements().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs),
        }
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.elements().hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        features::messages::{markup, model::Message},
        model::ids::{ClientKey, RoomId, UserId},
    };

    fn message(id: u64, text: &str) -> Message {
        Message {
            seq: Seq(id),
            id: MessageId(id),
            n: id,
            room: RoomId(1),
            author: UserId(1),
            key: ClientKey([0; 16]),
            at: 0,
            edited: None,
            deleted: false,
            text: text.to_owned(),
            body: markup::parse(text),
        }
    }

    /// The view as it stands in a row.
    fn html(bodies: &CachedBodies, message: &Message, seq: Seq) -> String {
        let (bodies, content, id) = (bodies.clone(), Content::Body(message.body.clone()), message.id);
        let body = move || bodies.view(&content, || Some((id, seq)));
        Owner::new().with(|| view! { "before" <div>"text" {body}</div> <p>"after"</p> }.to_html())
    }

    #[test]
    fn cached_html_is_to_the_letter_what_the_elements_render() {
        let texts = [
            "plain",
            "**bold** _and_ `code` ~~gone~~",
            "<b>&amp;</b> \"quoted\"",
            "- one\n- two",
            "3. three\n4. four",
            "```rust\nlet a = \"<>\";\n```",
            "> quote\n\nand [a link](https://example.org/?a=1&b=2)\\\nnext line",
            "好的",
            "",
        ];
        let messages: Vec<Message> = texts.iter().zip(1..).map(|(text, id)| message(id, text)).collect();
        let cached = messages.iter().map(|message| Arc::new(CachedMessage::new(message.clone()).unwrap()));
        let bodies = CachedBodies(cached.collect());
        for message in &messages {
            assert!(matches!(
                bodies.view(&Content::Body(message.body.clone()), || Some((message.id, message.seq))),
                BodyView::Cached(_)
            ));
            let rendered = html(&CachedBodies::default(), message, message.seq);
            assert_eq!(html(&bodies, message, message.seq), rendered);
        }
    }

    #[test]
    fn cached_html_of_another_state_is_not_used() {
        let (before, after) = (message(5, "before"), Message { seq: Seq(9), ..message(5, "after") });
        let bodies = CachedBodies([Arc::new(CachedMessage::new(before).unwrap())].into());
        assert!(html(&bodies, &after, Seq(9)).contains("<p>after</p>"));
    }
}
