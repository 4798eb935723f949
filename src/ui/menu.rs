//! Menus: `<details>`, which open without JavaScript, and the handlers that close them and move the focus.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, Node};

fn element(target: Option<EventTarget>) -> Option<Element> {
    target.and_then(|target| target.dyn_into().ok())
}

/// Closes the menu on Esc and returns the focus to what opened it. While an input method composes, Esc belongs to it.
pub fn on_keydown(event: ev::KeyboardEvent) {
    if event.key() != "Escape" || event.is_composing() || event.key_code() == 229 {
        return;
    }
    let Some(menu) = element(event.current_target()).filter(|menu| menu.has_attribute("open")) else { return };
    event.stop_propagation();
    close(&menu);
    focus_in(&menu, "summary");
}

/// Closes the menu when the focus leaves it. The panel has `tabindex=-1`, so a press on its background stays inside.
pub fn on_focusout(event: ev::FocusEvent) {
    let Some(menu) = element(event.current_target()) else { return };
    let inside =
        event.related_target().and_then(|target| target.dyn_into::<Node>().ok()).is_some_and(|node| menu.contains(Some(&node)));
    if !inside {
        close(&menu);
    }
}

/// Focuses the first field of a menu that opens.
pub fn on_toggle(event: ev::Event) {
    if let Some(menu) = element(event.current_target()).filter(|menu| menu.has_attribute("open")) {
        focus_in(&menu, "input:not([type=hidden])");
    }
}

/// Closes the menu that holds the target of `event`, once its action is done or given up.
pub fn close_around(event: &web_sys::Event) {
    if let Some(menu) = element(event.target()).and_then(|target| target.closest("details").ok().flatten()) {
        close(&menu);
        focus_in(&menu, "summary");
    }
}

/// Writes `text` into what `selector` finds in the menu that holds the target of `event`.
pub fn write_around(event: &web_sys::Event, selector: &str, text: &str) {
    let menu = element(event.target()).and_then(|target| target.closest("details").ok().flatten());
    if let Some(found) = menu.and_then(|menu| menu.query_selector(selector).ok().flatten()) {
        found.set_text_content(Some(text));
    }
}

/// Moves the focus out of the list item of `event`, which is about to go: to the button of the next one, else to what opens the
/// menu.
pub fn leave_item(event: &ev::MouseEvent) {
    let closest = |element: &Element, selector| element.closest(selector).ok().flatten();
    let Some(item) = element(event.target()).and_then(|target| closest(&target, "li")) else { return };
    if let Some(next) = item.next_element_sibling() {
        focus_in(&next, "button");
    } else if let Some(menu) = closest(&item, "details") {
        focus_in(&menu, "summary");
    }
}

fn close(menu: &Element) {
    // The only error is a name that no attribute can have.
    let _ = menu.remove_attribute("open");
}

fn focus_in(menu: &Element, selector: &str) {
    if let Some(field) = menu.query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
