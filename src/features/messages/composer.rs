//! The message box. It is a plain form and the field is uncontrolled: nothing here writes into it, so what was typed before
//! the page came alive, or while an input method composes, stays as it is.

use super::{
    compose,
    model::{MAX_TEXT, tidy},
};
use crate::{
    app::state::{AppState, LinkState},
    model::ids::RoomId,
    ui::icon::{Icon, icon},
};
use leptos::{html, prelude::*};

/// From how many characters on the count is shown (UX 38: nine tenths of the limit).
const COUNT_FROM: usize = MAX_TEXT / 10 * 9;

/// The box for `room`. `key` is the server's, for a form that is posted before or without the script.
#[component]
pub fn Composer(state: AppState, room: RoomId, #[prop(into)] name: Signal<String>, key: String) -> impl IntoView {
    let strings = state.lang.strings();
    let field = NodeRef::<html::Textarea>::new();
    // None until the field has been read: the server cannot know what is in it.
    let length = RwSignal::new(None::<usize>);
    let measure = move || {
        if let Some(field) = field.get_untracked() {
            length.set(Some(tidy(&field.value()).chars().count()));
        }
    };
    let session = state.inner.with(|inner| inner.session.clone());
    compose::adopt(field, &state, room);
    Effect::new(move |_| {
        field.track();
        measure();
    });

    let link = state.link;
    let offline = move || link.get() == LinkState::Reconnecting;
    let hint = move || if offline() { strings.offline_hint } else { strings.keys_hint };

    let (typed, pressed, posted) = (state.clone(), state.clone(), state);
    let words = move || (strings.message_room)(&name.get());
    let refused = move || length.get().map(|n| if n == 0 || n > MAX_TEXT { "true" } else { "false" });
    let count = move || {
        length.get().filter(|n| *n >= COUNT_FROM).map(|n| match MAX_TEXT.checked_sub(n) {
            Some(left) => view! { <span class="count">{(strings.characters_left)(left)}</span> },
            None => view! { <span class="count over">{(strings.characters_over)(n - MAX_TEXT)}</span> },
        })
    };

    view! {
        <form
            class="compose"
            method="post"
            action="/api/messages/send"
            on:submit=move |event| {
                compose::on_submit(&event, &posted, room);
                measure();
            }
        >
            <div class="card">
                <input type="hidden" name="room" value=room.to_string() />
                <input type="hidden" name="key" value=key />
                <input type="hidden" name="session" value=session />
                <label class="hidden" for="message-box">{words}</label>
                <textarea
                    id="message-box"
                    name="text"
                    rows="1"
                    node_ref=field
                    placeholder=words
                    enterkeyhint="enter"
                    on:keydown=move |event| {
                        compose::on_keydown(&event, &pressed, room);
                        measure();
                    }
                    on:input=move |event| {
                        compose::on_input(&event, &typed, room);
                        measure();
                    }
                ></textarea>
                <button class="send" aria-label=strings.send title=strings.send aria-disabled=refused>{icon(Icon::Send)}</button>
            </div>
            <p class="under">
                <span class="keys" class:offline=offline>{hint}</span>
                {count}
            </p>
        </form>
    }
}
