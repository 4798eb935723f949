//! The status line: nothing while the connection holds, one quiet line over the page while it does not; and the last refusal.

use super::{connection_status::ConnectionStatus, page::Page, words::WORDS};
use crate::{
    i18n,
    model::route::Route,
    ui::{
        icon::{Icon, icon},
        reactive::reactive,
    },
};
use leptos::prelude::*;

/// The line, and the sentence for a page whose script never came: the page's inline script shows it, or without JavaScript the
/// style sheet.
#[component]
pub fn StatusLine() -> impl IntoView {
    let page = expect_context::<Page>();
    let (words, shared) = (page.lang.of(&WORDS), page.lang.of(&i18n::WORDS));
    let connection = page.connection;
    let status = move || {
        let (class, text) = match connection.get() {
            ConnectionStatus::Online | ConnectionStatus::Interrupted => return None,
            ConnectionStatus::Reconnecting => ("notice", words.reconnecting),
            ConnectionStatus::Back => ("notice well", words.back_online),
            ConnectionStatus::Ended => ("notice", shared.session_ended),
        };
        let again = (connection.get() == ConnectionStatus::Ended)
            .then(|| view! { <a href=Route::Enter.to_string()>{shared.enter_again}</a> });
        Some(view! { <p class=class>{text} {again}</p> })
    };
    let (notice, update_ready) = (page.notice, page.update_ready);
    let refused = move || {
        notice.get().map(|error| {
            view! {
                <p class="notice wrong">
                    {error.spoken(page.lang).message}
                    <button type="button" aria-label=words.close title=words.close on:click=move |_| notice.set(None)>
                        {icon(Icon::Close)}
                    </button>
                </p>
            }
        })
    };
    let update = move || {
        update_ready.get().then(|| {
            // A draft is never lost to an update: people reload when it suits them.
            let reload = move |_| {
                let _ = window().location().reload();
            };
            view! {
                <p class="notice">
                    {words.update_ready}
                    <button type="button" on:click=reload>{words.reload}</button>
                </p>
            }
        })
    };
    view! {
        <div class="status" role="status">{reactive(status)} {reactive(refused)} {reactive(update)}</div>
        <p id="no-live" role="status" hidden>{words.no_live}</p>
    }
}
