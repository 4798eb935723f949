//! What pins show: a button and a note in a message's row, and the list in a room's head.

use super::{
    api::SetPin,
    model::PinnedMessage,
    state::Pins,
    words::{WORDS, Words},
};
use crate::{
    client::{
        form::{Form, named_form},
        page::Page,
    },
    features::{messages, people::state::People},
    model::{
        argument::Argument,
        ids::{MessageId, RoomId},
        route::Route,
    },
    ui::{icon::drawn, keyed::each, menu, reactive::reactive},
};
use leptos::{either::Either, prelude::*};

/// A pushpin on a grid of 24.
const PIN: &str = "M9 4h6l-.6 6.2 3.1 3.3v1.5H6.5v-1.5l3.1-3.3zM12 15v5.5";
/// Ids of the two forms of a room. All buttons share them, so that a row has no form of its own.
const PIN_FORM: &str = "pin";
const UNPIN_FORM: &str = "unpin";

/// Pins a message or takes its pin off. Without a script it submits one of [`PinForms`].
#[component]
pub fn PinButton(message: MessageId) -> impl IntoView {
    let (page, pins) = (expect_context::<Page>(), expect_context::<Pins>());
    let words = page.lang.of(&WORDS);
    let pinned = Memo::new(move |_| pins.pinned(message).0);
    reactive(move || {
        let pinned = pinned.get();
        let label = if pinned { words.unpin } else { words.pin };
        let click = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            pins.set(message, !pinned);
        };
        view! {
            <button
                class="tool glyph"
                class:pressed=pinned
                form=named_form(page, if pinned { UNPIN_FORM } else { PIN_FORM })
                name="message"
                value=message.to_string()
                aria-label=label
                title=label
                on:click=click
            ></button>
        }
    })
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
    let by = Memo::new(move |_| pins.pinned(message).1);
    reactive(move || {
        by.get().map(|by| {
            let name = people.name(by);
            let note = move || name.with(|name| (page.lang.of(&WORDS).pinned_by)(name));
            view! { <p class="pinned">{drawn(PIN)}<span>{reactive(note)}</span></p> }
        })
    })
}

/// The pinned messages of a room, in its head.
#[component]
pub fn PinList(room: RoomId) -> impl IntoView {
    let (page, pins, people) = (expect_context::<Page>(), expect_context::<Pins>(), expect_context::<People>());
    let words = page.lang.of(&WORDS);
    pins.show(room);
    let items = Memo::new(move |_| pins.list(room));
    let count = Memo::new(move |_| items.with(Vec::len));
    let is_empty = Memo::new(move |_| count.get() == 0);
    let title = move || (words.pinned_messages)(count.get());
    let number = move || (count.get() > 0).then(|| view! { <span>{count.get().to_string()}</span> });
    let nothing = move || if pins.is_listed(room) { words.nothing_pinned } else { page.lang.of(&messages::WORDS).loading };
    let item = move |item: PinnedMessage| view! { <Item item words pins people room /> };
    // Drawn anew only where the list begins or ends: what stands in it stays.
    let list = move || match is_empty.get() {
        true => Either::Left(view! {
            <p class="nothing">{reactive(nothing)}</p>
            <p>{words.nothing_pinned_help}</p>
        }),
        false => Either::Right(view! { <ol role="list">{each(move || items.get(), key, item)}</ol> }),
    };
    view! {
        <PinForms />
        <details class="menu pins" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary aria-label=title title=title>
                {drawn(PIN)}
                {reactive(number)}
            </summary>
            <div class="panel" tabindex="-1">{reactive(list)}</div>
        </details>
    }
}

/// A pin that was set anew, or a message that changed, is drawn anew.
fn key(item: &PinnedMessage) -> String {
    let mut key = item.seq.to_string();
    key.push(' ');
    key.push_str(&item.changed.to_string());
    key
}

/// A message of the list, with the button that takes it out. That it stands in the list means that it is pinned.
#[component]
fn Item(item: PinnedMessage, words: &'static Words, pins: Pins, people: People, room: RoomId) -> impl IntoView {
    let PinnedMessage { message, author, excerpt, .. } = item;
    let click = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        menu::leave_item(&event);
        pins.set(message, false);
    };
    let name = people.name(author);
    view! {
        <li>
            <a href=Route::Message(room, message).to_string()>
                <bdi class="author" translate="no">{reactive(move || name.get())}</bdi>
                <bdi class="excerpt">{excerpt}</bdi>
            </a>
            <button
                class="tool pressed"
                form=UNPIN_FORM
                name="message"
                value=message.to_string()
                aria-label=words.unpin
                title=words.unpin
                on:click=click
            >
                {drawn(PIN)}
            </button>
        </li>
    }
}
