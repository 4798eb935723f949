//! One message: author, time, text, and whether it has been sent.

use super::slots;
use crate::{
    client::{
        form::{Form, named_form},
        page::Page,
    },
    features::{
        messages::{
            WORDS,
            api::DeleteMessage,
            body::BodyView,
            room_view::RowHandle,
            state::Messages,
            timeline::{Content, Delivery, Row, RowKey},
        },
        people::state::{People, letter},
    },
    i18n::{self, Lang},
    model::{
        argument::Argument,
        error::{AppError, Code},
        ids::MessageId,
        route::Route,
        scope::Scope,
    },
    ui::{
        avatar::{avatar, hue_class},
        icon::{Icon, icon},
        menu,
        reactive::reactive,
        stable::stable,
        time,
    },
};
use leptos::{either::Either, prelude::*};

/// The row behind `handle`, with its day separator above where one is due. `target` is the message that a link led to.
#[component]
pub fn MessageRow(
    page: Page,
    messages: Messages,
    people: People,
    scope: Scope,
    handle: RowHandle,
    target: Option<MessageId>,
) -> impl IntoView {
    let (lang, words) = (page.lang, page.lang.of(&WORDS));
    let RowHandle { key, row: shown, .. } = handle;
    let author = shown.with_untracked(|row| row.author);
    let (person, profile) = (people.person(author), Route::Person(author).to_string());
    let owner = Owner::current().unwrap_or_default();
    // The number is shorter than the key, which a row has from before it was sent.
    let tag = shown.with_untracked(|row| row.id).map_or_else(|| key.to_string(), |id| id.to_string());

    // A row changes once or twice in its life, so it is drawn as a whole: an effect for each of its parts would cost every row.
    reactive(move || {
        let Row { id, at, content, delivery, day, first, mine, n, is_new, mentions_me, .. } = shown.get();
        let (offset, day) = page.zone.with(|zone| (zone.offset(at), day.map(|day| (day, zone.day(page.now.get())))));
        let (name, hue, letter) = person.with(|user| (user.name.clone(), user.hue, first.then(|| letter(user))));

        let clock = time::time_of_day(at, offset);
        // What the time leads to. Tab passes these links by: each row would be a stop more.
        let address = id.map(|id| Route::Message(scope.room, id).to_string());
        let labels = ["by", "text", "at", "state"].map(|of| format!("{of}-{tag}"));
        let label = labels[..if delivery == Delivery::Sent { 3 } else { 4 }].join(" ");
        let [by, text, when, state_id] = labels;
        let class = class(&[
            ("first", first),
            ("pending", matches!(delivery, Delivery::Pending { .. } | Delivery::Late { .. })),
            ("failed", matches!(delivery, Delivery::Refused { .. })),
            ("target", target.is_some() && id == target),
            ("mentions-me", mentions_me),
        ]);

        let separator = day.map(|(day, today)| view! { <li class="day"><h2>{time::day_label(day, today, lang)}</h2></li> });
        let line = is_new.then(|| view! { <li class="new"><span>{words.new}</span></li> });
        let margin = match letter {
            Some(letter) => Either::Left(avatar(letter, hue)),
            None => Either::Right(view! {
                <a class="gutter" aria-hidden="true" tabindex="-1" href=address.clone()>
                    {clock.clone()}
                </a>
            }),
        };
        let notes = id.map(|id| stable(&owner, move || slots::message_notes(id)));
        let standing = match delivery {
            Delivery::Sent => None,
            Delivery::Pending { slow } => Some(Either::Left(pending(slow, state_id, words.sending))),
            delivery => Some(Either::Right(unsent(lang, messages, scope, key.clone(), delivery, state_id))),
        };
        let (shown, profile) = (shown.clone(), profile.clone());
        let tools = id.map(|id| {
            stable(&owner, move || {
                let delete = mine.then(|| delete_menu(page, messages, id, shown));
                view! { <div class="tools">{slots::message_tools(id, n)} {delete}</div> }
            })
        });

        view! {
            {separator}
            {line}
            <li class=class id=id.map(|id| format!("m{id}"))>
                <article tabindex="-1" aria-labelledby=label>
                    {margin}
                    <div class="content">
                        <h3 class="by">
                            <a class="who" tabindex="-1" href=profile>
                                <bdi id=by translate="no" class=hue_class(hue)>{name}</bdi>
                            </a>
                            " "
                            <a class="permalink" tabindex="-1" href=address>
                                <time id=when datetime=time::machine(at) title=time::full(at, offset, lang)>
                                    {clock}
                                </time>
                            </a>
                        </h3>
                        {BodyView { content, id: text, lang }}
                        {notes}
                        {standing}
                    </div>
                    {tools}
                </article>
            </li>
        }
    })
}

