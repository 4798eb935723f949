//! Sizes: calls when elements change their size, after layout and before paint, so that a correction made then is not seen.

use js_sys::{Array, Function};
use wasm_bindgen::{JsCast, closure::Closure, prelude::wasm_bindgen};
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// Declared here for the three functions that are needed; `web-sys` would also declare entries and boxes.
    type ResizeObserver;
    #[wasm_bindgen(constructor)]
    fn new(changed: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &ResizeObserver, element: &Element);
    #[wasm_bindgen(method)]
    fn disconnect(this: &ResizeObserver);
}

/// A watch over the sizes of elements, until it is dropped.
pub(crate) struct Sizes {
    observer: ResizeObserver,
    _changed: Closure<dyn FnMut()>,
}

impl Sizes {
    /// Calls `changed` once at first, then each time one of `elements` changes its size.
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
