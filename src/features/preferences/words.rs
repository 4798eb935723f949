//! Words of the reader's menu: theme and language.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the menu and the switches say.
    pub struct Words {
        /// Accessible name of the reader's menu, by their name.
        pub your_menu: fn(&str) -> String,
        pub theme: &'static str,
        pub theme_system: &'static str,
        pub theme_light: &'static str,
        pub theme_dark: &'static str,
        pub language: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        your_menu: |name| format!("{}: your menu", isolated(name)),
        theme: "Theme",
        theme_system: "System",
        theme_light: "Light",
        theme_dark: "Dark",
        language: "Language",
    },
    zh: Words {
        your_menu: |name| format!("{}的菜单", isolated(name)),
        theme: "主题",
        theme_system: "跟随系统",
        theme_light: "浅色",
        theme_dark: "深色",
        language: "语言",
    },
};
