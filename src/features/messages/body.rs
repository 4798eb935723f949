//! A message's tree as elements: one function for both sides, and the only one that draws text people wrote.
//!
//! A view of its own instead of erased ones: the server writes it as HTML, the browser makes it once and takes over the server's
//! as one element, without looking at what is in it.

use super::{
    model::{Block, Span, takes_dots},
    timeline::Content,
};
use crate::{
    i18n::{self, Lang},
    model::route::Route,
};
use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, AttributeValue, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::{
            Rndr,
            types::{Element, Node},
        },
        view::{Mountable, Position, PositionState, add_attr::AddAnyAttr},
    },
};
use wasm_bindgen::JsCast;

/// The element with a message's text. Depth and size are bounded where the tree is made (`markup`).
pub struct BodyView {
    pub content: Content,
    pub id: String,
    pub lang: Lang,
}

/// The element on the page, and what stands in it.
pub struct BodyState {
    element: Element,
    content: Content,
}

/// What elements are written to.
trait Sink {
    fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]);
    fn text(&mut self, text: &str);
    /// Ends the element that was opened last.
    fn close(&mut self, tag: &'static str);
}

/// HTML, for the server.
struct Html<'a>(&'a mut String);

impl Sink for Html<'_> {
    fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        self.0.push('<');
        self.0.push_str(tag);
        attributes.iter().for_each(|(name, value)| AttributeValue::to_html(*value, name, self.0));
        self.0.push('>');
    }

    fn text(&mut self, text: &str) {
        text.to_html_with_buf(self.0, &mut Position::FirstChild, true, false, Vec::new());
    }

    fn close(&mut self, tag: &'static str) {
        if tag != BREAK {
            self.0.push_str("</");
            self.0.push_str(tag);
            self.0.push('>');
        }
    }
}

/// Elements of the document: those that are open, the outermost first.
struct Document(Vec<Element>);

impl Document {
    fn append(&self, node: &Node) {
        if let Some(parent) = self.0.last() {
            Rndr::insert_node(parent, node, None);
        }
    }
}

impl Sink for Document {
    fn open(&mut self, tag: &'static str, attributes: &[(&'static str, &str)]) {
        let element = Rndr::create_element(tag, None);
        attributes.iter().for_each(|(name, value)| Rndr::set_attribute(&element, name, value));
        self.append(&element);
        self.0.push(element);
    }

    fn text(&mut self, text: &str) {
        self.append(&Rndr::create_text_node(text));
    }

    fn close(&mut self, _: &'static str) {
        self.0.pop();
    }
}

/// Each block of a message has the direction of its own first strong letter; what is in it, by `unicode-bidi: plaintext`.
const AUTO: [(&str, &str); 1] = [("dir", "auto")];
const BREAK: &str = "br";

fn element(sink: &mut dyn Sink, tag: &'static str, attributes: &[(&'static str, &str)], inside: impl FnOnce(&mut dyn Sink)) {
    sink.open(tag, attributes);
    inside(sink);
    sink.close(tag);
}

/// Writes what stands in the element. A message that has no tree yet is a text as it was typed, line breaks and all.
fn inside(sink: &mut dyn Sink, content: &Content, lang: Lang) {
    match content {
        Content::Body(tree) => blocks(sink, &tree.0, &AUTO, lang),
        Content::Plain(text) => element(sink, "p", &AUTO, |sink| sink.text(text)),
    }
}

