//! App: everything in `<body>`, the same on both sides, made from [`Boot`] alone. It chooses the screen.

use super::{start::start_after_hydration, workspace::Workspace};
use crate::{
    client::{
        form::Refused,
        location::{Location, Screen},
        page::Page,
        pending,
        status_line::StatusLine,
    },
    features::{preferences::state::Preferences, rooms::state::Rooms},
    i18n::WORDS,
    model::initial_data::Boot,
    screens::{
        announcer::Announcer,
        enter_page::EnterPage,
        room_page::RoomPage,
        rooms_page::{ChooseRoom, NotFound, NotJoined},
        sidebar::Sidebar,
    },
    ui::{keyed::each, reactive::reactive},
};
use leptos::{
    either::{Either, EitherOf4},
    prelude::*,
};

/// The page for `boot`: the enter page where nobody has entered, else the workspace.
#[component]
pub fn App(mut boot: Boot) -> impl IntoView {
    let (lang, theme) = (boot.lang, boot.theme);
    provide_context(Refused::new(boot.refused.take()));
    match Workspace::from_boot(boot) {
        Some(workspace) => {
            workspace.provide();
            start_after_hydration(workspace);
            Either::Left(view! { <WorkspacePage location=workspace.location rooms=workspace.features.rooms /> })
        }
        None => {
            Effect::new(|_| pending::forget());
            provide_context(Preferences::new(theme, None));
            Either::Right(view! { <EnterPage lang /> })
        }
    }
}

/// Sidebar and page next to each other; on a phone `/rooms` shows the one and a room the other.
#[component]
fn WorkspacePage(location: Location, rooms: Rooms) -> impl IntoView {
    let words = expect_context::<Page>().lang.of(&WORDS);
    let screen = location.screen;
    let listing = move || screen.get() == Screen::Rooms;
    let skip = move || {
        let (target, label) = match screen.get() {
            Screen::Room(_) => ("#message-box", words.skip_to_box),
            Screen::Rooms => ("#rooms", words.skip_to_page),
            _ => ("#page", words.skip_to_page),
        };
        view! { <a class="skip" href=target>{label}</a> }
    };
    let page = move |screen: Screen| match screen {
        Screen::Rooms => EitherOf4::A(view! { <ChooseRoom /> }),
        Screen::Room(room) => EitherOf4::B(view! { <RoomPage name=rooms.name(room) room /> }),
        Screen::NotJoined(room) => EitherOf4::C(view! { <NotJoined name=rooms.name(room) room /> }),
        Screen::Missing(what) => EitherOf4::D(view! { <NotFound what /> }),
    };
    view! {
        {reactive(skip)}
        <div class="workspace" class:listing=listing>
            <Sidebar />
            <div class="page" id="page" tabindex="-1" role=move || if listing() { "complementary" } else { "main" }>
                // Keyed: else the next room would take over the elements of the last one, and with them what was typed there.
                {each(move || vec![screen.get()], key, page)}
            </div>
        </div>
        <StatusLine />
        <Announcer />
    }
}

/// Tells one screen from another.
fn key(screen: &Screen) -> String {
    match screen {
        Screen::Rooms => String::from("rooms"),
        Screen::Room(room) => room.to_string(),
        Screen::NotJoined(room) => format!("not {room}"),
        Screen::Missing(_) => String::new(),
    }
}
