//! The switcher's dialog: a field and the rooms that fit. The field is there at once, so that it takes what is typed; the list is
//! in a module of its own, which is loaded when it is opened first, so no page load pays for it.

use super::{
    api::FindRooms,
    find::order,
    model::{FoundRooms, MAX_FOUND, MAX_TEXT},
    words::{WORDS, Words},
};
use crate::{
    client::{call::post, lazy::lazy, location::Location, page::Page},
    features::rooms::{model::Room, state::Rooms},
    model::{error::AppResult, ids::RoomId, route::Route},
    ui::{icon::icon, keyed::each, later::later, reactive::reactive},
};
use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use std::cmp::Reverse;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent, MouseEvent};

/// Milliseconds without a key after which the server is asked.
const PAUSE: u32 = 120;

/// Listens for its key and its button, for as long as the page lives.
pub fn start() {
    let switcher = Switcher {
        text: RwSignal::new(String::new()),
        by_server: RwSignal::new(Vec::new()),
        at: RwSignal::new(0),
        visited: StoredValue::new(Vec::new()),
    };
    let screen = expect_context::<Location>().screen;
    Effect::new(move || {
        if let Some(room) = screen.get().room() {
            switcher.visited.update_value(|visited| {
                visited.retain(|other| *other != room);
                visited.insert(0, room);
                visited.truncate(MAX_FOUND);
            });
        }
    });
    let (page, owner) = (expect_context::<Page>(), Owner::current().unwrap_or_default());
    let open = move || {
        let Some(parts) = Parts::find().or_else(|| Parts::make(page.lang.of(&WORDS))) else { return };
        if parts.dialog.open() {
            return;
        }
        parts.field.set_value("");
        // Fails only where the element is not on the page.
        let _ = parts.dialog.show_modal();
        let owner = owner.clone();
        spawn_local(async move {
            if let Err(error) = show(switcher, owner).await {
                parts.dialog.close();
                page.report(error);
            }
        });
    };
    let on_button = open.clone();
    let handles = [
        window_event_listener_untyped("keydown", move |event| {
            let event: KeyboardEvent = event.unchecked_into();
            let chord = (event.ctrl_key() != event.meta_key()) && !event.alt_key() && !event.shift_key();
            if chord && event.key().eq_ignore_ascii_case("k") && !event.is_composing() {
                event.prevent_default();
                open();
            }
        }),
        window_event_listener_untyped("click", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if target.is_some_and(|at| at.closest(".switch-room").ok().flatten().is_some()) {
                on_button();
            }
        }),
    ];
    on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
}

lazy! {
    /// Shows the list in the dialog, which is open. `owner` is the page's.
    ///
    /// # Errors
    /// When the module could not be loaded. The next call tries again.
    switcher: fn show(switcher: Switcher, owner: Owner) -> AppResult<()> {
        owner.with(|| switcher.show());
        Ok(())
    }
}

/// The dialog and its field.
struct Parts {
    dialog: HtmlDialogElement,
    field: HtmlInputElement,
}

impl Parts {
    fn find() -> Option<Self> {
        let dialog = document().query_selector(".switcher").ok()??;
        let field = dialog.query_selector("input").ok()??;
        Some(Self { dialog: dialog.dyn_into().ok()?, field: field.dyn_into().ok()? })
    }

    /// Puts them on the page.
    fn make(words: &Words) -> Option<Self> {
        let element = |name: &str, attributes: &[(&str, &str)]| {
            let element = document().create_element(name).ok()?;
            // The only error is a name that no attribute can have.
            attributes.iter().for_each(|(name, value)| element.set_attribute(name, value).unwrap_or_default());
            Some(element)
        };
        let dialog = element("dialog", &[("class", "switcher"), ("aria-label", words.title)])?;
        let card = element("div", &[("class", "switcher-card")])?;
        let attributes = [
            ("role", "combobox"),
            ("aria-label", words.title),
            ("aria-expanded", "true"),
            ("aria-controls", "switch-list"),
            ("aria-autocomplete", "list"),
            ("placeholder", words.hint),
            ("maxlength", &MAX_TEXT.to_string()),
            ("autocomplete", "off"),
            ("spellcheck", "false"),
            ("dir", "auto"),
        ];
        let field = element("input", &attributes)?;
        card.append_child(&field).ok()?;
        dialog.append_child(&card).ok()?;
        document().body()?.append_child(&dialog).ok()?;
        Self::find()
    }
}

/// Does `work` at every event of this name at an element, which stays for as long as the page lives.
fn listen<E: JsCast + 'static>(element: &Element, name: &str, work: impl Fn(E) + 'static) {
    let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| work(event.unchecked_into()));
    let _ = element.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    listener.forget();
}

#[derive(Clone, Copy)]
struct Switcher {
    text: RwSignal<String>,
    /// What the server has found for the text as it stands.
    by_server: RwSignal<Vec<RoomId>>,
    /// The place of the chosen room in the list.
    at: RwSignal<usize>,
    /// Rooms that were open in this page, the last one first.
    visited: StoredValue<Vec<RoomId>>,
}

/// A room to choose, with its place in the list and what it is called.
type RoomOption = (usize, Room, String);

