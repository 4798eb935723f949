//! What subscriptions show: a button in a room's head, and marks in the list of rooms.

use super::{
    api::{ReadAll, ReadRoom, Subscribe},
    model::Level,
    state::{Subscriptions, favour, hide, subscribe},
    words::WORDS,
};
use crate::{
    client::{
        form::{Form, named_form},
        location::Location,
        page::Page,
    },
    features::rooms::{model::RoomKind, state::Rooms},
    model::{argument::Argument, ids::RoomId, route::Route},
    ui::{
        icon::{Icon, drawn, icon},
        menu,
        reactive::reactive,
    },
};
use leptos::{either::Either, ev, prelude::*};
use server_fn::ServerFn;
use wasm_bindgen::JsCast;

/// A star on a grid of 24.
const STAR: &str = "m12 3.8 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8z";

/// Makes a room a favourite or no longer one. Without a script the form posts.
#[component]
pub fn FavouriteButton(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let words = page.lang.of(&WORDS);
    let on = Memo::new(move |_| subscriptions.contains(room));
    let label = move || if on.get() { words.remove } else { words.add };
    let call = favour(room, !on.get_untracked());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        subscriptions.set(room, !on.get_untracked());
    };
    view! {
        <Form call on:submit=submit>
            <button
                class="tool favourite"
                class:pressed=on
                aria-label=label
                title=label
            >
                {drawn(STAR)}
            </button>
        </Form>
    }
}

/// Closes a direct room: it is left out of the list until its next message. Without a script the form posts.
#[component]
pub fn CloseButton(room: RoomId) -> impl IntoView {
    let (subscriptions, location) = (expect_context::<Subscriptions>(), expect_context::<Location>());
    let (words, rooms) = (expect_context::<Page>().lang.of(&WORDS), expect_context::<Rooms>());
    let is_direct = untrack(|| rooms.read(room, |room| room.kind == RoomKind::Direct));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        subscriptions.hide(room);
        location.open_list();
    };
    is_direct.then(|| {
        view! {
            <Form call=hide(room) back=Route::Rooms on:submit=submit>
                <button class="tool" aria-label=words.close title=words.close>{icon(Icon::Close)}</button>
            </Form>
        }
    })
}

/// Marks a favourite in the list of rooms.
#[component]
pub fn FavouriteMark(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let on = Memo::new(move |_| subscriptions.contains(room));
    reactive(move || {
        let words = page.lang.of(&WORDS);
        on.get().then(|| view! { <span class="star">{drawn(STAR)}<span class="hidden">{", "}{words.favourite}</span></span> })
    })
}

/// A bell on a grid of 24, and one that is struck through.
const BELL: &str = "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4";
const STRUCK_BELL: &str = "M6 16.5V11a6 6 0 0 1 9.5-4.9M18 11v5.5l1.5 2h-15zM10 21h4M4 4l16 17";
/// Two ticks.
const TICKS: &str = "m2.5 12.5 4.5 4.5L16 7.5M11.5 16.5l.5.5 9-9.5";

/// Milliseconds of an hour.
const HOUR: u64 = 3_600_000;
/// For how many hours a room can be muted.
const HOURS: [u64; 3] = [1, 8, 24];

/// Marks a room with something unread in the list of rooms: how often it names the reader, else that there is something, or that
/// the reader wants no news of it.
#[component]
pub fn RoomMark(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let words = page.lang.of(&WORDS);
    let mark = Memo::new(move |_| (subscriptions.mentions(room), subscriptions.is_quiet(room), subscriptions.is_unread(room)));
    reactive(move || {
        let (class, word, sign) = match mark.get() {
            (0, true, _) => ("quiet-mark", words.muted.to_owned(), Some(Either::Left(drawn(STRUCK_BELL)))),
            (0, _, true) => ("unread", words.unread.to_owned(), None),
            (0, ..) => return None,
            (count, ..) => ("mentions", (words.mentions)(count), Some(Either::Right(count_of(count)))),
        };
        Some(view! { <span class=class>{sign}<span class="hidden">{", "}{word}</span></span> })
    })
}

/// The number beside the name of a room, which is not spoken.
fn count_of(count: usize) -> impl IntoView {
    view! { <span aria-hidden="true">{if count > 99 { "99+".to_owned() } else { count.to_string() }}</span> }
}

