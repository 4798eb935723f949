//! The status line: nothing while the connection holds, one quiet line over the page while it does not; and the last refusal.

use super::{connection_status::ConnectionStatus, page::Page};
use crate::ui::icon::{Icon, icon};
use leptos::prelude::*;

/// The line, and the sentence for a page whose script never came: the page's inline script shows it, or without JavaScript the
/// style sheet.
#[component]
pub fn StatusLine() -> impl IntoView {
    let page = expect_context::<Page>();
    let strings = page.lang.strings();
    let connection = page.connection;
    let words = move || {
        let (class, words) = match connection.get() {
            ConnectionStatus::Online | ConnectionStatus::Interrupted => return None,
            ConnectionStatus::Reconnecting => ("notice", strings.reconnecting),
            ConnectionStatus::Back => ("notice well", strings.back_online),
            ConnectionStatus::Ended => ("notice", strings.session_ended),
        };
        let again = (connection.get() == ConnectionStatus::Ended).then(|| view! { <a href="/enter">{strings.enter_again}</a> });
        Some(view! { <p class=class>{words} {again}</p> })
    };
    let (notice, update_ready) = (page.notice, page.update_ready);
    let refused = move || {
        notice.get().map(|error| {
            view! {
                <p class="notice wrong">
                    {strings.error(&error)}
                    <button type="button" aria-label=strings.close title=strings.close on:click=move |_| notice.set(None)>
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
                    {strings.update_ready}
                    <button type="button" on:click=reload>{strings.reload}</button>
                </p>
            }
        })
    };
    view! {
        <div class="status" role="status">{words} {refused} {update}</div>
        <p id="no-live" role="status" hidden>{strings.no_live}</p>
    }
}
