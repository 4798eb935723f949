//! The scroll rule: the list stays at its end, or the message under the eye stays where it is, through every change.
//!
//! The scroller is a reversed column: 0 is the newest end, and values above it are negative.

use crate::{
    ids::MessageId,
    live::{
        browser,
        state::{AppState, RoomView},
    },
};
use leptos::{html, prelude::*};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement};

/// Within so many pixels of the end the list is at its end (UX 11).
const NEAR: i32 = 48;
/// Milliseconds after the last scroll event of a finger's flick until it has run out.
const GLIDE: f64 = 100.0;

thread_local! {
    static LIST: RefCell<Option<Attached>> = const { RefCell::new(None) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static TOUCHED: Cell<bool> = const { Cell::new(false) };
    static SCROLLED: Cell<f64> = const { Cell::new(0.0) };
}

/// The list that is on the page, with its listeners.
struct Attached {
    list: HtmlElement,
    number: u32,
    scrolled: Closure<dyn FnMut()>,
    touched: Closure<dyn FnMut()>,
}

impl Drop for Attached {
    fn drop(&mut self) {
        let _ = self.list.remove_event_listener_with_callback("scroll", self.scrolled.as_ref().unchecked_ref());
        let _ = self.list.remove_event_listener_with_callback("touchstart", self.touched.as_ref().unchecked_ref());
    }
}

/// Makes `list` the one on the page; answers its number for [`let_go`].
fn take_over(list: HtmlElement, state: AppState) -> u32 {
    let scrolled = Closure::<dyn FnMut()>::new(move || {
        SCROLLED.set(browser::now());
        look(&state);
    });
    let touched = Closure::<dyn FnMut()>::new(|| TOUCHED.set(true));
    let _ = list.add_event_listener_with_callback("scroll", scrolled.as_ref().unchecked_ref());
    let _ = list.add_event_listener_with_callback("touchstart", touched.as_ref().unchecked_ref());
    let number = NUMBER.get() + 1;
    NUMBER.set(number);
    let old = LIST.replace(Some(Attached { list, number, scrolled, touched }));
    drop(old);
    number
}

fn let_go(number: u32) {
    drop(LIST.with_borrow_mut(|list| list.take_if(|list| list.number == number)));
}

fn list() -> Option<HtmlElement> {
    LIST.with_borrow(|list| list.as_ref().map(|list| list.list.clone()))
}

fn pinned(list: &HtmlElement) -> bool {
    list.scroll_top() > -NEAR
}

/// Whether the reader is at the lower edge of the list on the page; none where there is none.
pub(crate) fn following() -> Option<bool> {
    list().map(|list| pinned(&list))
}

fn top(element: &Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// Takes over the scroller of `view` once it stands on the page, and goes where the reader belongs: to the message a link
/// names, to where they left, else to the end.
pub fn attach(node: NodeRef<html::Section>, state: &AppState, view: &RoomView) {
    let (state, room, target) = (state.clone(), view.room, view.target);
    Effect::new(move |_| {
        let Some(list) = node.get() else { return };
        let list: HtmlElement = list.unchecked_into();
        let number = take_over(list.clone(), state.clone());
        on_cleanup(move || let_go(number));
        let left = state.room(room, |room| room.eye).flatten();
        if let Some(row) = target.and_then(row) {
            let (row, frame) = (row.get_bounding_client_rect(), list.get_bounding_client_rect());
            list.scroll_by_with_x_and_y(0.0, row.top() + row.height() / 2.0 - frame.top() - frame.height() / 2.0);
        } else if let Some((row, offset)) = left.and_then(|(id, offset)| Some((row(id)?, offset))) {
            list.scroll_by_with_x_and_y(0.0, top(&row) - top(&list) - offset);
        } else if number > 1 {
            // Not at hydration: there the reader may have scrolled already.
            list.set_scroll_top(0);
        }
        look(&state);
    });
}

/// The row of a message.
fn row(id: MessageId) -> Option<Element> {
    let mut name = String::from("m");
    name.push_str(&id.to_string());
    document().get_element_by_id(&name)
}

/// The first item of the list whose lower edge is below `height` pixels of the window: they stand in order, so it is found
/// by halves.
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

fn eye_height(list: &HtmlElement) -> f64 {
    top(list) + f64::from(list.client_height()) * 0.3
}

/// What must not move while the list changes.
pub(crate) struct Hold {
    list: HtmlElement,
    /// None: the end. Else the item under the eye and its neighbours, should it be the one that goes.
    items: Option<Vec<(Element, f64)>>,
}

/// Call before a change; [`Hold::release`] after it.
/// Only where the window reaches the live end (`at_end`) does the lower edge mean "follow".
pub(crate) fn hold(at_end: bool) -> Option<Hold> {
    let list = list()?;
    let items = (!(at_end && pinned(&list))).then(|| {
        let at = item_at(&list, eye_height(&list));
        let below = at.as_ref().and_then(Element::next_element_sibling);
        let above = at.as_ref().and_then(Element::previous_element_sibling);
        [at, below, above].into_iter().flatten().map(|item| (item.clone(), top(&item))).collect()
    });
    Some(Hold { list, items })
}

impl Hold {
    pub fn release(self) {
        let Some(items) = self.items else { return self.list.set_scroll_top(0) };
        if let Some((item, before)) = items.iter().find(|(item, _)| item.is_connected()) {
            let moved = top(item) - before;
            if moved.abs() >= 0.5 {
                self.list.scroll_by_with_x_and_y(0.0, moved);
            }
        }
    }
}

/// Goes to the newest message.
pub(crate) fn to_end() {
    if let Some(list) = list() {
        list.set_scroll_top(0);
    }
}

/// The list takes the focus.
pub(crate) fn take_focus() {
    if let Some(list) = list() {
        // Focus is the browser's to refuse.
        let _ = list.focus();
    }
}

/// A finger's flick is still running: phones ignore what is written to the scroller meanwhile.
pub(crate) fn gliding() -> bool {
    TOUCHED.get() && browser::now() - SCROLLED.get() < GLIDE
}

/// Looks where the reader is: what they have seen, and what they will need next. Older messages are fetched from two
/// viewports before the top on, newer ones likewise.
pub(crate) fn look(state: &AppState) {
    let (Some(list), Some(room)) = (list(), state.view.try_with_untracked(|view| view.as_ref().map(|view| view.room)).flatten())
    else {
        return;
    };
    let pinned = pinned(&list);
    let unseen = state.room(room, |room| {
        room.timeline.follow(pinned);
        room.eye = if pinned && room.timeline.at_end() { None } else { eye(&list) };
        (room.view.unseen, room.timeline.unseen())
    });
    if let Some((signal, count)) = unseen {
        crate::live::state::put(signal, count);
    }
    let (viewport, below) = (list.client_height(), -list.scroll_top());
    let above = list.scroll_height() - viewport - below;
    // A list that nobody has moved is filled, no more: the first paint costs one request less.
    let reach = if SCROLLED.get() > 0.0 { 2 * viewport } else { 1 };
    if above < reach {
        state.load_older(room);
    } else if below < reach {
        state.load_newer(room);
    }
}

/// The message under the eye and its distance from the list's upper edge.
fn eye(list: &HtmlElement) -> Option<(MessageId, f64)> {
    let mut item = item_at(list, eye_height(list))?;
    loop {
        if let Some(id) = item.id().strip_prefix('m').and_then(|id| id.parse().ok()) {
            return Some((id, top(&item) - top(list)));
        }
        item = item.next_element_sibling()?;
    }
}