/// Returns the classes of a row: those of `marks` that it has.
fn class(marks: &[(&str, bool)]) -> String {
    let mut class = String::from("message");
    for (mark, _) in marks.iter().filter(|(_, has)| *has) {
        class.push(' ');
        class.push_str(mark);
    }
    class
}

/// Says of a message that it waits or was refused, and why, with what can be done about it.
fn unsent(lang: Lang, messages: Messages, scope: Scope, key: RowKey, delivery: Delivery, id: String) -> impl IntoView {
    let (words, shared) = (lang.of(&WORDS), lang.of(&i18n::WORDS));
    let (sign, text, cause) = match delivery {
        Delivery::Late { why: Code::Network } => (Icon::Clock, words.waiting_connection, None),
        Delivery::Late { why: Code::NotEntered } => (Icon::Clock, shared.session_ended, None),
        Delivery::Refused { why } => (Icon::Warning, words.not_sent, Some(AppError::new(why).words(lang))),
        _ => (Icon::Clock, words.waiting_server, None),
    };
    let (again, drop) = (key.clone(), key);
    let ended = delivery == Delivery::Late { why: Code::NotEntered };
    view! {
        <p class="unsent">
            {icon(sign)}
            <span id=id>{text}</span>
            {cause.map(|cause| view! { <span>{cause}</span> })}
            <button type="button" hidden=ended on:click=move |_| messages.retry(scope, &again)>{shared.retry}</button>
            <button type="button" on:click=move |_| messages.discard(scope, &drop)>{words.delete}</button>
        </p>
    }
}

/// Shows a clock, once the wait is long enough to be noticed.
fn pending(slow: bool, id: String, words: &'static str) -> impl IntoView {
    view! {
        <p class="sending" class:slow=slow>
            {icon(Icon::Clock)}
            <span class="hidden" id=id>{words}</span>
        </p>
    }
}

/// Id of the form that all rows of one's own share, so that no row holds anything of the session.
const DELETE_FORM: &str = "delete";

/// The form that the buttons in the rows submit.
#[component]
pub fn DeleteForm() -> impl IntoView {
    view! { <Form call=DeleteMessage { message: Argument::default() } attr:id=DELETE_FORM attr:hidden=true>""</Form> }
}

/// Characters of a message that the question before its deletion quotes; the style sheet shows two lines of them.
const QUOTE: usize = 120;

/// Returns the beginning of a message as plain words.
fn quote(content: &Content) -> String {
    let words = match content {
        Content::Body(tree) => tree.words(QUOTE),
        Content::Plain(text) => text.clone(),
    };
    words.trim().chars().take(QUOTE).collect()
}

/// Shows the two steps of deleting a message: a button, and a sheet that asks. Without JavaScript the sheet's button submits
/// [`DeleteForm`], and a press beside the sheet closes it, as that is a part of the first button.
fn delete_menu(page: Page, messages: Messages, id: MessageId, row: ArcRwSignal<Row>) -> impl IntoView {
    let (lang, words) = (page.lang, page.lang.of(&WORDS));
    // The sheet quotes once it is asked for, so that no page has each of these texts twice.
    let open = move |event: leptos::ev::MouseEvent| {
        menu::write_around(&event, "blockquote", &row.with_untracked(|row| quote(&row.content)));
    };
    view! {
        <details class="actions" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary
                class="glyph"
                aria-label=words.delete_message
                title=words.delete_message
                on:click=open
            ></summary>
            <div class="sheet" tabindex="-1" role="group" aria-label=words.delete_question>
                <p aria-hidden="true">{words.delete_question}</p>
                <blockquote dir="auto"></blockquote>
                <button class="button cancel" type="button" on:click=move |event| menu::close_around(&event)>
                    {lang.of(&i18n::WORDS).cancel}
                </button>
                <button
                    class="button danger"
                    form=named_form(page, DELETE_FORM)
                    name="message"
                    value=id.to_string()
                    on:click=move |event| {
                        event.prevent_default();
                        // The row is about to be removed, and the focus with it.
                        messages.take_focus();
                        messages.delete(id);
                    }
                >
                    {words.delete}
                </button>
            </div>
        </details>
    }
}
