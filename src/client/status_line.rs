//! What people see of the connection: nothing while it holds, one quiet line over the page while it does not.

use crate::{
    app::state::{AppState, LinkState},
    ui::icon::{Icon, icon},
};
use leptos::prelude::*;

/// The line, and the sentence for a page whose script never came (the page's inline script un-hides it; without JavaScript
/// the style sheet does).
#[component]
pub fn Status(state: AppState) -> impl IntoView {
    let strings = state.lang.strings();
    let link = state.link;
    let words = move || {
        let (class, words) = match link.get() {
            LinkState::Online | LinkState::Interrupted => return None,
            LinkState::Reconnecting => ("notice", strings.reconnecting),
            LinkState::Back => ("notice well", strings.back_online),
            LinkState::Ended => ("notice", strings.session_ended),
        };
        let again = (link.get() == LinkState::Ended).then(|| view! { <a href="/enter">{strings.enter_again}</a> });
        Some(view! { <p class=class>{words} {again}</p> })
    };
    let (notice, update_ready) = (state.notice, state.update_ready);
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
            // A draft is never lost to an update: people reload when it suits them (UX 46).
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
