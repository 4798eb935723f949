//! Words of the status line.

use crate::i18n::{Translated, words};

words! {
    /// What the status line says of the connection.
    pub struct Words {
        pub reconnecting: &'static str,
        pub back_online: &'static str,
        pub no_live: &'static str,
        pub update_ready: &'static str,
        pub reload: &'static str,
        /// Takes a notice away.
        pub close: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        reconnecting: "Reconnecting…",
        back_online: "Back online",
        no_live: "Live updates are off. Reload to see what is new.",
        update_ready: "A new version is ready.",
        reload: "Reload",
        close: "Close",
    },
    zh: Words {
        reconnecting: "正在重新连接…",
        back_online: "已恢复连接",
        no_live: "实时更新已关闭，刷新页面可看到新消息。",
        update_ready: "新版本已就绪。",
        reload: "刷新",
        close: "关闭",
    },
};
