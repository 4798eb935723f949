//! Words of the page that answers a refused form.

use crate::i18n::{Translated, words};

words! {
    /// What the page of a refused form says beside the error.
    pub struct Words {
        pub refused_title: &'static str,
        pub refused_kept: &'static str,
        pub your_message: &'static str,
        pub send_again: &'static str,
        pub go_back: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        refused_title: "That did not work",
        refused_kept: "Nothing is lost: what you wrote is below.",
        your_message: "Your message",
        send_again: "Try again",
        go_back: "Go back",
    },
    zh: Words {
        refused_title: "没有成功",
        refused_kept: "什么都没有丢：你写的内容在下面。",
        your_message: "你的消息",
        send_again: "再试一次",
        go_back: "返回",
    },
};