fn blocks(sink: &mut dyn Sink, all: &[Block], dir: &[(&'static str, &str)], lang: Lang) {
    all.iter().for_each(|one| block(sink, one, dir, lang));
}

fn block(sink: &mut dyn Sink, block: &Block, dir: &[(&'static str, &str)], lang: Lang) {
    match block {
        Block::P(inner) => element(sink, "p", dir, |sink| spans(sink, inner)),
        // Long lines scroll sideways, so a keyboard must be able to get in (WCAG 2.1.1).
        Block::Code { text, .. } => element(sink, "div", &[("class", "code copied")], |sink| {
            element(sink, "pre", &[("tabindex", "0"), ("dir", "ltr"), ("translate", "no")], |sink| {
                element(sink, "code", &[], |sink| sink.text(text));
            });
            // The page's script copies (`server/shell.rs`).
            let words = lang.of(&i18n::WORDS);
            let copy = [("class", "copy"), ("type", "button"), ("data-copy", words.copied)];
            element(sink, "button", &copy, |sink| sink.text(words.copy));
        }),
        Block::Quote(inner) => element(sink, "blockquote", dir, |sink| blocks(sink, inner, &[], lang)),
        Block::List { start: Some(start), items: all } => {
            let start = start.to_string();
            let attributes: Vec<_> = dir.iter().copied().chain([("start", &*start)]).collect();
            element(sink, "ol", &attributes, |sink| items(sink, all, lang));
        }
        Block::List { start: None, items: all } => element(sink, "ul", dir, |sink| items(sink, all, lang)),
    }
}

fn items(sink: &mut dyn Sink, all: &[Vec<Block>], lang: Lang) {
    all.iter().for_each(|item| element(sink, "li", &[], |sink| blocks(sink, item, &[], lang)));
}

fn spans(sink: &mut dyn Sink, all: &[Span]) {
    all.iter().for_each(|one| span(sink, one));
}

fn span(sink: &mut dyn Sink, span: &Span) {
    let (tag, attributes, inner): (_, &[_], _) = match span {
        Span::Text(text) => return sink.text(text),
        Span::Code(text) => return element(sink, "code", &[("dir", "ltr"), ("translate", "no")], |sink| sink.text(text)),
        Span::Break => return element(sink, BREAK, &[], |_| ()),
        Span::Mention { user, text, .. } => {
            let address = user.map(|user| Route::Person(user).to_string());
            let (tag, href) = address.as_deref().map_or(("span", None), |address| ("a", Some(("href", address))));
            let attributes: Vec<_> = [("class", "mention"), ("translate", "no")].into_iter().chain(href).collect();
            return element(sink, tag, &attributes, |sink| sink.text(text));
        }
        Span::Link { href, body } => {
            let attributes = [("href", &**href), ("target", "_blank"), ("rel", "noopener noreferrer nofollow")];
            return element(sink, "a", &attributes, |sink| spans(sink, body));
        }
        Span::Strong(inner) => ("strong", &[], inner),
        Span::Em(inner) => ("em", if has_dots(inner) { &[("class", "dots")] } else { &[] }, inner),
        Span::Strike(inner) => ("s", &[], inner),
    };
    element(sink, tag, attributes, |sink| spans(sink, inner));
}

/// Whether emphasis is a dot at each letter instead of a slant: the parser gives every span letters of one kind.
fn has_dots(spans: &[Span]) -> bool {
    spans.iter().any(|span| match span {
        Span::Text(text) => text.chars().any(takes_dots),
        Span::Strong(inner) | Span::Em(inner) | Span::Strike(inner) | Span::Link { body: inner, .. } => has_dots(inner),
        Span::Code(_) | Span::Break | Span::Mention { .. } => false,
    })
}

impl BodyView {
    fn attributes(&self) -> [(&'static str, &str); 3] {
        [("class", "body"), ("id", &self.id), ("dir", "auto")]
    }
}

impl Render for BodyView {
    type State = BodyState;

    fn build(self) -> BodyState {
        let element = Rndr::create_element("div", None);
        self.attributes().iter().for_each(|(name, value)| Rndr::set_attribute(&element, name, value));
        let mut document = Document(vec![element]);
        inside(&mut document, &self.content, self.lang);
        BodyState { element: document.0.swap_remove(0), content: self.content }
    }

    fn rebuild(self, state: &mut BodyState) {
        if self.content != state.content {
            state.element.set_text_content(None);
            inside(&mut Document(vec![state.element.clone()]), &self.content, self.lang);
            state.content = self.content;
        }
    }
}

impl RenderHtml for BodyView {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, buf: &mut String, position: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {
        element(&mut Html(buf), "div", &self.attributes(), |sink| inside(sink, &self.content, self.lang));
        *position = Position::NextChild;
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> BodyState {
        match position.get() {
            Position::FirstChild => cursor.child(),
            Position::Current => {}
            _ => cursor.sibling(),
        }
        position.set(Position::NextChild);
        match cursor.current().dyn_into() {
            Ok(element) => BodyState { element, content: self.content },
            Err(_) => self.build(),
        }
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Attributes from outside are dropped.
impl AddAnyAttr for BodyView {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
        self
    }
}

impl Mountable for BodyState {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}
