//! A row is drawn once for all pages that show it alike: the view around a row that finds it among those drawn before.

use crate::{
    client::page::Page,
    features::{
        messages::{
            render_cache::{Face, Shown},
            room_view::RowHandle,
            timeline::Delivery,
        },
        people::state::People,
    },
    model::ids::{MessageId, Seq},
};
use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        view::{Position, PositionState, add_attr::AddAnyAttr},
    },
};
use std::sync::Arc;

/// What a page draws its rows with: what pages have shown, and where the page's data was read.
#[derive(Clone)]
pub struct Pages(pub Arc<Shown>, pub Seq);

/// How the rows of one list are drawn. The browser's twin draws each.
#[derive(Clone)]
pub struct Once(Option<Pages>);

impl Once {
    pub fn here() -> Self {
        Self(use_context())
    }

    /// The row behind `handle`, as `draw` draws it or has drawn it before.
    pub fn row<F>(&self, page: Page, people: People, handle: RowHandle, target: Option<MessageId>, draw: F) -> Row<F> {
        Row { known: self.0.clone().zip(face(page, people, &handle, target)), handle, draw }
    }
}

/// What the row depends on; none where it is not one that is stored.
fn face(page: Page, people: People, handle: &RowHandle, target: Option<MessageId>) -> Option<(MessageId, Face)> {
    handle.row.with_untracked(|row| {
        let id = row.id.filter(|_| row.delivery == Delivery::Sent)?;
        let (offset, today) = page.zone.with_untracked(|zone| {
            let today = || zone.day(page.now.get_untracked());
            (zone.offset(row.at), row.day.map(|day| (day, today())))
        });
        let face = Face {
            message: row.seq,
            author: people.seq(row.author),
            lang: page.lang,
            offset,
            day: today,
            first: row.first,
            mine: row.mine,
            target: target == Some(id),
        };
        Some((id, face))
    })
}

/// A row whose view is made only where it has to be drawn.
pub struct Row<F> {
    known: Option<(Pages, (MessageId, Face))>,
    handle: RowHandle,
    draw: F,
}

impl<F, V> Row<F>
where
    F: FnOnce(RowHandle) -> V,
{
    fn drawn(self) -> V {
        (self.draw)(self.handle)
    }
}

impl<F, V> Render for Row<F>
where
    F: FnOnce(RowHandle) -> V + Send + 'static,
    V: IntoView + 'static,
{
    type State = V::State;

    fn build(self) -> Self::State {
        self.drawn().build()
    }

    fn rebuild(self, state: &mut Self::State) {
        self.drawn().rebuild(state);
    }
}

impl<F, V> AddAnyAttr for Row<F>
where
    F: FnOnce(RowHandle) -> V + Send + 'static,
    V: IntoView + 'static,
{
    type Output<A: Attribute> = V::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A>
    where
        Self::Output<A>: RenderHtml,
    {
        self.drawn().add_any_attr(attribute)
    }
}

impl<F, V> RenderHtml for Row<F>
where
    F: FnOnce(RowHandle) -> V + Send + 'static,
    V: IntoView + 'static,
{
    type AsyncOutput = V::AsyncOutput;
    type Owned = Self;

    const MIN_LENGTH: usize = V::MIN_LENGTH;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self::AsyncOutput {
        self.drawn().resolve().await
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        let whole = escape && !mark_branches && extra_attrs.is_empty();
        let Some((Pages(shown, head), (id, face))) = self.known.clone().filter(|_| whole) else {
            return self.drawn().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        };
        if let Some(row) = shown.row(id, &face) {
            buf.push_str(&row);
            // A row begins with an element or a mark and ends with an element, so what stands before it changes nothing.
            *position = Position::NextChild;
            return;
        }
        let start = buf.len();
        self.drawn().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        shown.keep_row(head, id, face, &buf[start..]);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.drawn().hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}
