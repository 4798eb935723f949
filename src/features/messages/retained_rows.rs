//! Which messages hold the reader's focus or selection: their rows must not go while the window is trimmed.

use super::timeline::RetainedRows;
use crate::model::ids::MessageId;
use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::{Element, Node};

#[wasm_bindgen]
extern "C" {
    type Selection;
    #[wasm_bindgen(js_name = getSelection)]
    fn selection() -> Option<Selection>;
    #[wasm_bindgen(method, getter, js_name = isCollapsed)]
    fn is_collapsed(this: &Selection) -> bool;
    #[wasm_bindgen(method, getter, js_name = anchorNode)]
    fn anchor(this: &Selection) -> Option<Node>;
    #[wasm_bindgen(method, getter, js_name = focusNode)]
    fn focus(this: &Selection) -> Option<Node>;
}

/// From the first of them to the last; none where nothing in the list is focused or selected.
pub(crate) fn retained_rows() -> Option<RetainedRows> {
    let focused = document().active_element().and_then(|element| message(&element));
    let selected = selection().filter(|selection| !selection.is_collapsed());
    let [from, to] = selected.map_or([None, None], |selection| [selection.anchor(), selection.focus()].map(of_node));
    [focused, from, to].into_iter().flatten().fold(None, |rows: Option<RetainedRows>, id| {
        let (first, last) = rows.unwrap_or((id, id));
        Some((first.min(id), last.max(id)))
    })
}

fn of_node(node: Option<Node>) -> Option<MessageId> {
    let node = node?;
    message(&node.parent_element().or_else(|| node.dyn_into().ok())?)
}

/// The message whose row `element` is in.
fn message(element: &Element) -> Option<MessageId> {
    element.closest(".list li.message").ok()??.id().strip_prefix('m')?.parse().ok()
}
