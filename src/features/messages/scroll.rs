//! The scroll rule: the list stays at its end, or the message under the eye stays where it is, through every change.
//!
//! The scroller is a reversed column: 0 is the newest end, and values above it are negative.

use super::retained_rows::held;
use crate::{
    app::state::{AppState, RoomView},
    client::platform,
    model::ids::{MessageId, RoomId},
    ui::resize::Sizes,
};
use js_sys::Array;
use leptos::{html, prelude::*};
use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{AddEventListenerOptions, Element, HtmlElement};

/// Within so many pixels of the end the list is at its end (UX 11).
const NEAR: i32 = 48;
/// Milliseconds after the last scroll event of a finger's flick until it has run out.
const GLIDE: f64 = 100.0;
/// So long after a reader's own step away from the end the list does not follow, even within [`NEAR`]: else, where messages
/// come fast, a slow hand would never get away.
const LEAVING: f64 = 200.0;

thread_local! {
    static LIST: RefCell<Option<Attached>> = const { RefCell::new(None) };
    static NUMBER: Cell<u32> = const { Cell::new(0) };
    static HANDS: Cell<Hands> = const { Cell::new(Hands { touched: false, moved: 0.0, scrolled: 0.0, left: 0.0, top: 0 }) };
}

/// What the reader's hands did last, and when.
#[derive(Clone, Copy)]
struct Hands {
    touched: bool,
    /// By wheel, finger or key.
    moved: f64,
    scrolled: f64,
    /// Away from the end, by their own doing.
    left: f64,
    top: i32,
}

impl Hands {
    fn change(work: impl FnOnce(&mut Self)) {
        let mut hands = HANDS.get();
        work(&mut hands);
        HANDS.set(hands);
    }
}

/// What is listened to, and what then runs.
type Listener = (&'static str, Closure<dyn FnMut()>);

/// The list that is on the page, with its listeners.
struct Attached {
    list: HtmlElement,
    number: u32,
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

/// Makes `list` the one on the page; answers its number for [`let_go`].
fn take_over(list: HtmlElement, state: AppState) -> u32 {
    let (scroller, sized) = (list.clone(), state.clone());
    let scrolled = Closure::<dyn FnMut()>::new(move || {
        Hands::change(|hands| {
            let (now, top) = (platform::now(), scroller.scroll_top());
            if top > hands.top {
                hands.left = 0.0;
            } else if top < hands.top && now - hands.moved < LEAVING {
                hands.left = now;
            }
            (hands.scrolled, hands.top) = (now, top);
        });
        look(&state);
    });
    let moved = || Closure::<dyn FnMut()>::new(|| Hands::change(|hands| hands.moved = platform::now()));
    let touched = Closure::<dyn FnMut()>::new(|| Hands::change(|hands| hands.touched = true));
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
    let sizes = Sizes::watch(&sizes, move || resized(&sized));
    let number = NUMBER.get() + 1;
    NUMBER.set(number);
    let old = LIST.replace(Some(Attached { list, number, listeners, _sizes: sizes }));
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
        let left = state.room(room, |room| room.left()).flatten();
        if let Some(row) = target.and_then(row) {
            let (row, frame) = (row.get_bounding_client_rect(), list.get_bounding_client_rect());
            list.scroll_by_with_x_and_y(0.0, row.top() + row.height() / 2.0 - frame.top() - frame.height() / 2.0);
        } else if let Some((row, offset)) = left.and_then(|(id, offset)| Some((row(id)?, offset))) {
            list.scroll_by_with_x_and_y(0.0, top(&row) - top(&list) - offset);
        } else if number > 1 {
            // Not at hydration: there the reader may have scrolled already.
            list.set_scroll_top(0);
        }
        Hands::change(|hands| hands.top = list.scroll_top());
        look(&state);
    });
}

/// The list or what is in it has another size: the box has grown, a keyboard has come, the window is another, a picture or a
/// font has arrived. What is under the eye stays where it was last seen (UX 14, 23).
fn resized(state: &AppState) {
    let (Some(list), Some(room)) = (list(), shown(state)) else { return };
    if gliding() {
        return;
    }
    match state.room(room, |room| room.left()).flatten().and_then(|(id, offset)| Some((row(id)?, offset))) {
        Some((row, offset)) => shift(&list, top(&row) - top(&list) - offset),
        None if pinned(&list) && !leaving() => list.set_scroll_top(0),
        None => {}
    }
}

