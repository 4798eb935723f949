//! Words that several folders share.

use super::translated::{Translated, words};

words! {
    /// Words that belong to no feature.
    pub struct Words {
        /// What the product is, in one sentence.
        pub about: &'static str,
        pub skip_to_box: &'static str,
        pub skip_to_page: &'static str,
        pub session_ended: &'static str,
        pub enter_again: &'static str,
        pub retry: &'static str,
        pub cancel: &'static str,
        pub copy: &'static str,
        /// On the button that has copied something, and said of it.
        pub copied: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        about: "Group chat on your own server.",
        skip_to_box: "Skip to message box",
        skip_to_page: "Skip to content",
        session_ended: "You have been signed out.",
        enter_again: "Join again",
        retry: "Retry",
        cancel: "Cancel",
        copy: "Copy",
        copied: "Copied",
    },
    zh: Words {
        about: "部署在自己服务器上的群聊。",
        skip_to_box: "跳到输入框",
        skip_to_page: "跳到正文",
        session_ended: "你已退出登录。",
        enter_again: "重新进入",
        retry: "重试",
        cancel: "取消",
        copy: "复制",
        copied: "已复制",
    },
};
