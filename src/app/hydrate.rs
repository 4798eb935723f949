//! The browser's entrance: the page the server rendered comes alive with the value it was made from.

use super::root::App;
use crate::model::{initial_data::Boot, wire};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

/// Called by the page's script once the module is there. A page without its value stays what it is: links and forms work.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let text = document().get_element_by_id("boot").and_then(|script| script.text_content());
    let boot = text.and_then(|text| wire::read::<Boot>(&text));
    let app = document().get_element_by_id("app").and_then(|app| app.dyn_into().ok());
    if let Some((app, boot)) = app.zip(boot) {
        leptos::mount::hydrate_from(app, move || view! { <App boot /> }).forget();
    }
}
