//! Reactive views: drawn anew whenever what they read has changed.
//!
//! Leptos draws a closure as such a view too, with an effect whose code is made again for each type of view. Here all effects are
//! one type: the state of the view is kept beside it.

use leptos::{
    prelude::*,
    reactive::effect::RenderEffect,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::types::{Element, Node},
        view::{Mountable, Position, PositionState, add_attr::AddAnyAttr},
    },
};
use std::{cell::RefCell, rc::Rc};

/// A view that `F` makes, again and again.
pub struct Reactive<F>(F);

/// Shows what `view` makes, and draws it anew when a signal that it has read changes.
pub fn reactive<V: RenderHtml + 'static, F: FnMut() -> V + Send + 'static>(view: F) -> Reactive<F> {
    Reactive(view)
}

/// What is on the page; none once it is gone.
trait Slot: Mountable {
    fn clear(&mut self);
}

impl<S: Mountable> Slot for Option<S> {
    fn clear(&mut self) {
        *self = None;
    }
}

/// A reactive view on the page. Fields are dropped in their order, so the effect ends first.
pub struct ReactiveState {
    _effect: RenderEffect<()>,
    shown: Shared,
}

type Shared = Rc<RefCell<dyn Slot>>;

impl ReactiveState {
    fn new(shown: Shared, mut draw: Box<dyn FnMut()>) -> Self {
        Self { _effect: RenderEffect::new(move |_| draw()), shown }
    }
}

impl Drop for ReactiveState {
    /// The effect's task holds the view until it has noticed its end. What is in the view must not run any more by then.
    fn drop(&mut self) {
        if let Ok(mut shown) = self.shown.try_borrow_mut() {
            shown.clear();
        }
    }
}

impl Mountable for ReactiveState {
    fn unmount(&mut self) {
        self.shown.borrow_mut().unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.shown.borrow_mut().mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.shown.borrow().insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.shown.borrow().elements()
    }
}

impl<V: RenderHtml + 'static, F: FnMut() -> V + Send + 'static> Reactive<F> {
    /// Draws the view for the first time: takes over what the server has drawn at `place`, or makes it.
    fn start(self, mut place: Option<(Cursor, PositionState)>) -> ReactiveState {
        let (mut view, shown) = (self.0, Rc::new(RefCell::new(None)));
        let slot = shown.clone();
        let draw = move || {
            let view = view();
            // Nothing that draws a view draws it again meanwhile: effects run in tasks of their own.
            match (&mut *slot.borrow_mut(), place.take()) {
                (Some(state), _) => view.rebuild(state),
                (empty, Some((cursor, position))) => *empty = Some(view.hydrate::<true>(&cursor, &position)),
                (empty, None) => *empty = Some(view.build()),
            }
        };
        ReactiveState::new(shown, Box::new(draw))
    }
}

impl<V: RenderHtml + 'static, F: FnMut() -> V + Send + 'static> Render for Reactive<F> {
    type State = ReactiveState;

    fn build(self) -> ReactiveState {
        self.start(None)
    }

    fn rebuild(self, state: &mut ReactiveState) {
        let mut old = std::mem::replace(state, self.build());
        old.insert_before_this(state);
        old.unmount();
    }
}

impl<V: RenderHtml + 'static, F: FnMut() -> V + Send + 'static> RenderHtml for Reactive<F> {
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(mut self, buf: &mut String, at: &mut Position, escape: bool, mark: bool, attributes: Vec<AnyAttribute>) {
        (self.0)().to_html_with_buf(buf, at, escape, mark, attributes);
    }

    fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> ReactiveState {
        self.start(Some((cursor.clone(), position.clone())))
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Attributes from outside are dropped.
impl<V: RenderHtml + 'static, F: FnMut() -> V + Send + 'static> AddAnyAttr for Reactive<F> {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
        self
    }
}
