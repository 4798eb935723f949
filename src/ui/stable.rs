//! Stable views: made once, they stay when what is around them is drawn anew, and with them what is open or focused in them.

use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        view::{Position, PositionState, add_attr::AddAnyAttr},
    },
};

/// A view that is made when it is first shown. Its signals belong to `owner`, which has to live as long as the view is shown.
pub struct Stable<F> {
    owner: Owner,
    view: F,
}

/// Shows what `view` makes, once.
pub fn stable<V, F: FnOnce() -> V>(owner: &Owner, view: F) -> Stable<F> {
    Stable { owner: owner.clone(), view }
}

impl<V: Render, F: FnOnce() -> V> Render for Stable<F> {
    type State = V::State;

    fn build(self) -> Self::State {
        self.owner.with(|| (self.view)().build())
    }

    fn rebuild(self, _: &mut Self::State) {}
}

impl<V: RenderHtml, F: FnOnce() -> V + Send + 'static> RenderHtml for Stable<F> {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = V::MIN_LENGTH;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, buf: &mut String, at: &mut Position, escape: bool, mark: bool, attributes: Vec<AnyAttribute>) {
        self.owner.with(|| (self.view)().to_html_with_buf(buf, at, escape, mark, attributes));
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> Self::State {
        self.owner.with(|| (self.view)().hydrate::<FROM_SERVER>(cursor, position))
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Attributes from outside are dropped.
impl<V: RenderHtml, F: FnOnce() -> V + Send + 'static> AddAnyAttr for Stable<F> {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
        self
    }
}
