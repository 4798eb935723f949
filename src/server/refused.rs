//! The small page that answers a refused form without JavaScript: why, and a form that still holds what was typed.

use crate::{
    i18n::Lang,
    model::{
        error::{AppError, Code},
        initial_data::Theme,
    },
};
use std::fmt::Write as _;

/// The fields of a form, in order, as they were sent.
pub type Fields = Vec<(String, String)>;

/// Escapes text for element content and double-quoted attributes.
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

/// The page. `action` is the form's endpoint, `back` a local path, `fresh_key` replaces the key where the old one is used up.
#[expect(clippy::too_many_arguments, reason = "one call, one page: every part is used once")]
pub fn page(
    lang: Lang,
    theme: Theme,
    css: &str,
    action: &str,
    fields: &Fields,
    error: &AppError,
    back: &str,
    fresh_key: &str,
) -> String {
    let t = lang.strings();
    let mut form = String::new();
    let renew = error.code == Code::KeyUsed || error.field.as_deref() == Some("key");
    for (name, value) in fields {
        let (name, shown) = (escape(name), escape(value));
        // Writing to a String cannot fail.
        let _ = match name.as_str() {
            // A line break directly after the tag is dropped by browsers: one of ours goes before the text's own.
            "text" => write!(
                form,
                "<label for=\"text\">{}</label><textarea id=\"text\" name=\"text\" rows=\"6\" autofocus>\n{shown}</textarea>",
                t.your_message
            ),
            "name" => {
                let label = if action == "/api/auth/enter" { t.your_name } else { t.room_name };
                write!(
                    form,
                    "<label for=\"name\">{label}</label><input id=\"name\" name=\"name\" value=\"{shown}\" autocomplete=\"off\" autofocus>"
                )
            }
            // Another session has to begin first, so the form must not insist on the old one.
            "session" if error.code == Code::NotEntered => Ok(()),
            "key" if renew => write!(form, "<input type=\"hidden\" name=\"key\" value=\"{fresh_key}\">"),
            _ => write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{shown}\">"),
        };
    }
    let words = error.words(lang);
    let kept = if fields.iter().any(|(name, _)| name == "text") {
        format!("<p class=\"kept\">{}</p>", t.refused_kept)
    } else {
        String::new()
    };
    let again = if error.code == Code::NotEntered {
        format!("<a class=\"button\" href=\"/enter\" target=\"_blank\">{}</a>", t.enter_again)
    } else {
        String::new()
    };
    let content = format!(
        "<p class=\"refusal\" role=\"alert\">{words}</p>{kept}\
         <form method=\"post\" action=\"{action}\">{form}<div class=\"refused-actions\">{again}\
         <button class=\"button primary\" type=\"submit\">{send}</button><a class=\"button quiet\" href=\"{back}\">{go_back}</a></div></form>",
        words = escape(words),
        action = escape(action),
        back = escape(back),
        send = escape(t.send_again),
        go_back = escape(t.go_back),
    );
    frame(lang, theme, css, t.refused_title, &content)
}

/// The page where a page could not be made: the sentence, and a way to try again.
pub fn sorry(lang: Lang, theme: Theme, css: &str, error: &AppError, again: &str) -> String {
    let t = lang.strings();
    let content = format!(
        "<p class=\"refusal\" role=\"alert\">{}</p><div class=\"refused-actions\"><a class=\"button primary\" href=\"{}\">{}</a></div>",
        escape(error.words(lang)),
        escape(again),
        escape(t.retry),
    );
    frame(lang, theme, css, t.refused_title, &content)
}

fn frame(lang: Lang, theme: Theme, css: &str, title: &str, content: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\" data-theme=\"{theme}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <title>{title} · Rill</title><link rel=\"stylesheet\" href=\"{css}\"><link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\
         </head><body><main class=\"refused\"><div class=\"refused-card\"><h1>{title}</h1>{content}</div></main></body></html>",
        lang = lang.tag(),
        theme = theme.as_str(),
        title = escape(title),
        css = escape(css),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Reason;

    #[test]
    fn what_was_typed_is_held_and_cannot_break_out() {
        let typed = "\n</textarea></script><img src=x onerror=alert(1)>\"'";
        let fields = vec![
            ("room".to_owned(), "1\"><b>".to_owned()),
            ("key".to_owned(), "k".to_owned()),
            ("text".to_owned(), typed.to_owned()),
        ];
        let error = AppError::bad_input("text", Reason::TooLong);
        let html = page(Lang::Zh, Theme::Dark, "/x.css", "/api/messages/send", &fields, &error, "/rooms/1", "fresh");
        assert!(html.contains("autofocus>\n\n&lt;/textarea&gt;&lt;/script&gt;&lt;img"), "{html}");
        assert!(!html.contains("<img") && !html.contains("<b>"));
        assert!(html.contains("lang=\"zh-CN\" data-theme=\"dark\"") && html.contains("value=\"k\""));
    }

    #[test]
    fn a_used_key_is_replaced() {
        let fields = vec![("key".to_owned(), "old".to_owned()), ("text".to_owned(), "t".to_owned())];
        let html = page(Lang::En, Theme::System, "", "/api/messages/send", &fields, &AppError::new(Code::KeyUsed), "/", "fresh");
        assert!(html.contains("value=\"fresh\"") && !html.contains("value=\"old\""));
    }
}
