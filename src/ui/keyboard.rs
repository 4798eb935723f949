//! Keyboard: how much of the page a phone's keyboard covers, for the style sheet as `--keyboard`.
//!
//! It covers nothing where the page itself shrinks (`interactive-widget=resizes-content`: Chromium, Firefox). On iOS it lies
//! over the page, and only the visual viewport shows how much.

use js_sys::Reflect;
use leptos::prelude::{document, window, window_event_listener_untyped};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::HtmlElement;

/// The least height of a keyboard, in pixels. A bar of the browser that appears or disappears is lower.
const LEAST: f64 = 120.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = web_sys::EventTarget)]
    type VisualViewport;
    #[wasm_bindgen(method, getter)]
    fn height(this: &VisualViewport) -> f64;
    #[wasm_bindgen(method, getter)]
    fn scale(this: &VisualViewport) -> f64;
    #[wasm_bindgen(method, getter, js_name = offsetTop)]
    fn offset_top(this: &VisualViewport) -> f64;
}

/// Returns how many pixels of the page lie under a keyboard. `sizes` reads the height of the page, how much of it is seen, and at
/// which zoom.
///
/// Without a focused field there is no keyboard, whatever the numbers say: iOS 26 leaves them stale after the keyboard has
/// closed. They are not even read then, which would cost a layout of a page that is about to change. The offset of the visible
/// part is not used, because it stays stale longest.
fn covered(typing: bool, sizes: impl FnOnce() -> (f64, f64, f64)) -> f64 {
    if !typing {
        return 0.0;
    }
    let (page, visible, scale) = sizes();
    let covered = (page - visible * scale).round();
    if covered >= LEAST { covered } else { 0.0 }
}

/// Keeps the variable up to date for as long as the page lives.
pub(crate) fn start() {
    let Some(viewport) = Reflect::get(&window(), &JsValue::from_str("visualViewport")).ok().filter(JsValue::is_object) else {
        return;
    };
    let viewport: VisualViewport = viewport.unchecked_into();
    let seen = viewport.clone().unchecked_into::<VisualViewport>();
    let measure = Closure::<dyn FnMut()>::new(move || measure(&seen));
    for name in ["resize", "scroll"] {
        let _ = viewport.add_event_listener_with_callback(name, measure.as_ref().unchecked_ref());
    }
    measure.forget();
    for name in ["focusin", "focusout"] {
        let seen = viewport.clone().unchecked_into::<VisualViewport>();
        // The listener is never removed: it ends with the window.
        let _ = window_event_listener_untyped(name, move |_| self::measure(&seen));
    }
}

fn measure(viewport: &VisualViewport) {
    let document = document();
    let typing = document.active_element().is_some_and(|field| field.matches("textarea, input") == Ok(true));
    let sizes = || {
        let page = document.body().map_or(0.0, |body| f64::from(body.client_height()));
        (page, viewport.height(), viewport.scale())
    };
    let covered = covered(typing, sizes);
    let Some(root) = document.document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else { return };
    if covered == 0.0 {
        let _ = root.style().remove_property("--keyboard");
        return;
    }
    let mut length = (covered as u32).to_string();
    length.push_str("px");
    let _ = root.style().set_property("--keyboard", &length);
    // The browser has scrolled the head out to show the field, which the variable now keeps above the keyboard.
    if viewport.offset_top() > 0.0 {
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::covered;

    #[test]
    fn covered_height_follows_the_keyboard_as_it_opens_and_closes() {
        // On a phone of 740 pixels the bar above the keys appears after them, then all of it disappears.
        for (visible, expected) in [(740.0, 0.0), (740.0 - 291.0, 291.0), (740.0 - 336.4, 336.0), (740.0, 0.0)] {
            assert_eq!(covered(true, || (740.0, visible, 1.0)), expected);
        }
    }

    #[test]
    fn covered_height_is_0_when_numbers_stay_stale_after_the_keyboard_has_closed() {
        assert_eq!(covered(false, || (740.0, 404.0, 1.0)), 0.0, "no field is focused");
        assert_eq!(covered(true, || (740.0, 716.0, 1.0)), 0.0, "24 pixels are no keyboard");
    }

    #[test]
    fn covered_height_does_not_change_when_the_page_is_zoomed() {
        assert_eq!(covered(true, || (740.0, 370.0, 2.0)), 0.0);
        assert_eq!(covered(true, || (740.0, 202.0, 2.0)), 336.0);
    }

    #[test]
    fn covered_height_is_0_where_the_page_shrinks_itself() {
        assert_eq!(covered(true, || (440.0, 440.0, 1.0)), 0.0);
    }
}
