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
        no_live: "Live updates are off. Reload for new messages.",
        update_ready: "Rill was updated. Reload to use it.",
        reload: "Reload",
        close: "Close",
    },
    zh: Words {
        reconnecting: "正在重新连接…",
        back_online: "已恢复连接",
        no_live: "无法实时更新，请刷新页面查看新消息。",
        update_ready: "Rill 已更新，刷新后生效。",
        reload: "刷新",
        close: "关闭",
    },
};
