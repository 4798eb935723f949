//! What people see of the connection: nothing while it holds, one quiet line over the page while it does not.

use super::state::{AppState, LinkState};
use leptos::prelude::*;

/// The line, and the sentence for a page whose script never came (the page's inline script un-hides it; without JavaScript
/// the style sheet does).
#[component]
pub fn Status(state: AppState) -> impl IntoView {
    let strings = state.lang.strings();
    let link = Memo::new(move |_| state.link.get());
    let words = move || match link.get() {
        LinkState::Online | LinkState::Interrupted => None,
        LinkState::Reconnecting => Some(view! { <p class="notice">{strings.reconnecting}</p> }.into_any()),
        LinkState::Back => Some(view! { <p class="notice well">{strings.back_online}</p> }.into_any()),
        LinkState::Ended => {
            let ended = view! {
                <p class="notice">
                    {strings.session_ended}
                    " "
                    <a href="/enter">{strings.enter_again}</a>
                </p>
            };
            Some(ended.into_any())
        }
    };
    view! {
        <div class="status" role="status">{words}</div>
        <p id="no-live" class="notice" hidden>{strings.no_live}</p>
    }
    .into_any()
}
