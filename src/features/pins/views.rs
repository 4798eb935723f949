//! What pins show: a button and a note in a message's row, and the list in a room's head.

use super::{
    api::SetPin,
    model::PinnedMessage,
    state::Pins,
    words::{WORDS, Words},
};
use crate::{
    client::{form::Form, page::Page},
    features::people::state::People,
    model::{
        argument::Argument,
        ids::{MessageId, RoomId},
        route::Route,
    },
    ui::{icon::drawn, keyed::each, menu},
};
use leptos::{either::Either, prelude::*};

/// A pushpin on a grid of 24.
const PIN: &str = "M9 4h6l-.6 6.2 3.1 3.3v1.5H6.5v-1.5l3.1-3.3zM12 15v5.5";
/// Characters of a message that the list shows.
const EXCERPT: usize = 140;

/// Ids of the two forms of a room. All buttons share them, so that a row has no form of its own.
const PIN_FORM: &str = "pin";
const UNPIN_FORM: &str = "unpin";

/// Pins a message or takes its pin off. Without a script it submits one of [`PinForms`].
#[component]
pub fn PinButton(message: MessageId) -> impl IntoView {
    let (page, pins) = (expect_context::<Page>(), expect_context::<Pins>());
    let words = page.lang.of(&WORDS);
    let pinned = Memo::new(move |_| pins.is_pinned(message));
    let label = move || if pinned.get() { words.unpin } else { words.pin };
    let click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        pins.set(message, !pinned.get_untracked());
    };
    view! {
        <button
            class="tool"
            form=move || if pinned.get() { UNPIN_FORM } else { PIN_FORM }
            name="message"
            value=message.to_string()
            aria-label=label
            title=label
            aria-pressed=move || if pinned.get() { "true" } else { "false" }
            on:click=click
        >
            {drawn(PIN)}
        </button>
    }
}

/// The forms that pin buttons submit.
#[component]
fn PinForms() -> impl IntoView {
    let call = |on: bool| SetPin { message: Argument::default(), on: on.into() };
    view! {
        <Form call=call(true) attr:id=PIN_FORM attr:hidden=true>""</Form>
        <Form call=call(false) attr:id=UNPIN_FORM attr:hidden=true>""</Form>
    }
}

/// Says in a pinned message's row who has pinned it.
#[component]
pub fn PinNote(message: MessageId) -> impl IntoView {
    let (page, pins, people) = (expect_context::<Page>(), expect_context::<Pins>(), expect_context::<People>());
    let by = Memo::new(move |_| pins.pin(message).map(|pin| pin.by));
    move || {
        by.get().map(|by| {
            let name = people.name(by);
            let note = move || name.with(|name| (page.lang.of(&WORDS).pinned_by)(name));
            view! { <p class="pinned">{drawn(PIN)}<span>{note}</span></p> }
        })
    }
}

/// The pinned messages of a room, in its head.
#[component]
pub fn PinList(room: RoomId) -> impl IntoView {
    let (page, pins, people) = (expect_context::<Page>(), expect_context::<Pins>(), expect_context::<People>());
    let words = page.lang.of(&WORDS);
    pins.show(room);
    let items = Memo::new(move |_| pins.list(room));
    let count = Memo::new(move |_| items.with(Vec::len));
    let title = move || (words.pinned_messages)(count.get());
    let item = move |item: PinnedMessage| view! { <Item item words people /> };
    let list = move || match count.get() == 0 {
        true => Either::Left(view! {
            <p class="nothing">{words.nothing_pinned}</p>
            <p>{words.nothing_pinned_help}</p>
        }),
        false => Either::Right(view! { <ol role="list">{each(move || items.get(), key, item)}</ol> }),
    };
    view! {
        <PinForms />
        <details class="menu pins" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary aria-label=title title=title>
                {drawn(PIN)}
                {move || (count.get() > 0).then(|| view! { <span>{count}</span> })}
            </summary>
            <div class="panel" tabindex="-1">{list}</div>
        </details>
    }
}

/// A pin that was set anew, or a message that changed, is drawn anew.
fn key(item: &PinnedMessage) -> String {
    let mut key = item.seq.to_string();
    key.push(' ');
    key.push_str(&item.message.seq.to_string());
    key
}

#[component]
fn Item(item: PinnedMessage, words: &'static Words, people: People) -> impl IntoView {
    let PinnedMessage { message, .. } = item;
    // White space at the edges and between words is not shown.
    let excerpt = excerpt(&message.body.words(2 * EXCERPT));
    let excerpt = if excerpt.is_empty() { words.go_to_message.to_owned() } else { excerpt };
    let name = people.name(message.author);
    view! {
        <li>
            <a href=Route::Message(message.room, message.id).to_string()>
                <bdi class="author">{name}</bdi>
                <bdi class="excerpt">{excerpt}</bdi>
            </a>
            <PinButton message=message.id />
        </li>
    }
}

/// Returns the first characters of a text, on one line.
fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(EXCERPT) {
        Some((at, _)) => [&line[..at], "…"].concat(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::samples;

    #[test]
    fn excerpt_has_the_words_without_their_marks() {
        let text = "**agenda**: [the _plan_](https://example.org)\nand `code`\n\n- one\n- two\n\n> said\n\n```rust\nlet a;\n```";
        let words = samples::message(1, text).body.words(2 * EXCERPT);
        assert_eq!(excerpt(&words), "agenda: the plan and code one two said let a;");
        let long = samples::message(2, &"word ".repeat(1_000)).body.words(2 * EXCERPT);
        assert_eq!(excerpt(&long).chars().count(), EXCERPT + 1);
    }

    #[test]
    fn excerpt_is_one_line_and_ends_between_characters() {
        assert_eq!(excerpt("  one\n\n two\t"), "one two");
        assert_eq!(excerpt(""), "");
        let long = "字".repeat(EXCERPT + 1);
        assert_eq!(excerpt(&long), "字".repeat(EXCERPT) + "…");
        assert_eq!(excerpt(&"字".repeat(EXCERPT)), "字".repeat(EXCERPT));
    }
}
