//! Words of subscriptions.

use crate::i18n::{Translated, words};

words! {
    /// What subscriptions say.
    pub struct Words {
        pub add: &'static str,
        pub remove: &'static str,
        /// Spoken after the name of a room in the list: of a favourite, of one with something unread, of one without news.
        pub favourite: &'static str,
        /// Leaves a direct room out of the list.
        pub close: &'static str,
        pub unread: &'static str,
        /// How many unread messages name the reader.
        pub mentions: fn(usize) -> String,
        pub muted: &'static str,
        pub mark_unread: &'static str,
        pub mark_all: &'static str,
        /// The switch that leaves the rooms alone that have something unread.
        pub only_unread: &'static str,
        /// Heading of the menu of levels, and the levels in their order.
        pub news: &'static str,
        pub levels: [&'static str; 3],
        /// Heading of the times of muting, and the times: an hour, eight hours, a day.
        pub mute: &'static str,
        pub hours: [&'static str; 3],
        pub unmute: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        add: "Add to favourites",
        remove: "Remove from favourites",
        favourite: "favourite",
        close: "Close until the next message",
        unread: "unread",
        mentions: |n| n.to_string() + if n == 1 { " mention" } else { " mentions" },
        muted: "muted",
        mark_unread: "Mark unread from here",
        mark_all: "Mark all rooms as read",
        only_unread: "Unread",
        news: "News of this room",
        levels: ["All messages", "Mentions only", "Nothing"],
        mute: "Mute",
        hours: ["For 1 hour", "For 8 hours", "For a day"],
        unmute: "Unmute",
    },
    zh: Words {
        add: "收藏房间",
        remove: "取消收藏",
        favourite: "已收藏",
        close: "关闭，直到有新消息",
        unread: "有未读消息",
        mentions: |n| n.to_string() + " 条提及你的消息",
        muted: "已静音",
        mark_unread: "从这里标为未读",
        mark_all: "全部标为已读",
        only_unread: "未读",
        news: "此房间的动态",
        levels: ["所有消息", "仅提及我的", "不提醒"],
        mute: "静音",
        hours: ["1 小时", "8 小时", "一天"],
        unmute: "取消静音",
    },
};
