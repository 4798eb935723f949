//! One message: author, time, text, and whether it has been sent.

use super::slots;
use crate::{
    client::{form::Form, page::Page},
    features::{
        messages::{
            WORDS,
            api::DeleteMessage,
            body,
            room_view::RowHandle,
            state::Messages,
            timeline::{Content, Delivery},
        },
        people::state::People,
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
        menu, time,
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
    let words = page.lang.of(&WORDS);
    let RowHandle { key, row, .. } = handle;
    let (author, mine) = row.with_untracked(|row| (row.author, row.mine));
    let (name, hue, initial) = (people.name(author), people.hue(author), people.initial(author));
    let (zone, now, lang) = (page.zone, page.now, page.lang);

    // A row changes once or twice in its life, so its small parts are drawn with any change; the text only with its own.
    let row = RwSignal::from(row);
    let id = move || row.with(|row| row.id);
    let at = move || row.with(|row| row.at);
    let delivery = move || row.with(|row| row.delivery);
    let content = Memo::new(move |_| row.with(|row| row.content.clone()));

    let clock = move || time::time_of_day(at(), zone.with(|zone| zone.offset(at())));
    // What the time leads to. Tab passes these links by: each row would be a stop more.
    let address = move || id().map(|id| Route::Message(scope.room, id).to_string());
    // The number is shorter than the key, which a row has from before it was sent.
    let tag = row.with_untracked(|row| row.id).map_or_else(|| key.to_string(), |id| id.to_string());
    let labels = ["by", "text", "at", "state"].map(|of| format!("{of}-{tag}"));
    let [by, text, when, state_id] = labels.clone();
    let label = move || {
        let parts = if delivery() == Delivery::Sent { 3 } else { 4 };
        labels[..parts].join(" ")
    };

    let separator = move || {
        row.with(|row| row.day).map(|day| {
            let today = zone.with(|zone| zone.day(now.get()));
            view! { <li class="day"><h2>{time::day_label(day, today, lang)}</h2></li> }
        })
    };
    let margin = move || match row.with(|row| row.first) {
        true => Either::Left(avatar(initial, hue)),
        false => Either::Right(view! { <a class="gutter" aria-hidden="true" tabindex="-1" href=address>{clock}</a> }),
    };
    let standing = {
        let key = key.clone();
        move || match delivery() {
            Delivery::Sent => None,
            Delivery::Pending { slow } => Some(Either::Left(pending(slow, state_id.clone(), words.sending))),
            delivery => {
                let shared = lang.of(&i18n::WORDS);
                let (sign, text, cause) = match delivery {
                    Delivery::Late { why: Code::Network } => (Icon::Clock, words.waiting_connection, None),
                    Delivery::Late { why: Code::NotEntered } => (Icon::Clock, shared.session_ended, None),
                    Delivery::Refused { why } => (Icon::Warning, words.not_sent, Some(AppError::new(why).words(lang))),
                    _ => (Icon::Clock, words.waiting_server, None),
                };
                let (again, drop) = (key.clone(), key.clone());
                let ended = delivery == Delivery::Late { why: Code::NotEntered };
                let unsent = view! {
                    <p class="unsent">
                        {icon(sign)}
                        <span id=state_id.clone()>{text}</span>
                        {cause.map(|cause| view! { <span>{cause}</span> })}
                        <button type="button" hidden=ended on:click=move |_| messages.retry(scope, &again)>{shared.retry}</button>
                        <button type="button" on:click=move |_| messages.discard(scope, &drop)>{words.delete}</button>
                    </p>
                };
                Some(Either::Right(unsent))
            }
        }
    };
    let sent = Memo::new(move |_| id());
    let tools = move || {
        sent.get().map(|id| {
            let delete = mine.then(|| delete_menu(lang, messages, id, content));
            view! { <div class="tools">{slots::message_tools(id)} {delete}</div> }
        })
    };
    let notes = move || sent.get().map(slots::message_notes);

    view! {
        {separator}
        <li
            class="message"
            class:first=move || row.with(|row| row.first)
            class:pending=move || matches!(delivery(), Delivery::Pending { .. } | Delivery::Late { .. })
            class:failed=move || matches!(delivery(), Delivery::Refused { .. })
            class:target=move || target.is_some() && id() == target
            id=move || id().map(|id| format!("m{id}"))
        >
            <article tabindex="-1" aria-labelledby=label>
                {margin}
                <div class="content">
                    <h3 class="by">
                        <bdi id=by translate="no" class=move || hue_class(hue.get())>{name}</bdi>
                        " "
                        <a class="permalink" tabindex="-1" href=address>
                            <time
                                id=when
                                datetime=move || time::machine(at())
                                title=move || time::full(at(), zone.with(|zone| zone.offset(at())), lang)
                            >
                                {clock}
                            </time>
                        </a>
                    </h3>
                    <div class="body" id=text dir="auto">
                        {move || content.with(|content| drawn_body(content, lang))}
                    </div>
                    {notes}
                    {standing}
                </div>
                {tools}
            </article>
        </li>
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

fn drawn_body(content: &Content, lang: Lang) -> Vec<AnyView> {
    match content {
        Content::Body(tree) => body::body(tree, lang),
        Content::Plain(text) => body::plain(text.clone()),
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
fn delete_menu(lang: Lang, messages: Messages, id: MessageId, content: Memo<Content>) -> impl IntoView {
    let words = lang.of(&WORDS);
    // The sheet quotes once it is asked for, so that no page has each of these texts twice.
    let opened = RwSignal::new(false);
    let quoted = move || opened.get().then(|| content.with(quote));
    view! {
        <details class="actions" on:keydown=menu::on_keydown on:focusout=menu::on_focusout>
            <summary
                class="glyph"
                aria-label=words.delete_message
                title=words.delete_message
                on:click=move |_| opened.set(true)
            ></summary>
            <div class="sheet" tabindex="-1" role="group" aria-label=words.delete_question>
                <p aria-hidden="true">{words.delete_question}</p>
                <blockquote dir="auto">{quoted}</blockquote>
                <button class="button cancel" type="button" on:click=move |event| menu::close_around(&event)>
                    {lang.of(&i18n::WORDS).cancel}
                </button>
                <button
                    class="button danger"
                    form=DELETE_FORM
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
