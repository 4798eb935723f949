//! Keyed list: an element that stays is not touched on the page, and few are moved. A moved element loses focus, selection and
//! an open menu.
//!
//! `For` of Leptos moves what stands below several elements that are inserted at once, and compiles its comparison again for
//! each type of list. Here an element on the page is a `Box<dyn Mountable>`, so that all lists share one comparison.

pub(crate) mod order;

use super::{later::later, reactive::reactive};
use leptos::{
    prelude::*,
    tachys::{
        html::attribute::{Attribute, any_attribute::AnyAttribute},
        hydration::Cursor,
        renderer::{
            Rndr,
            types::{Element, Node, Placeholder},
        },
        view::{Mountable, Position, PositionState, add_attr::AddAnyAttr},
    },
};
use std::sync::Arc;

/// Milliseconds after which the views of elements that are gone are dropped. That takes a while for many, and what comes in their
/// place is to be seen first. Their effects do not run any more.
const DISPOSAL: u32 = 200;

/// Shows `items` as a list. `view` draws an item once, for as long as there is one with its `key`. Keys are unique.
pub fn each<T, V>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: fn(&T) -> String,
    view: impl Fn(T) -> V + Send + Sync + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: RenderHtml + 'static,
{
    // The owner of an element is a child of this one, not of a run of the closure, so it stays when the list changes.
    let (parent, view) = (Owner::current().unwrap_or_default(), Arc::new(view));
    reactive(move || Each { items: items(), key, view: view.clone(), parent: parent.clone() })
}

/// The list as it shall become.
struct Each<T, F> {
    items: Vec<T>,
    key: fn(&T) -> String,
    view: Arc<F>,
    parent: Owner,
}

impl<T, V: Render, F: Fn(T) -> V> Each<T, F> {
    /// Makes the view of `item` and mounts it by `draw`, both under an owner of its own.
    fn make<S>(&self, item: T, draw: impl FnOnce(V) -> S) -> (S, Owner) {
        let owner = self.parent.with(Owner::new);
        (owner.with(|| draw((self.view)(item))), owner)
    }
}

/// An element on the page. Fields are dropped in their order, so the state goes before its owner.
struct Shown {
    key: String,
    state: Box<dyn Mountable>,
    owner: Owner,
}

/// The list on the page, and the placeholder after its last element.
struct List {
    shown: Vec<Shown>,
    end: Placeholder,
}

impl List {
    /// Changes the list to `keys`. `make` makes the element of a new key; it is called from the last key to the first.
    fn arrange(&mut self, keys: Vec<String>, make: &mut dyn FnMut(usize) -> Option<(Box<dyn Mountable>, Owner)>) {
        let places = order::places(&self.shown.iter().map(|shown| &*shown.key).collect::<Vec<_>>(), &keys);
        let stays = order::stay(&places);
        let mut old: Vec<_> = std::mem::take(&mut self.shown).into_iter().map(Some).collect();
        let mut kept: Vec<_> = places.iter().map(|place| place.and_then(|place| old[place].take())).collect();
        let mut any = false;
        for gone in old.iter_mut().flatten() {
            gone.state.unmount();
            gone.owner.pause();
            any = true;
        }
        if any {
            later(DISPOSAL, move || drop(old));
        }
        for (at, key) in keys.into_iter().enumerate().rev() {
            let (mut shown, stays) = match kept[at].take() {
                Some(shown) => (shown, stays[at]),
                None => {
                    let Some((state, owner)) = make(at) else { continue };
                    (Shown { key, state, owner }, false)
                }
            };
            // The elements below are in place already, the nearest one last.
            let below = self.shown.last();
            if !stays && !below.is_some_and(|below| below.state.insert_before_this(&mut *shown.state)) {
                self.end.insert_before_this(&mut *shown.state);
            }
            self.shown.push(shown);
        }
        self.shown.reverse();
    }
}

impl Mountable for List {
    fn unmount(&mut self) {
        self.shown.iter_mut().for_each(|shown| shown.state.unmount());
        self.end.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.shown.iter_mut().for_each(|shown| shown.state.mount(parent, marker));
        self.end.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.shown.first().is_some_and(|first| first.state.insert_before_this(child)) || self.end.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.shown.iter().flat_map(|shown| shown.state.elements()).collect()
    }
}

impl<T, V, F> Render for Each<T, F>
where
    V: Render<State: 'static>,
    F: Fn(T) -> V,
{
    type State = List;

    fn build(mut self) -> List {
        let mut shown = Vec::new();
        for item in std::mem::take(&mut self.items) {
            let (key, (state, owner)) = ((self.key)(&item), self.make(item, |view| boxed(view.build())));
            shown.push(Shown { key, state, owner });
        }
        List { shown, end: Rndr::create_placeholder() }
    }

    fn rebuild(mut self, list: &mut List) {
        let keys = self.items.iter().map(self.key).collect();
        let mut items: Vec<_> = std::mem::take(&mut self.items).into_iter().map(Some).collect();
        list.arrange(keys, &mut |at| {
            let item = items.get_mut(at)?.take()?;
            Some(self.make(item, |view| boxed(view.build())))
        });
    }
}

fn boxed(state: impl Mountable + 'static) -> Box<dyn Mountable> {
    Box::new(state)
}

impl<T, V, F> RenderHtml for Each<T, F>
where
    T: Send + 'static,
    V: RenderHtml + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
{
    type AsyncOutput = Self;
    type Owned = Self;
    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        mut self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        for item in std::mem::take(&mut self.items) {
            let attrs = extra_attrs.clone();
            let ((), _owner) = self.make(item, |view| view.to_html_with_buf(buf, position, escape, mark_branches, attrs));
            *position = Position::NextChild;
        }
        buf.push_str("<!>");
    }

    fn hydrate<const FROM_SERVER: bool>(mut self, cursor: &Cursor, position: &PositionState) -> List {
        let mut shown = Vec::new();
        for item in std::mem::take(&mut self.items) {
            let key = (self.key)(&item);
            let (state, owner) = self.make(item, |view| boxed(view.hydrate::<FROM_SERVER>(cursor, position)));
            shown.push(Shown { key, state, owner });
        }
        let end = cursor.next_placeholder(position);
        position.set(Position::NextChild);
        List { shown, end }
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// A list has no element of its own, so attributes are dropped.
impl<T, V, F> AddAnyAttr for Each<T, F>
where
    T: Send + 'static,
    V: RenderHtml + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
{
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
        self
    }
}
