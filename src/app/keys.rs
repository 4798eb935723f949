//! Keys that work on the whole page: between its parts, between rooms, between messages, and back to the message box.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Where the focus goes in each part of the page that F6 goes through; the part itself is around it.
const PARTS: [(&str, &str); 3] = [("#rooms", "#rooms [aria-current]"), (".list", ".list"), (".compose", BOX)];
const BOX: &str = ".compose textarea";
/// What takes characters itself.
const FIELDS: &str = "input, textarea, select";
const MESSAGES: &str = ".list article";

/// Listens for as long as the page lives.
pub(super) fn start() {
    let listener = window_event_listener_untyped("keydown", |event| {
        let event: KeyboardEvent = event.unchecked_into();
        if !event.default_prevented() && !event.is_composing() && on_key(&event) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Returns true when the key has done something, so that the browser must not do its own as well.
fn on_key(event: &KeyboardEvent) -> bool {
    let Some(at) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let is_in = |selector: &str| at.closest(selector).ok().flatten().is_some();
    let (key, back) = (event.key(), event.key() == "ArrowUp");
    match (&*key, event.alt_key(), event.ctrl_key() || event.meta_key()) {
        ("F6", false, _) => {
            let here = PARTS.iter().position(|(part, _)| is_in(part));
            let step = if event.shift_key() { PARTS.len() - 1 } else { 1 };
            let next = here.map_or(0, |here| here + step) % PARTS.len();
            focus(find(PARTS[next].1).or_else(|| find("#rooms a")))
        }
        ("ArrowUp" | "ArrowDown", true, false) => {
            let links = all("#rooms .room");
            let current = links.iter().position(|link| link.has_attribute("aria-current"));
            let next = step(current, back, links.len());
            next.is_some_and(|next| {
                links[next].click();
                true
            })
        }
        ("ArrowUp" | "ArrowDown", false, false) if is_in(".list") => {
            let messages = all(MESSAGES);
            let current = messages.iter().position(|message| message.contains(Some(&at)));
            let next = step(current, back, messages.len()).or(messages.len().checked_sub(1).filter(|_| current.is_none()));
            focus(next.map(|next| messages[next].clone()))
        }
        ("Escape", false, false) if is_in(".list") => focus(find(BOX)),
        // The browser writes the character where the focus is once this has been handled.
        (_, false, false) if key != " " && key.chars().nth(1).is_none() && !is_in(FIELDS) => {
            focus(find(BOX));
            false
        }
        _ => false,
    }
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
    let Ok(found) = document().query_selector_all(selector) else { return Vec::new() };
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

/// True when there is something to focus.
fn focus(element: Option<HtmlElement>) -> bool {
    element.is_some_and(|element| element.focus().is_ok())
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
