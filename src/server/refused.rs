//! The small pages that need no script: a refused form that still holds what was typed, and a page that could not be made.

use super::{
    document::{document, html},
    state::Process,
    words::WORDS,
};
use crate::{
    features::{
        accounts::{self, api::Enter},
        messages::{
            self,
            api::{DeleteMessage, SendMessage},
        },
        rooms::{
            self,
            api::{CreateRoom, JoinRoom, RenameRoom},
        },
        server::FEATURES,
    },
    i18n::{self, PRODUCT},
    model::{
        error::{AppError, Code},
        lang::Lang,
        route::{Route, title},
    },
    request::{
        answer,
        caller::Reader,
        endpoint::Endpoint,
        refusals::{Fields, Refusal},
    },
};
use axum::response::Response;
use leptos::{either::EitherOf4, prelude::*};
use server_fn::ServerFn;

/// The fields of every form.
const FIELDS: [&str; 3] = ["back", "key", "session"];

/// Whether a refused form keeps the field of this name: it is a field of Rill's own forms, and no password.
pub fn is_kept(name: &str) -> bool {
    FIELDS.contains(&name) || FEATURES.iter().any(|feature| feature.fields.contains(&name))
}

/// Escapes text for a place where the renderer writes it as it is.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Answers a refused form: why, and the form again; where it has no fields, a link back.
pub fn form_page(app: &Process, reader: Reader, refusal: &Refusal) -> Response {
    let Refusal { row, fields, error, back, fresh_key, .. } = refusal;
    let Some(row) = row.filter(|_| !fields.is_empty()) else {
        return error_page(app, reader, *row, error, Some(Route::Home));
    };
    let (title, _) = act(Some(row), reader.lang);
    respond(card(reader, &app.style_sheet(), title, form(reader, row, fields, error, *back, fresh_key.clone())), error)
}

/// Answers where a page could not be made, or where a post to `row` has no fields to keep: why, and a link to try `again`
/// (none: the same page).
pub fn error_page(app: &Process, reader: Reader, row: Option<&Endpoint>, error: &AppError, again: Option<Route>) -> Response {
    let (title, _) = act(row, reader.lang);
    let words = reader.lang.of(&i18n::WORDS);
    let again = again.map(|route| route.to_string()).unwrap_or_default();
    let content = view! {
        <p class="refusal" role="alert">{error.clone().spoken(reader.lang).message}</p>
        <div class="refused-actions"><a class="button primary" href=again>{words.retry}</a></div>
    };
    respond(card(reader, &app.style_sheet(), title, content), error)
}

fn respond(page: String, error: &AppError) -> Response {
    let mut response = html(page);
    answer::head(&mut response, error);
    response
}

/// Returns what was refused, as a title, and what the button to do it is called. Without a row it is the opening of a page.
fn act(row: Option<&Endpoint>, lang: Lang) -> (&'static str, &'static str) {
    let words = lang.of(&WORDS);
    let (messages, rooms) = (lang.of(&messages::WORDS), lang.of(&rooms::WORDS));
    let retry = lang.of(&i18n::WORDS).retry;
    match row.map(|row| row.path) {
        Some(Enter::PATH) => (words.not_entered, lang.of(&accounts::WORDS).enter),
        Some(SendMessage::PATH) => (words.message_not_sent, messages.send),
        Some(DeleteMessage::PATH) => (words.message_not_deleted, messages.delete),
        Some(CreateRoom::PATH) => (words.room_not_created, rooms.create),
        Some(RenameRoom::PATH) => (words.name_not_changed, rooms.save),
        Some(JoinRoom::PATH) => (words.room_not_joined, rooms.join),
        Some(_) => (words.not_saved, retry),
        None => (words.not_opened, retry),
    }
}

