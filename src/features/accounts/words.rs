//! Words of entering and leaving.

use crate::i18n::{Translated, words};

words! {
    /// What the enter page and the button to leave say.
    pub struct Words {
        pub enter_title: &'static str,
        pub your_name: &'static str,
        /// Under the name field: what the name is for.
        pub name_help: &'static str,
        pub enter: &'static str,
        pub leave: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        enter_title: "Come in",
        your_name: "Your name",
        name_help: "This is how others will see you.",
        enter: "Enter",
        leave: "Leave",
    },
    zh: Words {
        enter_title: "请进", your_name: "你的名字", name_help: "别人会看到这个名字。", enter: "进入", leave: "离开"
    },
};
