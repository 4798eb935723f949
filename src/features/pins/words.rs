//! Words of pins.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What pins say.
    pub struct Words {
        /// The button that pins a message, and the one that takes the pin off.
        pub pin: &'static str,
        pub unpin: &'static str,
        /// Stands in a pinned message, by the name of the person who pinned it.
        pub pinned_by: fn(&str) -> String,
        /// Title of the list in a room's head, by how many there are.
        pub pinned_messages: fn(usize) -> String,
        pub nothing_pinned: &'static str,
        pub nothing_pinned_help: &'static str,
        /// The refusal of one pin more than a room may have.
        pub full: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        pin: "Pin message",
        unpin: "Unpin message",
        pinned_by: |name| format!("Pinned by {}", isolated(name)),
        pinned_messages: |n| match n {
            1 => "1 pinned message".to_owned(),
            _ => format!("{n} pinned messages"),
        },
        nothing_pinned: "Nothing is pinned yet",
        nothing_pinned_help: "Pin a message, and everyone in the room finds it here.",
        full: "This room already has 100 pinned messages. Unpin one first.",
    },
    zh: Words {
        pin: "置顶消息",
        unpin: "取消置顶",
        pinned_by: |name| format!("由{}置顶", isolated(name)),
        pinned_messages: |n| format!("{n} 条置顶消息"),
        nothing_pinned: "还没有置顶的消息",
        nothing_pinned_help: "置顶一条消息，房间里的人都能在这里找到它。",
        full: "这个房间已有 100 条置顶消息，请先取消一条。",
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{features::pins::model::MAX_PINS, model::lang::Lang};

    #[test]
    fn refusal_names_the_limit() {
        for lang in [Lang::En, Lang::Zh] {
            assert!(lang.of(&WORDS).full.contains(&MAX_PINS.to_string()));
        }
    }
}
