//! Small things only a browser has: randomness, the clock, waiting, cookies. Never called on the server.

use crate::model::ids::ClientKey;
pub use crate::ui::later::{after_frame, later};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Intl, Object, Reflect};
use leptos::prelude::{document, window};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::EventTarget;

/// Sixteen random bytes. `getRandomValues` is there on plain http too, unlike `randomUUID`.
fn bytes() -> [u8; 16] {
    let mut bytes = [0; 16];
    if let Ok(crypto) = window().crypto() {
        // It fails only above 65,536 bytes.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// A key no message has.
pub fn fresh_key() -> ClientKey {
    ClientKey(bytes())
}

/// An evenly drawn number.
pub fn random() -> u32 {
    let bytes = bytes();
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// The machine's clock, milliseconds since 1970.
pub fn now() -> f64 {
    js_sys::Date::now()
}

/// Waits so many milliseconds.
pub async fn sleep(milliseconds: u64) {
    TimeoutFuture::new(u32::try_from(milliseconds).unwrap_or(u32::MAX)).await;
}

/// Name of the machine's time zone, as IANA has it.
pub fn time_zone() -> Option<String> {
    let options = Intl::DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(options.as_ref(), &JsValue::from_str("timeZone")).ok()?.as_string()
}

/// Whether the tab is the one its window shows.
pub fn visible() -> bool {
    !document().hidden()
}

/// The value of a cookie that scripts may read.
pub fn cookie(name: &str) -> Option<String> {
    let all = Reflect::get(document().as_ref(), &JsValue::from_str("cookie")).ok()?.as_string()?;
    all.split(';').find_map(|pair| pair.trim_start().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

/// Sets a cookie of this site for a year.
pub fn set_cookie(name: &str, value: &str) {
    let mut cookie = String::from(name);
    cookie.push('=');
    cookie.push_str(value);
    cookie.push_str("; Path=/; Max-Age=31536000; SameSite=Lax");
    // `cookie` is a property of HTMLDocument, whose binding is not worth its bytes.
    let _ = Reflect::set(document().as_ref(), &JsValue::from_str("cookie"), &JsValue::from_str(&cookie));
}

pub fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// A finger is all there is: Enter breaks the line, and nothing takes focus by itself.
pub fn touch_only() -> bool {
    media("(pointer: coarse)") && !media("(any-pointer: fine)")
}

thread_local! {
    /// The field that an input method composes in.
    static COMPOSING: RefCell<Option<EventTarget>> = const { RefCell::new(None) };
}

/// Whether an input method is composing in the page. A composition ends with its field: one that has lost the focus or is gone
/// may never say so.
pub fn composing() -> bool {
    let focused = document().active_element();
    COMPOSING.with_borrow(|field| field.is_some() && focused.as_deref() == field.as_ref().map(JsCast::unchecked_ref))
}

/// Notes the field that an input method composes in from now on, or that it composes no more.
pub(crate) fn set_composing(field: Option<EventTarget>) {
    COMPOSING.set(field);
}

/// Leaves for another page of this server.
pub fn go(path: &str) {
    let _ = window().location().set_href(path);
}

pub fn reload() {
    let _ = window().location().reload();
}

/// Sets an attribute of `<html>`.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(html) = document().document_element() {
        let _ = html.set_attribute(name, value);
    }
}
