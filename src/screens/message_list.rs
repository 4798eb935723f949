//! The scroller with a room's messages, newest in view without a script: one list in reading order inside a reversed column.

use super::message_row::MessageRow;
use crate::{
    client::page::Page,
    features::{
        messages::{
            WORDS,
            cached_body::CachedBodies,
            room_view::{RoomView, RowHandle},
            state::Messages,
        },
        people::state::People,
    },
    model::scope::Scope,
    ui::{
        icon::{Icon, icon},
        keyed::each,
    },
};
use leptos::{either::Either, html, prelude::*};

/// The messages of `view`, with what lies beyond both ends of the stretch that is loaded.
#[component]
pub fn MessageList(view: RoomView, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let (page, messages, people) = (expect_context::<Page>(), expect_context::<Messages>(), expect_context::<People>());
    let words = page.lang.of(&WORDS);
    let list = NodeRef::<html::Section>::new();
    messages.attach_list(list, &view);
    let RoomView { scope, rows, target, .. } = view;
    let bodies = CachedBodies::here();
    let row = move |handle: RowHandle| {
        view! { <MessageRow page messages people scope handle target bodies=bodies.clone() /> }
    };

    view! {
        <div class="history">
            <section class="list" node_ref=list tabindex="0" aria-label=move || (words.messages_in)(&name.get())>
                <ol role="list">
                    {top(page, messages, &view, name)}
                    {each(move || rows.get(), |handle| handle.key.0.clone(), row)}
                </ol>
            </section>
            {pill(page, messages, &view)}
        </div>
    }
}

/// Above the first row: the way to older messages, or the room's beginning.
fn top(page: Page, messages: Messages, view: &RoomView, name: Signal<String>) -> impl IntoView + use<> {
    let words = page.lang.of(&WORDS);
    let RoomView { scope, rows, at_start, loading_older, .. } = *view;
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let oldest = move || rows.with(|rows| rows.iter().find_map(|handle| handle.row.with_untracked(|row| row.id)));
    move || {
        if at_start.get() {
            Either::Left(view! {
                <li class="beginning">
                    <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
                    <p class="beginning-title">{move || name.with(|name| (words.beginning)(name))}</p>
                    {move || empty.get().then(|| view! { <p>{words.beginning_help}</p> })}
                </li>
            })
        } else {
            Either::Right(view! {
                <li class="older">
                    <a
                        class="button quiet"
                        href=move || older_path(scope, oldest().map_or(0, |id| id.0))
                        on:click=move |event| {
                            event.prevent_default();
                            messages.load_older(scope);
                        }
                    >
                        {icon(Icon::Up)}
                        {move || if loading_older.get() { words.loading } else { words.older }}
                    </a>
                </li>
            })
        }
    }
}

/// `/rooms/3?before=120`: the page without JavaScript; message 0 stands for none, which is the newest page.
fn older_path(scope: Scope, oldest: u64) -> String {
    let room = scope.room;
    if oldest == 0 { format!("/rooms/{room}") } else { format!("/rooms/{room}?before={oldest}") }
}

/// At the list's lower edge: how much is new below, or the way back to the newest when the stretch does not reach it.
fn pill(page: Page, messages: Messages, view: &RoomView) -> impl IntoView + use<> {
    let words = page.lang.of(&WORDS);
    let RoomView { scope, at_end, unseen, .. } = *view;
    let label = move || match unseen.get() {
        0 => words.jump_to_latest.to_owned(),
        n => (words.new_messages)(n),
    };
    let due = Memo::new(move |_| unseen.get() > 0 || !at_end.get());
    move || {
        due.get().then(|| {
            view! {
                <a
                    class="pill"
                    href=format!("/rooms/{}", scope.room)
                    on:click=move |event| {
                        event.prevent_default();
                        messages.jump_to_latest(scope);
                    }
                >
                    {label}
                    {icon(Icon::Down)}
                </a>
            }
        })
    }
}

/// Grey rows while a room is on its way; they show only once that takes long enough to be noticed.
#[component]
pub fn Skeleton(words: &'static str) -> impl IntoView {
    view! {
        <div class="history skeleton" role="status">
            <span class="hidden">{words}</span>
            {(0..5).map(|_| view! { <div class="bone" aria-hidden="true"><i></i><b></b><b></b></div> }).collect_view()}
        </div>
    }
}
