//! The button that opens the switcher. What it opens is in `dialog.rs`.

use super::words::WORDS;
use crate::{
    client::page::Page,
    ui::icon::{Icon, icon},
};
use leptos::prelude::*;

/// Opens the switcher, once the page is live; until then the style sheet hides it.
#[component]
pub fn SwitcherButton() -> impl IntoView {
    let label = expect_context::<Page>().lang.of(&WORDS).open;
    view! {
        <button
            class="tool switch-room"
            type="button"
            aria-label=label
            title=label
            aria-haspopup="dialog"
            aria-keyshortcuts="Control+K"
        >
            {icon(Icon::Search)}
        </button>
    }
}