impl Switcher {
    /// Makes the list where there is none yet, and takes over what has been typed meanwhile.
    fn show(self) {
        let Some(Parts { dialog, field }) = Parts::find() else { return };
        if document().get_element_by_id("switch-list").is_none() {
            let Some(card) = field.parent_element().and_then(|card| card.dyn_into().ok()) else { return };
            let found = Memo::new(move |_| self.found());
            let chosen = Memo::new(move |_| self.at.get().min(found.with(Vec::len).saturating_sub(1)));
            mount_to(card, move || self.list(found, chosen)).forget();
            let input = field.clone();
            listen(&field, "input", move |_: Event| self.type_in(input.value()));
            listen(&field, "keydown", move |event| self.on_key(&event, found.with_untracked(Vec::len)));
            // A press on what is around the dialog is one on its element itself.
            listen(&dialog, "click", move |event: MouseEvent| {
                if event.target() == event.current_target() {
                    close();
                }
            });
            let input = field.clone();
            Effect::new(move || {
                let _ = input.set_attribute("aria-activedescendant", &option_id(chosen.get()));
            });
        }
        self.type_in(field.value());
    }

    /// Takes the text of the field over.
    fn type_in(self, text: String) {
        self.by_server.set(Vec::new());
        self.at.set(0);
        self.text.set(text.trim().to_owned());
        let text = self.text.get_untracked();
        if text.is_empty() {
            return;
        }
        later(PAUSE, move || {
            if self.text.try_get_untracked().as_ref() == Some(&text) {
                spawn_local(async move {
                    // Without an answer the names that fit as they are written stay.
                    if let Ok(FoundRooms { rooms }) = post(&FindRooms { text: text.clone() }).await
                        && self.text.try_get_untracked() == Some(text)
                    {
                        self.by_server.set(rooms);
                    }
                });
            }
        });
    }

    /// The rooms to choose from. Tracks what they depend on.
    fn found(self) -> Vec<RoomOption> {
        let (rooms, screen) = (expect_context::<Rooms>(), expect_context::<Location>().screen);
        let (text, here) = (self.text.get().to_ascii_lowercase(), screen.get().room());
        let by_server = self.by_server.get();
        let rank = |room: &Room, name: &str| match text.is_empty() {
            // Where one is already is no place to go to; nor is a room that one has not joined, unless it is looked for.
            true => (Some(room.id) != here && rooms.is_joined(room.id)).then_some(0),
            false => order(&name.to_ascii_lowercase(), &text)
                .map(usize::from)
                .or_else(|| by_server.iter().position(|found| *found == room.id).map(|at| 3 + at)),
        };
        let visited = self.visited.get_value();
        let place = |room: &Room| visited.iter().position(|other| *other == room.id).unwrap_or(visited.len());
        let key = |room: &Room, name: &str| {
            Some((rank(room, name)?, !rooms.is_joined(room.id), place(room), Reverse(room.last), room.id))
        };
        let all = rooms.all.get();
        let option = |room: Room| {
            let name = rooms.called(&room);
            Some((key(&room, &name)?, room, name))
        };
        let mut found: Vec<_> = all.into_iter().filter(|room| !room.archived).filter_map(option).collect();
        found.sort_by_key(|(key, ..)| *key);
        found.into_iter().take(MAX_FOUND).enumerate().map(|(at, (_, room, name))| (at, room, name)).collect()
    }

    fn on_key(self, event: &KeyboardEvent, count: usize) {
        if event.is_composing() || event.key_code() == 229 || count == 0 {
            return;
        }
        let at = self.at.get_untracked().min(count - 1);
        let next = match &*event.key() {
            "ArrowDown" => (at + 1) % count,
            "ArrowUp" => (at + count - 1) % count,
            "Enter" => {
                event.prevent_default();
                return self.go(at);
            }
            _ => return,
        };
        event.prevent_default();
        self.at.set(next);
        if let Some(option) = option(next) {
            option.scroll_into_view_with_bool(false);
        }
    }

    /// Goes to a room of the list: by its link, as a click does.
    fn go(self, at: usize) {
        let link = option(at);
        close();
        if let Some(link) = link {
            link.click();
        }
    }

    fn list(self, found: Memo<Vec<RoomOption>>, chosen: Memo<usize>) -> impl IntoView {
        let page = expect_context::<Page>();
        let (words, rooms) = (page.lang.of(&WORDS), expect_context::<Rooms>());
        let count = move || found.with(Vec::len);
        let entry = move |(at, room, name): RoomOption| {
            let outside = (!rooms.is_joined(room.id)).then(|| view! { <small>{words.outside}</small> });
            view! {
                <a
                    class="room"
                    role="option"
                    id=option_id(at)
                    href=Route::Room(room.id).to_string()
                    tabindex="-1"
                    aria-selected=move || if chosen.get() == at { "true" } else { "false" }
                    on:click=move |_| close()
                >
                    {icon(room.sign())}
                    <bdi translate="no">{name}</bdi>
                    {outside}
                </a>
            }
        };
        let none = move || {
            let words = if self.text.with(String::is_empty) { words.no_other } else { words.none };
            (count() == 0).then(|| view! { <p class="more">{words}</p> })
        };
        view! {
            <div id="switch-list" role="listbox" aria-label=words.title>{each(move || found.get(), key, entry)}</div>
            {reactive(none)}
            <p class="hidden" role="status">{reactive(move || (words.found)(count() as u32))}</p>
        }
    }
}

fn close() {
    if let Some(parts) = Parts::find() {
        parts.dialog.close();
    }
}

fn option_id(at: usize) -> String {
    String::from("switch-") + &at.to_string()
}

fn option(at: usize) -> Option<HtmlElement> {
    document().get_element_by_id(&option_id(at))?.dyn_into().ok()
}

/// A key with the place: a room elsewhere in the list is drawn anew.
fn key((at, room, name): &RoomOption) -> String {
    [&*at.to_string(), &*room.id.to_string(), &**name].join(" ")
}
