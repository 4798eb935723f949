//! Words of messages: the list, the rows, the composer.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the views of messages say.
    pub struct Words {
        /// Name of the list, by the room's name.
        pub messages_in: fn(&str) -> String,
        /// Above the first message ever, by the room's name.
        pub beginning: fn(&str) -> String,
        /// The same in a direct room, by the names of the other people, and in one of oneself alone.
        pub beginning_direct: fn(&str) -> String,
        pub beginning_notes: &'static str,
        /// In a room without messages.
        pub beginning_help: &'static str,
        pub loading: &'static str,
        pub older: &'static str,
        /// On the pill: how many messages below have not been seen.
        pub new_messages: fn(u32) -> String,
        /// On the line above the first unread message.
        pub new: &'static str,
        pub jump_to_latest: &'static str,
        pub sending: &'static str,
        pub not_sent: &'static str,
        /// A message that is sent by itself once there is a network again, or once the server accepts it.
        pub waiting_connection: &'static str,
        pub waiting_server: &'static str,
        pub delete: &'static str,
        pub delete_message: &'static str,
        pub delete_question: &'static str,
        /// Above what was written in a room that cannot be opened.
        pub kept: &'static str,
        /// Copies the address of a room in which nothing is said yet.
        pub invite: &'static str,
        /// After the name of a room that has a draft, for assistive technology.
        pub draft: &'static str,
        /// Label and placeholder of the box, by the room's name.
        pub message_room: fn(&str) -> String,
        pub send: &'static str,
        /// Which keys send and break the line.
        pub keys_hint: &'static str,
        /// In place of the keys while there is no connection.
        pub offline_hint: &'static str,
        /// Near the limit: how many characters are left.
        pub characters_left: fn(usize) -> String,
        /// Over the limit: how many characters too many.
        pub characters_over: fn(usize) -> String,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        messages_in: |room| format!("Messages in {}", isolated(room)),
        beginning: |room| format!("This is the start of {}", isolated(room)),
        beginning_direct: |names| format!("This is the start of your messages with {}", isolated(names)),
        beginning_notes: "Only you can see what you write here",
        beginning_help: "No messages yet. Write the first one.",
        loading: "Loading…",
        older: "Older messages",
        new_messages: |n| match n {
            1 => "1 new message".to_owned(),
            _ => format!("{n} new messages"),
        },
        new: "New",
        jump_to_latest: "Jump to latest",
        sending: "Sending",
        not_sent: "Not sent",
        waiting_connection: "Waiting for connection",
        waiting_server: "Waiting for the server",
        delete: "Delete",
        delete_message: "Delete message",
        delete_question: "Delete message?",
        kept: "You wrote this here. It was not sent.",
        invite: "Invite people: copy the address",
        draft: "draft",
        message_room: |room| format!("Message {}", isolated(room)),
        send: "Send",
        keys_hint: "Enter to send, Shift+Enter for a new line",
        offline_hint: "You are offline. Messages will be sent when you reconnect.",
        characters_left: |n| match n {
            1 => "1 character left".to_owned(),
            _ => format!("{n} characters left"),
        },
        characters_over: |n| match n {
            1 => "1 character too many".to_owned(),
            _ => format!("{n} characters too many"),
        },
    },
    zh: Words {
        messages_in: |room| format!("“{}”的消息", isolated(room)),
        beginning: |room| format!("这里是“{}”的开头", isolated(room)),
        beginning_direct: |names| format!("这里是你与{}的私信的开头", isolated(names)),
        beginning_notes: "这里写的内容只有你能看到",
        beginning_help: "还没有消息，来发第一条吧。",
        loading: "正在加载…",
        older: "更早的消息",
        new_messages: |n| format!("{n} 条新消息"),
        new: "新消息",
        jump_to_latest: "跳到最新消息",
        sending: "正在发送",
        not_sent: "未发送",
        waiting_connection: "等待连接后发送",
        waiting_server: "等待服务器后发送",
        delete: "删除",
        delete_message: "删除消息",
        delete_question: "删除这条消息？",
        kept: "你在这里写下的内容，尚未发送",
        invite: "邀请他人：复制房间地址",
        draft: "草稿",
        message_room: |room| format!("发消息到“{}”", isolated(room)),
        send: "发送",
        keys_hint: "Enter 发送，Shift+Enter 换行",
        offline_hint: "你已离线，恢复连接后会自动发送。",
        characters_left: |n| format!("还可以输入 {n} 个字符"),
        characters_over: |n| format!("超出 {n} 个字符"),
    },
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_counts_one_and_other_and_chinese_counts_alike() {
        let table = [(0, "0 new messages"), (1, "1 new message"), (2, "2 new messages"), (21, "21 new messages")];
        for (n, words) in table {
            assert_eq!((WORDS.en.new_messages)(n), words);
            assert_eq!((WORDS.zh.new_messages)(n), format!("{n} 条新消息"));
        }
        assert_eq!((WORDS.en.characters_left)(1), "1 character left");
        assert_eq!((WORDS.en.characters_over)(2), "2 characters too many");
        assert_eq!((WORDS.zh.characters_left)(1), "还可以输入 1 个字符");
    }
}