fn form(
    reader: Reader,
    row: &Endpoint,
    fields: &Fields,
    error: &AppError,
    back: Route,
    fresh_key: String,
) -> impl IntoView + use<> {
    let (lang, words) = (reader.lang, reader.lang.of(&WORDS));
    let (_, button) = act(Some(row), lang);
    let ended = error.code == Code::NotEntered;
    let renew = error.code == Code::KeyUsed || error.field.as_deref() == Some("key");
    let name_label = match row.path == Enter::PATH {
        true => lang.of(&accounts::WORDS).your_name,
        false => lang.of(&rooms::WORDS).room_name,
    };
    let known = fields.iter().filter(|(name, _)| is_kept(name));
    let inputs = known.filter_map(|(name, value)| {
        Some(match name.as_str() {
            // The renderer writes a textarea's text as it is. A line break directly after the tag is dropped by browsers: one of
            // ours goes before the text's own.
            "text" => EitherOf4::A(view! {
                <label for="text">{words.your_message}</label>
                <textarea id="text" name="text" rows="6" dir="auto" autofocus>{format!("\n{}", escape(value))}</textarea>
            }),
            "name" => EitherOf4::B(view! {
                <label for="name">{name_label}</label>
                <input id="name" name="name" value=value.clone() autocomplete="off" dir="auto" autofocus />
            }),
            // Another session has to begin first, so the form must not insist on the old one.
            "session" if ended => return None,
            "key" if renew => EitherOf4::C(view! { <input type="hidden" name="key" value=fresh_key.clone() /> }),
            _ => EitherOf4::D(view! { <input type="hidden" name=name.clone() value=value.clone() /> }),
        })
    });
    let inputs: Vec<_> = inputs.collect();
    let existing = error.room.map(|room| {
        view! { " " <a href=Route::Room(room).to_string()>{lang.of(&rooms::WORDS).open_existing}</a> }
    });
    let has_text = fields.iter().any(|(name, value)| name == "text" && !value.trim().is_empty());
    let kept = has_text.then(|| view! { <p class="kept">{words.refused_kept}</p> });
    let enter_again = lang.of(&i18n::WORDS).enter_again;
    let enter = ended.then(|| view! { <a class="button" href=Route::Enter.to_string() target="_blank">{enter_again}</a> });
    view! {
        <p class="refusal" role="alert">{error.clone().spoken(reader.lang).message} {existing}</p>
        {kept}
        <form method="post" action=row.path>
            {inputs}
            <div class="refused-actions">
                {enter}
                <button class="button primary" type="submit">{button}</button>
                <a class="button quiet" href=back.to_string()>{words.go_back}</a>
            </div>
        </form>
    }
}

fn card(reader: Reader, css: &str, heading: &'static str, content: impl IntoView) -> String {
    let card = view! {
        <main class="refused">
            <div class="refused-card">
                <h1>{heading}</h1>
                {content}
            </div>
        </main>
    };
    document(reader, css, &title(Some(heading), PRODUCT), card)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{error::Reason, initial_data::Theme},
        request::endpoint::{MESSAGE_BODY, Need, Rate, Then},
        tests::html::field,
    };

    const ROW: Endpoint = Endpoint::new(SendMessage::PATH, Need::Session, Rate::Posting, MESSAGE_BODY, Then::ToRoom("room"));

    fn page(lang: Lang, theme: Theme, fields: &[(&str, &str)], error: AppError) -> String {
        let reader = Reader { lang, theme };
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let form = form(reader, &ROW, &fields, &error, Route::Home, "fresh".to_owned());
        card(reader, "/x.css", act(Some(&ROW), lang).0, form)
    }

    #[test]
    fn what_was_typed_is_held_and_cannot_break_out() {
        let typed = "\n</textarea></script><img src=x onerror=alert(1)>\"'";
        let fields = [("room", "1\"><b>"), ("key", "k"), ("text", typed)];
        let html = page(Lang::Zh, Theme::Dark, &fields, AppError::bad_input("text", Reason::TooLong));
        assert!(html.contains("autofocus>\n\n&lt;/textarea&gt;&lt;/script&gt;&lt;img"), "{html}");
        assert!(!html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("lang=\"zh-CN\" data-theme=\"dark\"") && html.contains("value=\"k\""));
        assert_eq!(field(&html, SendMessage::PATH, "text").as_deref(), Some(typed));
    }

    #[test]
    fn page_names_the_act_and_keeps_silent_about_an_empty_text() {
        for (lang, title, button, kept) in
            [(Lang::En, "Message not sent", "Send", "is kept below"), (Lang::Zh, "消息未发送", "发送", "已保留在下方")]
        {
            let of = |text| page(lang, Theme::System, &[("text", text)], AppError::bad_input("text", Reason::Empty));
            let (empty, typed) = (of(" \n"), of("typed"));
            for html in [&empty, &typed] {
                assert!(html.contains(&format!("<h1>{title}</h1>")) && html.contains(&format!(">{button}</button>")), "{html}");
            }
            assert!(!empty.contains(kept) && typed.contains(kept));
        }
    }

    #[test]
    fn a_used_key_is_replaced() {
        let html = page(Lang::En, Theme::System, &[("key", "old"), ("text", "t")], AppError::new(Code::KeyUsed));
        assert!(html.contains("value=\"fresh\"") && !html.contains("value=\"old\""));
    }
}
