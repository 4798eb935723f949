//! A row's view on the server: the HTML of the render cache where a page has shown the row alike, else the view itself.

use crate::{
    client::page::Page,
    features::{
        messages::{
            render_cache::{CachedMessage, RenderCache, RowState},
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
use std::{collections::BTreeSet, sync::Arc};

/// What the rows of one page are taken from, and kept in.
#[derive(Debug)]
pub struct PageRows {
    pub cache: Arc<RenderCache>,
    /// As of which change the page was read.
    pub head: Seq,
    /// Its messages, ascending by id.
    pub messages: Arc<[Arc<CachedMessage>]>,
    /// Messages whose row shows more than the message: such a row is not kept.
    pub with_facets: BTreeSet<MessageId>,
}

/// The rows of one page; by context.
#[derive(Debug, Clone, Default)]
pub struct CachedRows(pub Option<Arc<PageRows>>);

impl CachedRows {
    /// Returns those that the page was given; none where it has no messages.
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }

    /// Returns the view of the row behind `handle`: `draw` makes it where it is not cached.
    pub fn row<F>(&self, page: Page, people: People, handle: RowHandle, target: Option<MessageId>, draw: F) -> RowView<F> {
        let entry = self.0.as_ref().and_then(|rows| {
            let (id, state) = row_state(page, people, &handle, target)?;
            let at = rows.messages.binary_search_by_key(&id, |cached| cached.message().id).ok()?;
            let is_cached = rows.messages[at].message().seq == state.message && !rows.with_facets.contains(&id);
            is_cached.then(|| Entry { rows: rows.clone(), at, state })
        });
        RowView { entry, handle, draw }
    }
}

/// Returns what the row depends on; none where the server does not have its message.
fn row_state(page: Page, people: People, handle: &RowHandle, target: Option<MessageId>) -> Option<(MessageId, RowState)> {
    handle.row.with_untracked(|row| {
        let id = row.id.filter(|_| row.delivery == Delivery::Sent)?;
        let (offset, day) = page.zone.with_untracked(|zone| {
            let day = row.day.map(|day| (day, zone.day(page.now.get_untracked())));
            (zone.offset(row.at), day)
        });
        let state = RowState {
            message: row.seq,
            author: people.seq(row.author),
            lang: page.lang,
            offset,
            day,
            first: row.first,
            mine: row.mine,
            target: target == Some(id),
            is_new: row.is_new,
            mentions_me: row.mentions_me,
        };
        Some((id, state))
    })
}

/// Where a row is cached, or will be.
struct Entry {
    rows: Arc<PageRows>,
    at: usize,
    state: RowState,
}

/// A row whose view is made where it is needed.
pub struct RowView<F> {
    entry: Option<Entry>,
    handle: RowHandle,
    draw: F,
}

impl<F, V> RowView<F>
where
    F: FnOnce(RowHandle) -> V,
{
    fn drawn(self) -> V {
        (self.draw)(self.handle)
    }
}

impl<F, V> Render for RowView<F>
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

impl<F, V> AddAnyAttr for RowView<F>
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

impl<F, V> RenderHtml for RowView<F>
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
        mut self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        let is_usual = escape && !mark_branches && extra_attrs.is_empty();
        let Some(Entry { rows, at, state }) = self.entry.take().filter(|_| is_usual) else {
            return self.drawn().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        };
        if let Some(row) = rows.messages[at].row(&state) {
            buf.push_str(row);
            // A row begins with an element or a mark and ends with an element, so what stands before it changes nothing.
            *position = Position::NextChild;
            return;
        }
        let start = buf.len();
        self.drawn().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        // Another page may have added a row meanwhile.
        let message = rows.messages[at].message();
        let newest = rows.cache.get(message.id, message.seq).unwrap_or_else(|| rows.messages[at].clone());
        rows.cache.insert(rows.head, Arc::new(newest.with_row(state, &buf[start..])));
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.drawn().hydrate::<FROM_SERVER>(cursor, position)
    }

    fn into_owned(self) -> Self::Owned {
        self
    }
}
