//! Keys that work on the whole page: between its parts, between rooms, between messages, and back to the message box.

use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, KeyboardEvent, NodeList};

/// Where the focus goes in each part of the page that F6 goes through; the part itself is around it.
const PARTS: [(&str, &str); 3] = [("#rooms", "#rooms [aria-current]"), (".list", ".list"), (".compose", BOX)];
const BOX: &str = ".compose textarea";
/// What takes characters itself.
const FIELDS: &str = "input, textarea, select";
/// Rooms with something unread, and the one that is shown.
const UNREAD: &str = "#rooms a.room:is([aria-current], :has(> .unread))";
const READ_ALL: &str = "#rooms .read-all button";
const MESSAGE: &str = ".list article";
/// What Tab reaches within a message that has the focus.
const STOPS: &str = ":is(a:not([tabindex]), pre, button:not([hidden]), summary):not(details:not([open]) > :not(summary) *)";

/// The element of each part that had the focus last.
type LastFocus = RefCell<[Option<HtmlElement>; PARTS.len()]>;

/// Listens for as long as the page lives.
pub(super) fn start(dismiss: impl Fn() -> bool + 'static) {
    let last = Rc::new(LastFocus::default());
    let noted = last.clone();
    let handles = [
        window_event_listener_untyped("keydown", move |event| {
            let event: KeyboardEvent = event.unchecked_into();
            if !event.default_prevented() && !event.is_composing() && on_key(&event, &last, &dismiss) {
                event.prevent_default();
            }
        }),
        window_event_listener_untyped("focusin", move |event| {
            let Some(at) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
            if let Some(part) = part_of(&at) {
                // The controls of a message show with its focus alone.
                noted.borrow_mut()[part] = closest(&at, MESSAGE).unwrap_or(at).dyn_into().ok();
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
}

fn closest(at: &Element, selector: &str) -> Option<Element> {
    at.closest(selector).ok()?
}

fn part_of(at: &Element) -> Option<usize> {
    PARTS.iter().position(|(part, _)| closest(at, part).is_some())
}

/// Returns true when the key has done something, so that the browser must not do its own as well.
fn on_key(event: &KeyboardEvent, last: &LastFocus, dismiss: &dyn Fn() -> bool) -> bool {
    let Some(at) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let is_in = |selector: &str| closest(&at, selector).is_some();
    // A dialog has all keys to itself.
    if is_in("dialog") {
        return false;
    }
    let (key, back) = (event.key(), event.key() == "ArrowUp");
    match (&*key, event.alt_key(), event.ctrl_key() || event.meta_key()) {
        ("F6", false, _) => {
            let step = if event.shift_key() { PARTS.len() - 1 } else { 1 };
            let next = part_of(&at).map_or(0, |here| here + step) % PARTS.len();
            let before = last.borrow()[next].clone();
            focus(before) || focus(find(PARTS[next].1)) || focus(find("#rooms a"))
        }
        ("ArrowUp" | "ArrowDown", true, false) => {
            let mut links = all(if event.shift_key() { UNREAD } else { "#rooms a.room:not(.browse)" });
            // The list may show those alone that have something unread.
            links.retain(|link| link.offset_height() > 0);
            let current = links.iter().position(|link| link.has_attribute("aria-current"));
            let ends = if back { links.len().checked_sub(1) } else { Some(0).filter(|_| !links.is_empty()) };
            let next = if current.is_none() { ends } else { step(current, back, links.len()) };
            next.is_some_and(|next| {
                links[next].click();
                true
            })
        }
        ("ArrowUp" | "ArrowDown", false, false) if is_in(".list") => {
            let messages = all(MESSAGE);
            let current = messages.iter().position(|message| message.contains(Some(&at)));
            let next = step(current, back, messages.len()).or(messages.len().checked_sub(1).filter(|_| current.is_none()));
            focus(next.map(|next| messages[next].clone()))
        }
        ("Tab", false, false) => on_tab(&at, event.shift_key()),
        ("Enter", false, false) if at.matches(MESSAGE) == Ok(true) => focus(stops(&at).into_iter().next()),
        ("Escape", false, false) if event.shift_key() => press(find(READ_ALL)) | dismiss(),
        ("Escape", false, false) if dismiss() => true,
        ("Escape", false, false) if is_in(".list") => focus(find(BOX)),
        // The browser writes the character where the focus is once this has been handled.
        (_, false, false) if key != " " && key.chars().nth(1).is_none() && !is_in(FIELDS) => {
            focus(find(BOX));
            false
        }
        _ => false,
    }
}

/// Makes the list of messages one stop for Tab: what is in a message is reached from that message alone.
fn on_tab(at: &Element, back: bool) -> bool {
    if closest(at, ".list").is_none() {
        let is_next = at.matches(".pill, .compose textarea") == Ok(true);
        let is_last = at.matches(".pill") == Ok(true) || find(".pill").is_none();
        return back && is_next && is_last && focus(find(".list"));
    }
    let message = closest(at, MESSAGE);
    let stops = message.as_ref().map(stops).unwrap_or_default();
    let current = stops.iter().position(|stop| at.is_same_node(Some(stop)));
    match (message, current, back) {
        // From the list itself, or from its link to older messages.
        (None, _, true) => false,
        (Some(_), None, true) => focus(find(".list")),
        (Some(message), Some(0), true) => focus(message.dyn_into().ok()),
        (_, Some(_), true) => false,
        (_, current, false) => {
            current.map_or(0, |current| current + 1) >= stops.len() && (focus(find(".pill")) || focus(find(BOX)))
        }
    }
}

/// Returns what Tab reaches within a message.
fn stops(message: &Element) -> Vec<HtmlElement> {
    elements(message.query_selector_all(STOPS))
}

/// Returns the place before or after `current` among `count`; none where there is no further one or no current one.
fn step(current: Option<usize>, back: bool, count: usize) -> Option<usize> {
    let next = if back { current?.checked_sub(1)? } else { current? + 1 };
    (next < count).then_some(next)
}

fn find(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn all(selector: &str) -> Vec<HtmlElement> {
    elements(document().query_selector_all(selector))
}

fn elements(found: Result<NodeList, JsValue>) -> Vec<HtmlElement> {
    let Ok(found) = found else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

/// True when there is something to press.
fn press(button: Option<HtmlElement>) -> bool {
    button.is_some_and(|button| {
        button.click();
        true
    })
}

/// True when the element has the focus now: one that is hidden or gone does not take it.
fn focus(element: Option<HtmlElement>) -> bool {
    element.is_some_and(|element| {
        let _ = element.focus();
        document().active_element().is_some_and(|at| at.is_same_node(Some(&element)))
    })
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn step_stays_within_the_list() {
        assert_eq!((step(Some(1), true, 3), step(Some(0), true, 3)), (Some(0), None));
        assert_eq!((step(Some(1), false, 3), step(Some(2), false, 3)), (Some(2), None));
        assert_eq!((step(None, true, 3), step(None, false, 0)), (None, None));
    }
}