/// Id of the form that the buttons of all rows submit without a script.
const UNREAD_FORM: &str = "unread";

/// Marks the room unread from a message on, whose ordinal is `n`.
#[component]
pub fn UnreadButton(n: u64) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let (label, screen) = (page.lang.of(&WORDS).mark_unread, expect_context::<Location>().screen);
    let read = n.saturating_sub(1);
    let click = move |event: ev::MouseEvent| {
        event.prevent_default();
        if let Some(room) = screen.get_untracked().room() {
            subscriptions.mark_unread(room, read);
        }
    };
    view! {
        <button
            class="tool glyph mark-unread"
            form=named_form(page, UNREAD_FORM)
            name="n"
            value=read.to_string()
            aria-label=label
            title=label
            on:click=click
        ></button>
    }
}

/// The menu of what the reader wants to hear of a room. Its buttons submit a form, so it works without a script.
#[component]
pub fn LevelMenu(room: RoomId) -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let words = page.lang.of(&WORDS);
    let state = Memo::new(move |_| (subscriptions.level(room), subscriptions.is_quiet(room)));
    let choose = move |event: ev::MouseEvent| {
        let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlButtonElement>().ok());
        let Some(button) = pressed else { return };
        event.prevent_default();
        let fields = [("room", room.to_string()), (&*button.name(), button.value())];
        subscriptions.send_fields(Subscribe::PATH, fields.map(|(name, value)| (name.to_owned(), value)).into());
        menu::close_around(&event);
    };
    let unread = ReadRoom { room: room.into(), n: Argument::MISSING, basis: Argument::MISSING };
    // A level, or a number of hours; none of them ends the muting.
    let choice = move |of: Option<Level>, hours: u64, word: &'static str| {
        let value = move || match (of, hours) {
            (Some(level), _) => level.as_str().to_owned(),
            (_, 0) => String::from("0"),
            _ => (page.now.get() + hours * HOUR).to_string(),
        };
        let pressed = move || of.map(|of| if state.get().0 == of { "true" } else { "false" });
        let hidden = move || of.is_none() && hours == 0 && (state.get().0 == Level::Nothing || !state.get().1);
        let name = if of.is_some() { "level" } else { "muted_until" };
        view! { <button class="button quiet" name=name value=value aria-pressed=pressed hidden=hidden>{word}</button> }
    };
    let levels: Vec<_> = Level::ALL.into_iter().zip(words.levels).map(|(level, word)| choice(Some(level), 0, word)).collect();
    let hours = HOURS.into_iter().zip(words.hours).chain([(0, words.unmute)]);
    let hours: Vec<_> = hours.map(|(hours, word)| choice(None, hours, word)).collect();
    view! {
        <details class="menu level-menu" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary class="tool" aria-label=words.news title=words.news>
                {reactive(move || drawn(if state.get().1 { STRUCK_BELL } else { BELL }))}
            </summary>
            <div class="panel" tabindex="-1">
                <Form call=subscribe(room) on:click=choose>
                    <p>{words.news}</p>
                    {levels}
                    <p>{words.mute}</p>
                    {hours}
                </Form>
            </div>
        </details>
        <Form call=unread attr:id=UNREAD_FORM attr:hidden=true>""</Form>
    }
}

/// What stands beside the heading of the list of rooms: a switch that leaves those alone that have something unread, and a button
/// that marks all of them read. The style sheet does what the switch says.
#[component]
pub fn ListTools() -> impl IntoView {
    let (page, subscriptions) = (expect_context::<Page>(), expect_context::<Subscriptions>());
    let words = page.lang.of(&WORDS);
    let any = Memo::new(move |_| subscriptions.any_unread());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        subscriptions.send(&ReadAll {});
    };
    view! {
        <label class="only-unread">
            <input type="checkbox" />
            <span>{words.only_unread}</span>
        </label>
        <Form call=ReadAll {} attr:class="read-all" class:idle=move || !any.get() on:submit=submit>
            <button class="tool" aria-label=words.mark_all title=words.mark_all>{drawn(TICKS)}</button>
        </Form>
    }
}
