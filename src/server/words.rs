//! Words of the small pages: a refused form, and a request that came by another address than ours.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the page of a refused form says beside the error.
    pub struct Words {
        /// Titles: the act that was refused.
        pub not_entered: &'static str,
        pub message_not_sent: &'static str,
        pub message_not_deleted: &'static str,
        pub room_not_created: &'static str,
        pub room_not_joined: &'static str,
        pub name_not_changed: &'static str,
        pub not_saved: &'static str,
        pub not_opened: &'static str,
        /// Above a text that can be sent again.
        pub refused_kept: &'static str,
        pub your_message: &'static str,
        pub go_back: &'static str,
        /// The argument is the address that people open.
        pub open_at: fn(&str) -> String,
        /// The argument is the name by which the server was asked.
        pub unknown_host: fn(&str) -> String,
        /// The argument is the address of the server's own pages, as far as it knows.
        pub foreign_page: fn(&str) -> String,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        not_entered: "You have not joined the chat",
        message_not_sent: "Message not sent",
        message_not_deleted: "Message not deleted",
        room_not_created: "Room not created",
        room_not_joined: "Room not joined",
        name_not_changed: "Name not changed",
        not_saved: "Not saved",
        not_opened: "This page could not be opened",
        refused_kept: "Your text is kept below.",
        your_message: "Your message",
        go_back: "Go back",
        open_at: |address| format!("The request came by another address. Open Rill at {}.", isolated(address)),
        unknown_host: |host| {
            let host = isolated(host);
            format!("Rill does not answer to the name {host}. If it is this server's own, set public_url to its address.")
        },
        foreign_page: |address| {
            let address = isolated(address);
            format!("The request came from a page of another site than {address}. Behind a proxy, set public_url.")
        },
    },
    zh: Words {
        not_entered: "未能进入聊天",
        message_not_sent: "消息未发送",
        message_not_deleted: "消息未删除",
        room_not_created: "房间未创建",
        room_not_joined: "未能加入房间",
        name_not_changed: "名称未修改",
        not_saved: "未保存",
        not_opened: "无法打开页面",
        refused_kept: "你写的内容已保留在下方。",
        your_message: "你的消息",
        go_back: "返回",
        open_at: |address| format!("请求来自另一个地址。请打开 {}。", isolated(address)),
        unknown_host: |host| {
            format!("Rill 不以 {} 这个名称提供服务。如果它就是本服务器，请把 public_url 设为它的地址。", isolated(host))
        },
        foreign_page: |address| format!("请求不是来自 {} 的页面。在代理后面时请设置 public_url。", isolated(address)),
    },
};