fn shift(list: &HtmlElement, by: f64) {
    if by.abs() >= 0.5 {
        list.scroll_by_with_x_and_y(0.0, by);
    }
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
    /// The focus is in the list.
    focused: bool,
}

/// Call before a change; [`Hold::release`] after it.
/// Only where the window reaches the live end (`at_end`) does the lower edge mean "follow".
pub(crate) fn hold(at_end: bool) -> Option<Hold> {
    let list = list()?;
    let items = (!(at_end && pinned(&list) && !leaving())).then(|| {
        let at = item_at(&list, eye_height(&list));
        let below = at.as_ref().and_then(Element::next_element_sibling);
        let above = at.as_ref().and_then(Element::previous_element_sibling);
        [at, below, above].into_iter().flatten().map(|item| (item.clone(), top(&item))).collect()
    });
    let focused = document().active_element().is_some_and(|focus| list.contains(Some(&focus)));
    Some(Hold { list, items, focused })
}

impl Hold {
    pub fn release(self) {
        match &self.items {
            None => self.list.set_scroll_top(0),
            Some(items) => {
                if let Some((item, before)) = items.iter().find(|(item, _)| item.is_connected()) {
                    shift(&self.list, top(item) - before);
                }
            }
        }
        // What had the focus may be gone; then it must not fall to nobody.
        let lost = || document().active_element().is_none_or(|focus| focus.tag_name() == "BODY");
        if self.focused && lost() {
            take_focus();
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
    let hands = HANDS.get();
    hands.touched && platform::now() - hands.scrolled < GLIDE
}

/// The reader is on the way up.
fn leaving() -> bool {
    platform::now() - HANDS.get().left < LEAVING
}

fn shown(state: &AppState) -> Option<RoomId> {
    state.view.try_with_untracked(|view| view.as_ref().map(|view| view.room)).flatten()
}

/// Notes where the reader is, by the list itself: a scroll whose event has not come yet counts. Call it before anything
/// changes the window, and after the list was drawn.
pub(crate) fn note(state: &AppState) {
    let (Some(list), Some(room)) = (list(), shown(state)) else { return };
    let (pinned, held) = (pinned(&list), held());
    state.room(room, |room| {
        room.timeline.follow(pinned);
        room.held = held;
        room.eye = if pinned && room.timeline.at_end() { None } else { eye(&list) };
    });
}

/// Looks where the reader is: what they have seen, and what they will need next. Older messages are fetched from two
/// viewports before the top on, newer ones likewise.
pub(crate) fn look(state: &AppState) {
    note(state);
    let (Some(list), Some(room)) = (list(), shown(state)) else { return };
    if let Some((signal, count)) = state.room(room, |room| (room.view.unseen, room.timeline.unseen())) {
        crate::app::state::put(signal, count);
    }
    let (viewport, below) = (list.client_height(), -list.scroll_top());
    let above = list.scroll_height() - viewport - below;
    // A list that nobody has moved is filled, no more: the first paint costs one request less.
    let reach = if HANDS.get().scrolled > 0.0 { 2 * viewport } else { 1 };
    if above < reach {
        state.load_older(room);
    } else if below < reach {
        state.load_newer(room);
    }
}

/// The message under the eye and its distance from the list's upper edge.
fn eye(list: &HtmlElement) -> Option<(MessageId, f64)> {
    let at = item_at(list, eye_height(list)).or_else(|| list.first_element_child()?.last_element_child())?;
    let named = |mut item: Element, next: fn(&Element) -> Option<Element>| loop {
        if let Some(id) = item.id().strip_prefix('m').and_then(|id| id.parse().ok()) {
            return Some((id, top(&item) - top(list)));
        }
        item = next(&item)?;
    };
    // What is not sent yet has no name; those above it have.
    named(at.clone(), Element::next_element_sibling).or_else(|| named(at, Element::previous_element_sibling))
}
