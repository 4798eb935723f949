//! The lock that one tab of a browser holds, and with it the stream. web-sys has Web Locks behind an unstable cfg, so their
//! bindings are here.

use js_sys::{Function, Object, Promise, Reflect};
use leptos::prelude::window;
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::AbortController;

#[wasm_bindgen]
extern "C" {
    /// The navigator; without a secure context it has no locks.
    type Navigator;
    #[wasm_bindgen(method, getter)]
    fn locks(this: &Navigator) -> Option<LockManager>;

    type LockManager;
    #[wasm_bindgen(method, catch)]
    fn request(this: &LockManager, name: &str, options: &Object, granted: &JsValue) -> Result<Outcome, JsValue>;

    /// Settles when the lock is given back; rejects when the request is aborted or the lock stolen.
    type Outcome;
    #[wasm_bindgen(method, js_name = catch)]
    fn or(this: &Outcome, rejected: &JsValue);
}

/// The lock, held or waited for; dropping it gives it up.
pub struct Claim {
    abort: AbortController,
    /// Ends the promise for whose time the lock is held.
    held: Rc<Cell<Option<Function>>>,
}

/// Asks for the lock called `name`, or steals it from its holder. `on_granted` says whether the lock is still wanted; `on_lost`
/// is told whether another tab has stolen it. Neither is called before this has returned. None where there are no locks.
pub fn claim(
    name: &str,
    steal: bool,
    on_granted: impl FnOnce() -> bool + 'static,
    on_lost: impl FnOnce(bool) + 'static,
) -> Option<Claim> {
    let locks = window().navigator().unchecked_into::<Navigator>().locks()?;
    let abort = AbortController::new().ok()?;
    let options = Object::new();
    // The two exclude each other.
    let (key, value) = if steal { ("steal", JsValue::TRUE) } else { ("signal", abort.signal().into()) };
    Reflect::set(&options, &JsValue::from_str(key), &value).ok()?;

    let held = Rc::new(Cell::new(None));
    // Each is called once or never.
    let granted = {
        let held = held.clone();
        let granted: Closure<dyn FnMut() -> Promise> = Closure::once(move || {
            let lasts = Promise::new(&mut |end, _| held.set(Some(end)));
            if !on_granted() {
                end(&held);
            }
            lasts
        });
        granted.into_js_value()
    };
    let lost: Closure<dyn FnMut(JsValue)> = Closure::once(move |why: JsValue| {
        let name = Reflect::get(&why, &JsValue::from_str("name")).ok().and_then(|name| name.as_string());
        on_lost(name.as_deref() == Some("AbortError"));
    });
    locks.request(name, &options, &granted).ok()?.or(&lost.into_js_value());
    Some(Claim { abort, held })
}

fn end(held: &Cell<Option<Function>>) -> bool {
    held.take().is_some_and(|end| end.call0(&JsValue::UNDEFINED).is_ok())
}

impl Drop for Claim {
    fn drop(&mut self) {
        if !end(&self.held) {
            self.abort.abort();
        }
    }
}
