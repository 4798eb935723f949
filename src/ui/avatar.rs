//! The rounded square that stands for a person.

use leptos::prelude::*;

/// Names of the ten hue classes; `style/tokens.css` gives each its colours.
const HUES: [&str; 10] = ["hue-0", "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6", "hue-7", "hue-8", "hue-9"];

/// The class of a person's hue (0–9; a larger number wraps).
pub fn hue_class(hue: u8) -> &'static str {
    HUES[usize::from(hue) % HUES.len()]
}

/// First character of a name. The style sheet makes it a capital: the table of all capitals is 13 kB of a program.
fn initial(name: &str) -> String {
    name.chars().next().map(String::from).unwrap_or_default()
}

/// The avatar of whoever `name` and `hue` are; the name stands beside it, so it is hidden from assistive technology.
pub fn avatar(name: Signal<String>, hue: Signal<u8>) -> impl IntoView {
    view! {
        <span class=move || format!("avatar {}", hue_class(hue.get())) aria-hidden="true">
            {move || name.with(|name| initial(name))}
        </span>
    }
}
