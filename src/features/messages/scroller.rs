//! The scroller on the page: the list element, what the reader's hands did last, and geometry. The list is a reversed column: 0
//! is the newest end, and values above it are negative.

use crate::{
    client::{platform, shared::LocalShared},
    model::ids::MessageId,
    ui::resize::Sizes,
};
use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Element, HtmlElement};

/// Pixels from the end within which the list counts as being at its end.
const NEAR: i32 = 48;
/// Milliseconds after the last scroll event of a finger's flick until it has run out.
const GLIDE: f64 = 100.0;
/// Milliseconds after a reader's own step away from the end in which the list does not follow, even within [`NEAR`]: else, where
/// messages come fast, a slow hand would never get away.
const LEAVING: f64 = 200.0;

/// A handle; copies are the same scroller.
#[derive(Clone, Copy)]
pub(crate) struct Scroller(LocalShared<Inner>);

#[derive(Default)]
struct Inner {
    attached: Option<Attached>,
    /// Lists that have been attached; the newest one's number.
    lists: u32,
    input: Input,
}

/// What the reader's hands did last, and when.
#[derive(Clone, Copy, Default)]
struct Input {
    touched: bool,
    /// By wheel, finger or key.
    moved: f64,
    scrolled: f64,
    /// Away from the end, by the reader's own doing.
    left: f64,
    top: i32,
}

