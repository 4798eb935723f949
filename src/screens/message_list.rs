//! The scroller with a room's messages, newest in view without a script: one list in reading order inside a reversed column.

use super::{cached_row::Once, message_row::MessageRow};
use crate::{
    app::state::{AppState, RoomView, RowHandle},
    features::messages::scroll,
    model::ids::RoomId,
    ui::{
        icon::{Icon, icon},
        keyed::each,
    },
};
use leptos::{either::Either, html, prelude::*};

/// The messages of `view`, with what lies beyond both ends of the stretch that is loaded.
#[component]
pub fn MessageList(state: AppState, view: RoomView, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let strings = state.lang.strings();
    let list = NodeRef::<html::Section>::new();
    scroll::attach(list, &state, &view);
    let RoomView { room, rows, target, .. } = view;
    let (drawn, once) = (state.clone(), Once::here());
    let row = move |handle: RowHandle| {
        once.row(drawn.clone(), handle, target, move |state, handle| view! { <MessageRow state room handle target /> })
    };

    view! {
        <div class="history">
            <section class="list" node_ref=list tabindex="0" aria-label=move || (strings.messages_in)(&name.get())>
                <ol role="list">
                    {top(state.clone(), &view, name)}
                    {each(move || rows.get(), |handle| handle.key.0.clone(), row)}
                </ol>
            </section>
            {pill(state, &view)}
        </div>
    }
}

/// Above the first row: the way to older messages, or the room's beginning.
fn top(state: AppState, view: &RoomView, name: Signal<String>) -> impl IntoView + use<> {
    let strings = state.lang.strings();
    let RoomView { room, rows, at_start, loading_older, .. } = *view;
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let oldest = move || rows.with(|rows| rows.iter().find_map(|handle| handle.row.with_untracked(|row| row.id)));
    move || {
        if at_start.get() {
            Either::Left(view! {
                <li class="beginning">
                    <span class="mark" aria-hidden="true">{icon(Icon::Hash)}</span>
                    <p class="beginning-title">{move || name.with(|name| (strings.beginning)(name))}</p>
                    {move || empty.get().then(|| view! { <p>{strings.beginning_help}</p> })}
                </li>
            })
        } else {
            let state = state.clone();
            Either::Right(view! {
                <li class="older">
                    <a
                        class="button quiet"
                        href=move || older_path(room, oldest().map_or(0, |id| id.0))
                        on:click=move |event| {
                            event.prevent_default();
                            state.load_older(room);
                        }
                    >
                        {icon(Icon::Up)}
                        {move || if loading_older.get() { strings.loading } else { strings.older }}
                    </a>
                </li>
            })
        }
    }
}

/// `/rooms/3?before=120`: the page without JavaScript; message 0 stands for none, which is the newest page.
fn older_path(room: RoomId, oldest: u64) -> String {
    if oldest == 0 { format!("/rooms/{room}") } else { format!("/rooms/{room}?before={oldest}") }
}

/// At the list's lower edge: how much is new below, or the way back to the newest when the stretch does not reach it.
fn pill(state: AppState, view: &RoomView) -> impl IntoView + use<> {
    let strings = state.lang.strings();
    let RoomView { room, at_end, unseen, .. } = *view;
    let words = move || match unseen.get() {
        0 => strings.jump_to_latest.to_owned(),
        n => (strings.new_messages)(n),
    };
    let due = Memo::new(move |_| unseen.get() > 0 || !at_end.get());
    move || {
        let state = state.clone();
        due.get().then(|| {
            view! {
                <a
                    class="pill"
                    href=format!("/rooms/{room}")
                    on:click=move |event| {
                        event.prevent_default();
                        state.jump_to_latest(room);
                    }
                >
                    {words}
                    {icon(Icon::Down)}
                </a>
            }
        })
    }
}

/// Grey rows while a room is on its way; they show only once that takes long enough to be noticed (UX 6).
#[component]
pub fn Skeleton(words: &'static str) -> impl IntoView {
    view! {
        <div class="history skeleton" role="status">
            <span class="hidden">{words}</span>
            {(0..5).map(|_| view! { <div class="bone" aria-hidden="true"><i></i><b></b><b></b></div> }).collect_view()}
        </div>
    }
}
