//! Words of the quick switcher.

use crate::i18n::{Translated, words};

words! {
    /// What the switcher says.
    pub struct Words {
        /// The button that opens it, with its key.
        pub open: &'static str,
        pub title: &'static str,
        /// Stands in the empty field.
        pub hint: &'static str,
        pub none: &'static str,
        /// Where nothing is typed, and the reader is in no other room.
        pub no_other: &'static str,
        /// How many rooms are shown; spoken.
        pub found: fn(u32) -> String,
        /// After the name of a room that the reader is not in.
        pub outside: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        open: "Go to a room (Ctrl+K)",
        title: "Go to a room",
        hint: "Name of a room",
        none: "No room is called that.",
        no_other: "You are in no other room yet.",
        found: |n| match n {
            1 => "1 room".to_owned(),
            _ => n.to_string() + " rooms",
        },
        outside: "not joined",
    },
    zh: Words {
        open: "前往房间（Ctrl+K）",
        title: "前往房间",
        hint: "房间名称、拼音或首字母",
        none: "没有这个名称的房间。",
        no_other: "你还没有加入其他房间。",
        found: |n| n.to_string() + " 个房间",
        outside: "未加入",
    },
};
