//! Words of rooms: the list, the forms, the pages that show no room.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the views of rooms say.
    pub struct Words {
        pub rooms: &'static str,
        pub new_room: &'static str,
        /// Leads to the list of rooms that one may join.
        pub browse: &'static str,
        pub room_name: &'static str,
        pub create: &'static str,
        /// The choice of a room that only members see.
        pub private: &'static str,
        pub kind_help: &'static str,
        pub add_people: &'static str,
        /// The section of direct rooms.
        pub direct: &'static str,
        /// Leads to the people to whom one may write.
        pub new_message: &'static str,
        /// A direct room of oneself alone.
        pub notes: &'static str,
        /// The names of several people.
        pub names: fn(&[String]) -> String,
        /// In place of the message box of a direct room.
        pub has_left: &'static str,
        pub rename: &'static str,
        pub save: &'static str,
        /// Leads to the room that has the wished name already.
        pub open_existing: &'static str,
        pub back_to_rooms: &'static str,
        /// How many are in a room; leads to the list of them.
        pub people: fn(u32) -> String,
        /// More than are counted.
        pub many_people: &'static str,
        pub choose_room: &'static str,
        pub choose_room_help: &'static str,
        pub last_room: &'static str,
        /// In the list, after the name of a room that the reader has not joined.
        pub outside: &'static str,
        /// Title of a room that the reader is not in, by its name.
        pub not_joined: fn(&str) -> String,
        pub not_joined_help: &'static str,
        /// In place of the message box.
        pub archived: &'static str,
        pub admins_post: &'static str,
        pub join: &'static str,
        pub page_missing: &'static str,
        pub page_missing_help: &'static str,
        pub room_missing: &'static str,
        pub message_missing: &'static str,
        pub missing_help: &'static str,
    }
}

/// Joins names; `last` stands before the last one, `between` before the others.
fn list(names: &[String], between: &str, last: &str) -> String {
    let mut list = String::new();
    for (at, name) in names.iter().enumerate() {
        list.push_str(match at {
            0 => "",
            _ if at + 1 == names.len() => last,
            _ => between,
        });
        list.push_str(&isolated(name));
    }
    list
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        rooms: "Rooms",
        new_room: "New room",
        browse: "Browse rooms",
        room_name: "Room name",
        create: "Create",
        private: "Private: only people who are added see it",
        kind_help: "A room stays open or private. It can be archived, not deleted.",
        add_people: "Add people",
        direct: "Direct messages",
        new_message: "New message",
        notes: "Notes to yourself",
        names: |names| list(names, ", ", " and "),
        has_left: "Somebody here has left for good. You can read the messages, but not write.",
        rename: "Rename room",
        save: "Save",
        open_existing: "Open that room",
        back_to_rooms: "Back to rooms",
        people: |n| match n {
            1 => "1 person".to_owned(),
            _ => format!("{n} people"),
        },
        many_people: "1,000+ people",
        choose_room: "Choose a room",
        choose_room_help: "You will see its whole history.",
        last_room: "Open the last room",
        outside: "not joined",
        not_joined: |room| format!("You have not joined {}", isolated(room)),
        not_joined_help: "Join to read and write.",
        archived: "This room is archived. It can be read, but not written in.",
        admins_post: "Only admins of this room can post.",
        join: "Join room",
        page_missing: "Page not found",
        page_missing_help: "There is no page at this address.",
        room_missing: "Room not found",
        message_missing: "Message not found",
        missing_help: "It does not exist, or you have no access.",
    },
    zh: Words {
        rooms: "房间",
        new_room: "新建房间",
        browse: "浏览房间",
        room_name: "房间名称",
        create: "创建",
        private: "私密：只有被添加的人可见",
        kind_help: "房间的类型不能更改；房间可以归档，不能删除。",
        add_people: "添加成员",
        direct: "私信",
        new_message: "新私信",
        notes: "给自己的备忘",
        names: |names| list(names, "、", "和"),
        has_left: "这里有人已停用账号，只能查看，不能发言。",
        rename: "重命名房间",
        save: "保存",
        open_existing: "打开该房间",
        back_to_rooms: "返回房间列表",
        people: |n| format!("{n} 人"),
        many_people: "1,000+ 人",
        choose_room: "选择一个房间",
        choose_room_help: "可以看到全部历史消息。",
        last_room: "打开上次的房间",
        outside: "未加入",
        not_joined: |room| format!("你还没有加入“{}”", isolated(room)),
        not_joined_help: "加入后即可查看和发言。",
        archived: "这个房间已归档，只能查看，不能发言。",
        admins_post: "只有这个房间的管理员可以发言。",
        join: "加入房间",
        page_missing: "找不到页面",
        page_missing_help: "这个地址没有页面。",
        room_missing: "找不到房间",
        message_missing: "找不到消息",
        missing_help: "它不存在，或你没有权限查看。",
    },
};
