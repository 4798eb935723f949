//! Words of subscriptions: favourite rooms, and direct rooms that are closed.

use crate::i18n::{Translated, words};

words! {
    /// What they say.
    pub struct Words {
        pub add: &'static str,
        pub remove: &'static str,
        /// Spoken after the name of a favourite in the list of rooms.
        pub favourite: &'static str,
        /// Leaves a direct room out of the list.
        pub close: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        add: "Add to favourites",
        remove: "Remove from favourites",
        favourite: "favourite",
        close: "Close until the next message",
    },
    zh: Words { add: "收藏房间", remove: "取消收藏", favourite: "已收藏", close: "关闭，直到有新消息" },
};
