//! The sidebar: the list of rooms, and the reader's menu.

use super::slots;
use crate::{
    client::{
        form::Form,
        location::{Location, Screen},
        page::Page,
        pending::Pending,
    },
    features::{
        accounts::{self, api::Leave},
        messages,
        people::state::People,
        preferences::{
            self,
            switches::{LanguageSwitch, ThemeSwitch},
        },
        rooms::{
            self, direct,
            forms::NewRoom,
            model::{Room, RoomKind},
            sign::sign,
            state::Rooms,
        },
    },
    i18n::PRODUCT,
    model::route::Route,
    ui::{
        avatar::avatar,
        icon::{Icon, icon},
        keyed::each,
        menu,
        reactive::reactive,
    },
};
use leptos::{either::Either, html, prelude::*};

/// Shows the list of rooms, and the reader's menu below. It is drawn once and stays when the room changes, and so does its
/// scroll position.
#[component]
pub fn Sidebar() -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&rooms::WORDS);
    let (rooms, screen) = (expect_context::<Rooms>(), expect_context::<Location>().screen);
    // On `/rooms` the list is the page, so its heading is the page's. Beside a room it would come before the page's own.
    let heading = move || match screen.get() {
        Screen::Rooms => Either::Left(view! { <h1 class="section">{words.rooms}</h1> }),
        _ => Either::Right(view! { <p class="section" aria-hidden="true">{words.rooms}</p> }),
    };
    let order = slots::room_order();
    // Archived rooms are found by browsing.
    let listed = move || {
        let is_listed = |room: &Room| !room.archived && room.kind != RoomKind::Direct;
        order(rooms.all.get().into_iter().filter(is_listed).collect())
    };
    // A guest has their rooms and opens none.
    let members_alone = (!expect_context::<People>().is_guest()).then(|| {
        view! {
            <li>
                <a class="room browse" href=Route::Browse.to_string()>{icon(Icon::Search)}<span>{words.browse}</span></a>
            </li>
            <li><NewRoom /></li>
        }
    });
    view! {
        <div class="side" role=move || if screen.get() == Screen::Rooms { "main" } else { "banner" } id="rooms">
            <div class="side-head">
                <a class="brand" translate="no" href=Route::Rooms.to_string()>{PRODUCT}</a>
                {slots::list_tools()}
            </div>
            <nav aria-label=words.rooms>
                <div class="section-row">{reactive(heading)}{slots::heading_tools()}</div>
                <ul role="list">
                    {each(listed, key, move |room| view! { <RoomLink room /> })}
                    {members_alone}
                </ul>
                <DirectRooms />
            </nav>
            <Me />
        </div>
    }
}

/// Shows the direct rooms, the one with the newest message first.
#[component]
fn DirectRooms() -> impl IntoView {
    let (words, rooms) = (expect_context::<Page>().lang.of(&rooms::WORDS), expect_context::<Rooms>());
    let list = NodeRef::<html::Ul>::new();
    let (is_listed, screen) = (slots::room_is_listed(), expect_context::<Location>().screen);
    // Nothing moves under a pointer or away from the focus: the order is made anew when both have left.
    let left = RwSignal::new(());
    let leave = move || left.notify();
    let shown = StoredValue::new(Vec::new());
    let listed = move || {
        left.track();
        let held = list.get_untracked().is_some_and(|list| list.matches(":hover, :focus-within") == Ok(true));
        let before = if held { shown.get_value() } else { Vec::new() };
        // One that is closed is listed while it is shown.
        let here = screen.get().room();
        let all = rooms.all.get().into_iter().filter(|room| is_listed(room.id) || here == Some(room.id));
        let sorted = direct::newest_first(all.collect(), &before);
        shown.set_value(sorted.iter().map(|room| room.id).collect());
        sorted
    };
    view! {
        <div class="section-row">
            <p class="section" aria-hidden="true">{words.direct}</p>
            <a class="new-message" href=Route::Directory.to_string() aria-label=words.new_message title=words.new_message>
                {icon(Icon::Plus)}
            </a>
        </div>
        <ul role="list" aria-label=words.direct node_ref=list on:mouseleave=move |_| leave() on:focusout=move |_| leave()>
            {each(listed, key, move |room| view! { <RoomLink room /> })}
        </ul>
    }
}

fn key(room: &Room) -> String {
    room.id.to_string()
}

#[component]
fn RoomLink(room: Room) -> impl IntoView {
    let (id, lang, rooms) = (room.id, expect_context::<Page>().lang, expect_context::<Rooms>());
    let words = lang.of(&messages::WORDS);
    let (screen, drafting) = (expect_context::<Location>().screen, expect_context::<Pending>().drafting);
    let current = move || (screen.get().room() == Some(id)).then_some("page");
    // What is typed in the room that is shown needs no mark.
    let draft = move || {
        let elsewhere = screen.get().room() != Some(id)
            && drafting.read(|scopes| scopes.iter().any(|(scope, ())| scope.room == id)) == Some(true);
        elsewhere.then(|| view! { {icon(Icon::Pencil)}<span class="hidden">{", "}{words.draft}</span> })
    };
    let name = rooms.name(id);
    let outside = move || {
        let outside = rooms.joined.with(|joined| !joined.contains(id));
        outside.then(|| view! { <small>{lang.of(&rooms::WORDS).outside}</small> })
    };
    view! {
        <li>
            <a class="room" href=Route::Room(id).to_string() aria-current=current>
                {sign(rooms, &room)}
                <bdi translate="no">{reactive(move || name.get())}</bdi>
                {slots::room_marks(id)}
                {reactive(draft)}
                {reactive(outside)}
            </a>
        </li>
    }
}

/// Shows the reader's name, and in its menu theme, language and the button to sign out.
#[component]
fn Me() -> impl IntoView {
    let (page, people, pending) = (expect_context::<Page>(), expect_context::<People>(), expect_context::<Pending>());
    let (lang, screen) = (page.lang, expect_context::<Location>().screen);
    let words = lang.of(&preferences::WORDS);
    let (name, hue, initial) = (people.name(page.me), people.hue(page.me), people.initial(page.me));
    // Making an account loads the page anew.
    let help = people.person(page.me).with_untracked(|user| user.handle.is_none());
    let help = help.then(|| view! { <small>{lang.of(&accounts::WORDS).leave_help}</small> });
    let back = Signal::derive(move || screen.get().room().map_or(Route::Rooms, Route::Room));
    view! {
        <details class="menu me" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary aria-label=move || (words.your_menu)(&name.get())>
                {reactive(move || avatar(initial.get(), hue.get()))}
                <bdi translate="no">{reactive(move || name.get())}</bdi>
                {icon(Icon::Chevrons)}
            </summary>
            <div class="panel" tabindex="-1">
                <p aria-hidden="true">{words.theme}</p>
                <ThemeSwitch lang back />
                <p aria-hidden="true">{words.language}</p>
                <LanguageSwitch lang back />
                <a class="button quiet" href=Route::Settings.to_string()>{lang.of(&accounts::WORDS).settings}</a>
                <Form call=Leave {} attr:class="leave" on:submit=move |_| pending.erase_drafts()>
                    {help}
                    <button class="button quiet">{icon(Icon::Leave)}{lang.of(&accounts::WORDS).leave}</button>
                </Form>
            </div>
        </details>
    }
}
