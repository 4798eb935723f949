//! The scroller with a room's messages, newest in view without a script: one list in reading order inside a reversed column.

use super::{
    cached_row::CachedRows,
    message_row::{DeleteForm, MessageRow},
};
use crate::{
    client::page::Page,
    features::{
        messages::{
            WORDS,
            room_view::{RoomView, RowHandle},
            state::Messages,
        },
        people::state::People,
        rooms::{self, model::RoomKind, state::Rooms},
    },
    i18n,
    model::{ids::MessageId, route::Route, scope::Scope},
    ui::{
        icon::{Icon, icon},
        keyed::each,
        reactive::reactive,
    },
};
use leptos::{
    either::{Either, EitherOf3},
    html,
    prelude::*,
};

/// Shows the messages of `view`, with a link at each end where there are more.
#[component]
pub fn MessageList(view: RoomView, #[prop(into)] name: Signal<String>) -> impl IntoView {
    let (page, messages, people) = (expect_context::<Page>(), expect_context::<Messages>(), expect_context::<People>());
    let words = page.lang.of(&WORDS);
    let list = NodeRef::<html::Section>::new();
    messages.attach_list(list, &view);
    let RoomView { scope, rows, target, .. } = view;
    let cached = CachedRows::here();
    let draw = move |handle: RowHandle| view! { <MessageRow page messages people scope handle target /> };
    let row = move |handle: RowHandle| cached.row(page, people, handle, target, draw);

    view! {
        <div class="history">
            <section class="list" node_ref=list tabindex="0" aria-label=move || (words.messages_in)(&name.get())>
                <ol role="list">
                    {top(page, messages, &view, name)}
                    {each(move || rows.get(), |handle| handle.key.0.clone(), row)}
                </ol>
            </section>
            {pill(page, messages, &view)}
            <DeleteForm />
        </div>
    }
}

/// Shows what is above the first row: the link to older messages, or the room's beginning.
fn top(page: Page, messages: Messages, view: &RoomView, name: Signal<String>) -> impl IntoView + use<> {
    let words = page.lang.of(&WORDS);
    let RoomView { scope, rows, at_start, loading_older, .. } = *view;
    let copied = page.lang.of(&i18n::WORDS).copied;
    let empty = Memo::new(move |_| rows.with(Vec::is_empty));
    let all = expect_context::<Rooms>();
    let (sign, kind) = untrack(|| all.read(scope.room, |room| (room.sign(), room.kind)));
    // The address of a private room lets nobody in.
    let invite = move || match kind {
        RoomKind::Open => EitherOf3::A(view! {
            <button class="button" type="button" data-copy=copied value=Route::Room(scope.room).to_string()>
                {words.invite}
            </button>
        }),
        RoomKind::Private => EitherOf3::B(view! {
            <a class="button" href=Route::People(scope.room).to_string()>{page.lang.of(&rooms::WORDS).add_people}</a>
        }),
        RoomKind::Direct => EitherOf3::C(()),
    };
    let alone = untrack(|| all.read(scope.room, |room| room.people.len() == 1));
    let title = move || match kind {
        RoomKind::Direct if alone => words.beginning_notes.to_owned(),
        RoomKind::Direct => name.with(|name| (words.beginning_direct)(name)),
        _ => name.with(|name| (words.beginning)(name)),
    };
    // Of a page of tombstones too, which have no rows.
    let oldest = move || {
        rows.track();
        messages.oldest(scope)
    };
    reactive(move || {
        if at_start.get() {
            Either::Left(view! {
                <li class="beginning">
                    <span class="mark" aria-hidden="true">{icon(sign)}</span>
                    <p class="beginning-title">{reactive(title)}</p>
                    <div hidden=move || !empty.get()>
                        <p>{words.beginning_help}</p>
                        {invite()}
                    </div>
                </li>
            })
        } else {
            Either::Right(view! {
                <li class="older">
                    <a
                        class="button quiet"
                        href=move || older_page(scope, oldest()).to_string()
                        on:click=move |event| {
                            event.prevent_default();
                            messages.load_older(scope);
                        }
                    >
                        {icon(Icon::Up)}
                        {reactive(move || if loading_older.get() { words.loading } else { words.older })}
                    </a>
                </li>
            })
        }
    })
}

/// Returns the page above `oldest`, for use without JavaScript; the newest page when there is no message.
fn older_page(scope: Scope, oldest: Option<MessageId>) -> Route {
    oldest.map_or(Route::Room(scope.room), |oldest| Route::History(scope.room, oldest))
}

/// Shows the pill at the list's lower edge: the number of new messages below, or the link to the newest when that is more than a
/// screen away or not loaded.
fn pill(page: Page, messages: Messages, view: &RoomView) -> impl IntoView + use<> {
    let words = page.lang.of(&WORDS);
    let RoomView { scope, at_end, unseen, is_far, .. } = *view;
    let label = move || match unseen.get() {
        0 => words.jump_to_latest.to_owned(),
        n => (words.new_messages)(n),
    };
    let due = Memo::new(move |_| unseen.get() > 0 || is_far.get() || !at_end.get());
    reactive(move || {
        due.get().then(|| {
            view! {
                <a
                    class="pill"
                    href=Route::Room(scope.room).to_string()
                    on:click=move |event| {
                        event.prevent_default();
                        messages.jump_to_latest(scope);
                    }
                >
                    {reactive(label)}
                    {icon(Icon::Down)}
                </a>
            }
        })
    })
}

/// Shows grey rows while a room is loading; the style sheet delays them until that takes long enough to be noticed.
#[component]
pub fn Skeleton(words: &'static str) -> impl IntoView {
    view! {
        <div class="history skeleton" role="status">
            <span class="hidden">{words}</span>
            {(0..5).map(|_| view! { <div class="bone" aria-hidden="true"><i></i><b></b><b></b></div> }).collect_view()}
        </div>
    }
}