type Listener = (&'static str, Closure<dyn FnMut()>);

/// The list that is on the page, with its listeners.
struct Attached {
    list: HtmlElement,
    listeners: [Listener; 5],
    _sizes: Sizes,
}

impl Drop for Attached {
    fn drop(&mut self) {
        for (name, listener) in &self.listeners {
            let _ = self.list.remove_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
        }
    }
}

/// What must not move while the list changes.
pub(crate) struct ScrollAnchor {
    list: HtmlElement,
    /// None: the end. Else the item that is the scroll anchor and its neighbours, should it be the one that goes.
    items: Option<Vec<(Element, f64)>>,
    /// The focus is in the list.
    focused: bool,
}

impl Scroller {
    pub fn new() -> Self {
        Self(LocalShared::new(Inner::default()))
    }

    fn with<T>(self, work: impl FnOnce(&mut Inner) -> T) -> Option<T> {
        self.0.with(work)
    }

    fn input(self) -> Input {
        self.with(|inner| inner.input).unwrap_or_default()
    }

    fn on_input(self, work: fn(&mut Input)) -> Closure<dyn FnMut()> {
        Closure::new(move || {
            self.with(|inner| work(&mut inner.input));
        })
    }

    /// Makes `list` the one on the page; returns its number for [`Self::detach`]. `on_scroll` and `on_resize` run after either.
    pub fn attach(self, list: HtmlElement, on_scroll: impl Fn() + 'static, on_resize: impl FnMut() + 'static) -> u32 {
        let element = list.clone();
        let scrolled = Closure::<dyn FnMut()>::new(move || {
            let (now, top) = (platform::now(), element.scroll_top());
            self.with(|inner| {
                let input = &mut inner.input;
                if top > input.top {
                    input.left = 0.0;
                } else if top < input.top && now - input.moved < LEAVING {
                    input.left = now;
                }
                (input.scrolled, input.top) = (now, top);
            });
            on_scroll();
        });
        let moved = || self.on_input(|input| input.moved = platform::now());
        let touched = self.on_input(|input| input.touched = true);
        let listeners =
            [("scroll", scrolled), ("touchstart", touched), ("touchmove", moved()), ("wheel", moved()), ("keydown", moved())];
        // None of them keeps the browser from scrolling, so it need not wait for them.
        let passive = AddEventListenerOptions::new();
        passive.set_passive(true);
        for (name, listener) in &listeners {
            let listener = listener.as_ref().unchecked_ref();
            let _ = list.add_event_listener_with_callback_and_add_event_listener_options(name, listener, &passive);
        }
        let sizes = Array::of1(&list);
        if let Some(items) = list.first_element_child() {
            sizes.push(&items);
        }
        let sizes = Sizes::watch(&sizes, on_resize);
        let attached = Attached { list, listeners, _sizes: sizes };
        let before = self.with(|inner| {
            inner.lists += 1;
            (inner.attached.replace(attached), inner.lists)
        });
        before.map_or(0, |(_, number)| number)
    }

    /// Lets the list with this number go, if it is still the one on the page.
    pub fn detach(self, number: u32) {
        drop(self.with(|inner| inner.attached.take_if(|_| inner.lists == number)));
    }

    pub fn list(self) -> Option<HtmlElement> {
        self.with(|inner| inner.attached.as_ref().map(|attached| attached.list.clone())).flatten()
    }

    /// Notes where the list stands after a scroll that no hand has made.
    pub fn note_top(self, top: i32) {
        self.with(|inner| inner.input.top = top);
    }

    /// True once the list has been scrolled.
    pub fn has_scrolled(self) -> bool {
        self.input().scrolled > 0.0
    }

    /// True while a finger's flick is running: phones ignore what is written to the scroller meanwhile.
    pub fn is_gliding(self) -> bool {
        let input = self.input();
        input.touched && platform::now() - input.scrolled < GLIDE
    }

    /// True while the reader is on the way up.
    pub fn is_leaving(self) -> bool {
        platform::now() - self.input().left < LEAVING
    }

    /// Remembers what must not move. Call it before a change and [`Self::release`] after it. Only where the window reaches the
    /// live end (`at_end`) does the lower edge mean "follow".
    pub fn hold(self, at_end: bool) -> Option<ScrollAnchor> {
        let list = self.list()?;
        let items = (!(at_end && is_pinned(&list) && !self.is_leaving())).then(|| {
            let at = item_at(&list, anchor_height(&list));
            let below = at.as_ref().and_then(Element::next_element_sibling);
            let above = at.as_ref().and_then(Element::previous_element_sibling);
            let further = below.as_ref().and_then(Element::next_element_sibling);
            // A day separator sticks to the list's edge: it does not move with the messages.
            let items = [at, below, above, further].into_iter().flatten().filter(is_row);
            items.map(|item| (item.clone(), top(&item))).collect()
        });
        let focused = document().active_element().is_some_and(|focus| list.contains(Some(&focus)));
        Some(ScrollAnchor { list, items, focused })
    }

    pub fn release(self, anchor: ScrollAnchor) {
        match &anchor.items {
            None => anchor.list.set_scroll_top(0),
            Some(items) => {
                if let Some((item, before)) = items.iter().find(|(item, _)| item.is_connected()) {
                    shift(&anchor.list, top(item) - before);
                }
            }
        }
        // The focused element may be gone; then the focus must not fall to nothing.
        let lost = || document().active_element().is_none_or(|focus| focus.tag_name() == "BODY");
        if anchor.focused && lost() {
            self.take_focus();
        }
    }

    /// Goes to the newest message.
    pub fn to_end(self) {
        if let Some(list) = self.list() {
            list.set_scroll_top(0);
        }
    }

    /// Moves the focus to the list.
    pub fn take_focus(self) {
        if let Some(list) = self.list() {
            // Focus is the browser's to refuse.
            let _ = list.focus();
        }
    }
}

/// True when the list stands at its newest end.
pub(super) fn is_pinned(list: &HtmlElement) -> bool {
    list.scroll_top() > -NEAR
}

pub(super) fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

pub(super) fn shift(list: &HtmlElement, by: f64) {
    if by.abs() >= 0.5 {
        list.scroll_by_with_x_and_y(0.0, by);
    }
}

/// Returns the row of a message.
pub(super) fn row(id: MessageId) -> Option<Element> {
    let mut name = String::from("m");
    name.push_str(&id.to_string());
    document().get_element_by_id(&name)
}

/// Returns the first item of the list whose lower edge is below `height` pixels of the window. Items stand in order, so it is
/// found by halves.
fn item_at(list: &HtmlElement, height: f64) -> Option<Element> {
    let items = list.first_element_child()?.children();
    let (mut low, mut high) = (0, items.length());
    while low < high {
        let middle = (low + high) / 2;
        if items.item(middle)?.get_bounding_client_rect().bottom() < height {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    items.item(low)
}

fn is_row(item: &Element) -> bool {
    item.class_list().contains("message")
}

/// Returns the height in the window at which a message stays where it is: three tenths of the list, where readers look.
fn anchor_height(list: &HtmlElement) -> f64 {
    top(list) + f64::from(list.client_height()) * 0.3
}

/// Returns the number of the message that an item shows.
fn id_of(item: &Element) -> Option<MessageId> {
    item.id().strip_prefix('m').and_then(|id| id.parse().ok())
}

/// Returns the lowest message of which the upper half is in view.
pub(super) fn lowest_in_view(list: &HtmlElement) -> Option<MessageId> {
    let edge = list.get_bounding_client_rect().bottom();
    let mut item = item_at(list, edge).or_else(|| list.first_element_child()?.last_element_child())?;
    loop {
        let rect = item.get_bounding_client_rect();
        if let Some(id) = id_of(&item).filter(|_| rect.top() + rect.height() / 2.0 <= edge) {
            return Some(id);
        }
        item = item.previous_element_sibling()?;
    }
}

/// Returns the message at the anchor's height and its distance from the list's upper edge.
pub(super) fn anchor_message(list: &HtmlElement) -> Option<(MessageId, f64)> {
    let at = item_at(list, anchor_height(list)).or_else(|| list.first_element_child()?.last_element_child())?;
    let named = |mut item: Element, next: fn(&Element) -> Option<Element>| loop {
        if let Some(id) = id_of(&item) {
            return Some((id, top(&item) - top(list)));
        }
        item = next(&item)?;
    };
    // An unsent message has no name; those above it have.
    named(at.clone(), Element::next_element_sibling).or_else(|| named(at, Element::previous_element_sibling))
}
