//! Opening a room, naming it anew, joining it: plain forms that a script makes quicker.

use super::{
    api::{CreateRoom, JoinRoom, RenameRoom},
    model::RoomKind,
    state::{RoomAction, Rooms},
    words::WORDS,
};
use crate::{
    client::{
        form::{Form, Refused},
        page::Page,
    },
    i18n::{self, Lang},
    model::{argument::Argument, error::AppError, ids::RoomId, route::Route},
    ui::{
        icon::{Icon, icon},
        menu,
        reactive::reactive,
    },
};
use leptos::{html, prelude::*, task::spawn_local};
use server_fn::ServerFn;

/// The words for a refusal under a form; nothing while all is well.
fn refusal(refused: RwSignal<Option<AppError>>, lang: Lang) -> impl IntoView {
    let existing = move |room| view! { " " <a href=Route::Room(room).to_string()>{lang.of(&WORDS).open_existing}</a> };
    reactive(move || {
        refused.get().map(|error| {
            // The server has said it; what only the browser knows, it has not.
            let words = if error.message.is_empty() { error.words(lang).to_owned() } else { error.message };
            view! { <p class="refusal" role="alert">{words} {error.room.map(existing)}</p> }
        })
    })
}

/// The last line of the list of rooms: opens the form for a new one.
#[component]
pub fn NewRoom() -> impl IntoView {
    let (lang, rooms) = (expect_context::<Page>().lang, expect_context::<Rooms>());
    let words = lang.of(&WORDS);
    let field = NodeRef::<html::Input>::new();
    let private = NodeRef::<html::Input>::new();
    let form = Refused::take(CreateRoom::PATH);
    let was_private = form.as_ref().is_some_and(|form| form.kind == RoomKind::Private);
    let (typed, error) = form.map(|form| (form.name, form.error)).unzip();
    let (open, refused) = (error.is_some(), RwSignal::new(error));
    // A second click while the first is under way would open a second room.
    let under_way = StoredValue::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(name) = field.get_untracked().map(|field| field.value()) else { return };
        if under_way.try_get_value() != Some(false) {
            return;
        }
        let checked = private.get_untracked().is_some_and(|private| private.checked());
        let kind = if checked { RoomKind::Private } else { RoomKind::Open };
        under_way.set_value(true);
        spawn_local(async move {
            let outcome = rooms.act(RoomAction::Create(name, kind)).await;
            under_way.try_set_value(false);
            if outcome.is_ok() {
                menu::close_around(&event);
                field.get_untracked().inspect(|field| field.set_value(""));
                private.get_untracked().inspect(|private| private.set_checked(false));
            }
            let _ = refused.try_set(outcome.err());
        });
    };
    let fields = CreateRoom { name: String::new(), kind: Argument::MISSING, topic: String::new(), users: Argument::MISSING };
    view! {
        <details class="new-room" open=open on:toggle=menu::on_toggle on:keydown=menu::on_keydown>
            <summary class="room">{icon(Icon::Plus)}<span>{words.new_room}</span></summary>
            <Form call=fields on:submit=submit>
                <label class="hidden" for="new-room">{words.room_name}</label>
                <input
                    id="new-room"
                    name="name"
                    dir="auto"
                    required
                    autocomplete="off"
                    placeholder=words.room_name
                    value=typed
                    node_ref=field
                />
                <button class="button">{words.create}</button>
                <label class="choice">
                    <input type="checkbox" name="kind" value=RoomKind::Private.to_string() checked=was_private node_ref=private />
                    <span>{words.private}</span>
                </label>
                <small>{words.kind_help}</small>
                {refusal(refused, lang)}
            </Form>
        </details>
    }
}

/// In the head of a room one has opened oneself: gives it another name.
#[component]
pub fn Rename(room: RoomId, name: Signal<String>) -> impl IntoView {
    let (lang, rooms) = (expect_context::<Page>().lang, expect_context::<Rooms>());
    let words = lang.of(&WORDS);
    let field = NodeRef::<html::Input>::new();
    let (typed, error) = Refused::take(RenameRoom::PATH).map(|form| (form.name, form.error)).unzip();
    let (is_open, refused) = (error.is_some(), RwSignal::new(error));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(wished) = field.get_untracked().map(|field| field.value()) else { return };
        if wished == name.get_untracked() {
            return menu::close_around(&event);
        }
        spawn_local(async move {
            let outcome = rooms.act(RoomAction::Rename(room, wished)).await;
            if outcome.is_ok() {
                menu::close_around(&event);
            }
            let _ = refused.try_set(outcome.err());
        });
    };
    let fill = move || drop(field.get_untracked().inspect(|field| field.set_value(&name.get_untracked())));
    // The name may have changed since the form was last open.
    let open = move |event: leptos::ev::Event| {
        fill();
        menu::on_toggle(event);
    };
    let cancel = move |event: leptos::ev::MouseEvent| {
        fill();
        refused.set(None);
        menu::close_around(&event);
    };
    view! {
        <details class="menu rename" open=is_open on:toggle=open on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary aria-label=words.rename title=words.rename>{icon(Icon::Pencil)}</summary>
            <Form
                call=RenameRoom { room: room.into(), name: String::new() }
                attr:class="panel"
                attr:tabindex="-1"
                on:submit=submit
            >
                <label for="rename-room">{words.room_name}</label>
                <input
                    id="rename-room"
                    name="name"
                    dir="auto"
                    required
                    autocomplete="off"
                    value=typed.unwrap_or_else(|| name.get_untracked())
                    node_ref=field
                />
                {refusal(refused, lang)}
                <div class="actions-row">
                    <button class="button cancel" type="button" on:click=cancel>{lang.of(&i18n::WORDS).cancel}</button>
                    <button class="button primary">{words.save}</button>
                </div>
            </Form>
        </details>
    }
}

/// The one action of a room one is not in.
#[component]
pub fn Join(room: RoomId) -> impl IntoView {
    let (lang, rooms) = (expect_context::<Page>().lang, expect_context::<Rooms>());
    let words = lang.of(&WORDS);
    let refused = RwSignal::new(None);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            let outcome = rooms.act(RoomAction::Join(room)).await;
            let _ = refused.try_set(outcome.err());
        });
    };
    view! {
        <Form call=JoinRoom { room: room.into() } on:submit=submit>
            <button class="button primary">{words.join}</button>
            {refusal(refused, lang)}
        </Form>
    }
}
