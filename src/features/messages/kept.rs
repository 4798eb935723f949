//! What the reader has written in a room that they cannot open any more: shown to them alone, to copy or to delete.

use super::words::WORDS;
use crate::{
    client::{page::Page, pending::Pending},
    i18n,
    model::ids::RoomId,
    ui::reactive::reactive,
};
use leptos::prelude::*;

/// Shows what was written for `room` and not sent. Hidden where there is nothing, and so until the page has come alive.
#[component]
pub fn KeptText(room: RoomId) -> impl IntoView {
    let (lang, pending) = (expect_context::<Page>().lang, expect_context::<Pending>());
    let (words, shared) = (lang.of(&WORDS), lang.of(&i18n::WORDS));
    view! {
        <section class="kept-text copied" aria-label=words.kept hidden=move || pending.kept(room).is_empty()>
            <p aria-hidden="true">{words.kept}</p>
            <pre tabindex="0" dir="auto" translate="no">{reactive(move || pending.kept(room))}</pre>
            <div class="actions-row">
                <button class="button" type="button" data-copy=shared.copied>{shared.copy}</button>
                <button class="button danger" type="button" on:click=move |_| pending.discard_kept(room)>{words.delete}</button>
            </div>
        </section>
    }
}
