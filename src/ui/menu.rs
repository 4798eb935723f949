//! Menus are `<details>`, so they open without JavaScript; these handlers close them the way people expect.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, Node};

fn element(target: Option<EventTarget>) -> Option<Element> {
    target.and_then(|target| target.dyn_into().ok())
}

/// Esc closes the menu and gives focus back to what opened it; while an input method composes, Esc is the input method's.
pub fn on_keydown(event: ev::KeyboardEvent) {
    if event.key() != "Escape" || event.is_composing() || event.key_code() == 229 {
        return;
    }
    let Some(menu) = element(event.current_target()).filter(|menu| menu.has_attribute("open")) else { return };
    event.stop_propagation();
    close(&menu);
    focus_in(&menu, "summary");
}

/// Focus that moves out of the menu closes it. The panel has `tabindex=-1`, so a press on its bare ground stays inside.
pub fn on_focusout(event: ev::FocusEvent) {
    let Some(menu) = element(event.current_target()) else { return };
    let inside =
        event.related_target().and_then(|target| target.dyn_into::<Node>().ok()).is_some_and(|node| menu.contains(Some(&node)));
    if !inside {
        close(&menu);
    }
}

/// A menu with a field opens with focus in it.
pub fn on_toggle(event: ev::Event) {
    if let Some(menu) = element(event.current_target()).filter(|menu| menu.has_attribute("open")) {
        focus_in(&menu, "input:not([type=hidden])");
    }
}

/// Closes the menu that holds the target of `event`, for actions that are done with it.
pub fn close_around(event: &ev::SubmitEvent) {
    if let Some(menu) = element(event.target()).and_then(|form| form.closest("details").ok().flatten()) {
        close(&menu);
        focus_in(&menu, "summary");
    }
}

fn close(menu: &Element) {
    // The only error is a name that is no attribute's.
    let _ = menu.remove_attribute("open");
}

fn focus_in(menu: &Element, selector: &str) {
    if let Some(field) = menu.query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
