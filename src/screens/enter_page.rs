//! The enter page: one field, one button.

use crate::{
    client::form::{Form, Refused},
    features::{
        accounts::{WORDS, api::Enter},
        people::model::MAX_NAME,
        preferences::switches::{LanguageSwitch, ThemeSwitch},
    },
    i18n::{self, Lang, PRODUCT},
    model::route::Route,
};
use leptos::prelude::*;
use server_fn::ServerFn;

/// `/enter`. The form always posts and loads the page anew: who one is changes everything on it.
#[component]
pub fn EnterPage(lang: Lang) -> impl IntoView {
    let words = lang.of(&WORDS);
    let back = Signal::from(Route::Enter);
    let (name, refusal) = Refused::take(Enter::PATH).map(|form| (form.name, form.error.message)).unzip();
    let is_refused = refusal.is_some();
    view! {
        <main class="door" id="page">
            <div class="door-card">
                <p class="wordmark" aria-hidden="true">
                    <Mark />
                    {PRODUCT}
                </p>
                <h1>{words.enter_title}</h1>
                <p class="about">{lang.of(&i18n::WORDS).about}</p>
                <Form call=Enter { name: String::new() }>
                    <label for="name">{words.your_name}</label>
                    // The limit counts UTF-16 units here and characters on the server: twice as many can never be too few.
                    <input
                        id="name"
                        name="name"
                        dir="auto"
                        required
                        autofocus
                        maxlength=(2 * MAX_NAME).to_string()
                        autocomplete="nickname"
                        value=name
                        aria-invalid=is_refused.then_some("true")
                        aria-describedby=if is_refused { "name-error" } else { "name-help" }
                    />
                    {refusal.map(|words| view! { <p class="refusal" id="name-error" role="alert">{words}</p> })}
                    <p class="help" id="name-help">{words.name_help}</p>
                    <button class="button primary">{words.enter}</button>
                </Form>
                <a class="door-link" href=Route::SignIn.to_string()>{words.sign_in}</a>
                <div class="door-foot">
                    <LanguageSwitch lang back />
                    <ThemeSwitch lang back />
                </div>
            </div>
        </main>
    }
}

/// The mark of Rill: water over three stones, as in `public/icon.svg`.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark-rill" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M4 8.5c2.7-2.6 5.3-2.6 8 0s5.3 2.6 8 0M4 15.5c2.7-2.6 5.3-2.6 8 0s5.3 2.6 8 0" />
        </svg>
    }
}
