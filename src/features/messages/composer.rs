//! The message box. It is a plain form and the field is uncontrolled: nothing here writes into it, so what was typed before
//! the page came alive, or while an input method composes, stays as it is.

use super::{
    api::SendMessage,
    model::{MAX_TEXT, tidy},
    state::Messages,
    words::WORDS,
};
use crate::{
    client::{connection_status::ConnectionStatus, form::Form, page::Page},
    model::{argument::Argument, scope::Scope},
    ui::{
        icon::{Icon, icon},
        reactive::reactive,
    },
};
use leptos::{html, prelude::*};

/// Characters from which on the count is shown: nine tenths of the limit.
const COUNT_FROM: usize = MAX_TEXT / 10 * 9;

/// The box for `scope`. `key` is the server's, for a form that is posted before or without the script.
#[component]
pub fn Composer(scope: Scope, #[prop(into)] name: Signal<String>, key: String) -> impl IntoView {
    let (page, messages) = (expect_context::<Page>(), expect_context::<Messages>());
    let words = page.lang.of(&WORDS);
    let field = NodeRef::<html::Textarea>::new();
    // None until the field has been read: the server cannot know what is in it.
    let length = RwSignal::new(None::<usize>);
    let measure = move || {
        if let Some(field) = field.get_untracked() {
            length.set(Some(tidy(&field.value()).chars().count()));
        }
    };
    messages.adopt_field(field, scope);
    Effect::new(move |_| {
        field.track();
        measure();
    });

    let offline = move || page.connection.get() == ConnectionStatus::Reconnecting;
    let hint = move || if offline() { words.offline_hint } else { words.keys_hint };

    let label = move || (words.message_room)(&name.get());
    let refused = move || length.get().map(|n| if n == 0 || n > MAX_TEXT { "true" } else { "false" });
    let count = move || {
        let left = length.get().filter(|n| *n >= COUNT_FROM).and_then(|n| MAX_TEXT.checked_sub(n));
        left.map(|left| view! { <span class="count">{(words.characters_left)(left)}</span> })
    };
    let over = move || {
        let over = length.get().filter(|n| *n > MAX_TEXT).map(|n| n - MAX_TEXT);
        over.map(|over| view! { <span class="count over">{(words.characters_over)(over)}</span> })
    };

    view! {
        <Form
            call=SendMessage { room: scope.room.into(), key: Argument::MISSING, text: String::new() }
            attr:class="compose"
            on:submit=move |event| {
                messages.on_submit(&event, scope);
                measure();
            }
        >
            <div class="card">
                // Always there, though empty where the page has no key yet: the browser gives it one.
                <input type="hidden" name="key" value=key />
                <label class="hidden" for="message-box">{reactive(label)}</label>
                <textarea
                    id="message-box"
                    name="text"
                    rows="1"
                    dir="auto"
                    node_ref=field
                    placeholder=label
                    enterkeyhint="enter"
                    on:keydown=move |event| {
                        messages.on_keydown(&event, scope);
                        measure();
                    }
                    on:input=move |event| {
                        messages.on_input(&event, scope);
                        measure();
                    }
                ></textarea>
                <button class="send" aria-label=words.send title=words.send aria-disabled=refused>{icon(Icon::Send)}</button>
            </div>
            <p class="under">
                <span class="keys" class:offline=offline>{reactive(hint)}</span>
                <span aria-live="polite">{reactive(over)}</span>
                {reactive(count)}
            </p>
        </Form>
    }
}
