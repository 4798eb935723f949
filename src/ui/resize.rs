//! Says when something changes its size, after the layout and before the picture: so what is corrected then is never seen.

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen};
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// Declared here for the three that are needed; `web-sys` would bring entries and boxes along.
    type ResizeObserver;
    #[wasm_bindgen(constructor)]
    fn new(changed: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &ResizeObserver, element: &Element);
    #[wasm_bindgen(method)]
    fn disconnect(this: &ResizeObserver);
}

/// Watches until it is dropped.
pub(crate) struct Sizes {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Sizes {
    /// Calls `changed` once at first and then whenever one of `elements` gets another size.
    pub fn watch(elements: &Array, changed: impl FnMut() + 'static) -> Self {
        let changed = Closure::<dyn FnMut()>::new(changed);
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref());
        for element in elements.iter() {
            observer.observe(element.unchecked_ref());
        }
        Self { observer, _changed: changed }
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
