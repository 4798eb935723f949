//! Language and theme as rows of buttons in plain forms. Language reloads the page; theme is changed in place where it can be.

use super::{
    api::SetPreferences,
    state::Preferences,
    words::{WORDS, Words},
};
use crate::{
    client::form::Form,
    i18n::Lang,
    model::{argument::Argument, initial_data::Theme, route::Route},
};
use leptos::prelude::*;

/// The call without arguments: each button carries its own.
const UNSET: SetPreferences = SetPreferences { lang: Argument::MISSING, theme: Argument::MISSING };

/// System, light, dark. `back` is where the form returns to.
#[component]
pub fn ThemeSwitch(lang: Lang, #[prop(into)] back: Signal<Route>) -> impl IntoView {
    let words = lang.of(&WORDS);
    let preferences = expect_context::<Preferences>();
    let choices = Theme::ALL.map(|theme| {
        view! {
            <button
                name="theme"
                value=theme.as_str()
                aria-pressed=move || if preferences.theme.get() == theme { "true" } else { "false" }
                on:click=move |event| {
                    if preferences.is_live() {
                        event.prevent_default();
                        preferences.set_theme(theme);
                    }
                }
            >
                {name(words, theme)}
            </button>
        }
    });
    view! {
        <Form call=UNSET back>
            <div class="switch" role="group" aria-label=words.theme>{choices.collect_view()}</div>
        </Form>
    }
}

fn name(words: &Words, theme: Theme) -> &'static str {
    match theme {
        Theme::System => words.theme_system,
        Theme::Light => words.theme_light,
        Theme::Dark => words.theme_dark,
    }
}

/// English, 中文: each in its own language, so that one can find home from either.
#[component]
pub fn LanguageSwitch(lang: Lang, #[prop(into)] back: Signal<Route>) -> impl IntoView {
    let choices = [(Lang::En, "English"), (Lang::Zh, "中文")].map(|(choice, name)| {
        let pressed = if choice == lang { "true" } else { "false" };
        view! { <button name="lang" value=choice.tag() lang=choice.tag() aria-pressed=pressed>{name}</button> }
    });
    view! {
        <Form call=UNSET back>
            <div class="switch" role="group" aria-label=lang.of(&WORDS).language>{choices.collect_view()}</div>
        </Form>
    }
}
