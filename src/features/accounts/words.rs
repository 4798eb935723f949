//! Words of joining the chat and signing out.

use crate::i18n::{Translated, words};

words! {
    /// What the enter page and the button to sign out say.
    pub struct Words {
        pub enter_title: &'static str,
        pub your_name: &'static str,
        /// Under the name field: what the name is for.
        pub name_help: &'static str,
        pub enter: &'static str,
        /// Below the form, a link for people with an account.
        pub sign_in: &'static str,
        pub leave: &'static str,
        /// Above the button to sign out, without an account: how to come back.
        pub leave_help: &'static str,
        pub settings: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        enter_title: "Join the chat",
        your_name: "Your name",
        name_help: "This is how others will see you.",
        enter: "Join",
        sign_in: "Sign in",
        leave: "Sign out",
        leave_help: "Make an account in Settings first, or you cannot come back as the same person.",
        settings: "Settings",
    },
    zh: Words {
        enter_title: "进入聊天",
        your_name: "你的名字",
        name_help: "别人会看到这个名字。",
        enter: "进入",
        sign_in: "登录",
        leave: "退出登录",
        leave_help: "请先在设置中创建账号，否则无法再以同一身份回来。",
        settings: "设置",
    },
};
