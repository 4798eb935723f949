//! Announcer: says messages that arrive to screen readers, in a log that nobody sees.

use crate::{
    client::{page::Page, platform::later},
    features::{
        messages::{WORDS, model::Message, state::Messages},
        people::state::People,
    },
};
use leptos::{html, prelude::*};

/// Milliseconds in which messages are gathered, so that many are said as a number.
const GATHER: u32 = 700;
/// Messages that are said one by one.
const SINGLE: usize = 3;
/// Characters that are said of a message.
const SPOKEN: usize = 280;
/// Lines that the log keeps.
const LINES: u32 = 20;

#[component]
pub fn Announcer() -> impl IntoView {
    let (page, messages, people) = (expect_context::<Page>(), expect_context::<Messages>(), expect_context::<People>());
    let log = NodeRef::<html::Div>::new();
    let news = messages.news;
    let line = move |message: Message| {
        let mut line = people.name(message.author).get_untracked();
        line.push_str(": ");
        line.push_str(&message.body.words(SPOKEN));
        line
    };
    let say = move || {
        let all = news.with(std::mem::take).unwrap_or_default();
        let lines = match all.len() {
            many if many > SINGLE => vec![(page.lang.of(&WORDS).new_messages)(many as u32)],
            _ => all.into_iter().map(line).collect(),
        };
        let Some(log) = log.try_get_untracked().flatten() else { return };
        for line in lines {
            if let Ok(item) = document().create_element("p") {
                item.set_text_content(Some(&line));
                let _ = log.append_child(&item);
            }
        }
        while log.child_element_count() > LINES
            && let Some(first) = log.first_element_child()
        {
            first.remove();
        }
    };
    Effect::new(move |_| {
        if news.read(Vec::len) == Some(1) {
            later(GATHER, say);
        }
    });
    view! { <div class="hidden" role="log" node_ref=log></div> }
}
