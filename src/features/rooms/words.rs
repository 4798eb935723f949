//! Words of rooms: the list, the forms, the pages that show no room.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the views of rooms say.
    pub struct Words {
        pub rooms: &'static str,
        pub new_room: &'static str,
        pub room_name: &'static str,
        pub create: &'static str,
        pub rename: &'static str,
        pub save: &'static str,
        pub back_to_rooms: &'static str,
        pub pick_room: &'static str,
        pub pick_room_help: &'static str,
        /// Title of a room that the reader is not in, by its name.
        pub not_joined: fn(&str) -> String,
        pub not_joined_help: &'static str,
        pub join: &'static str,
        pub missing: &'static str,
        pub missing_help: &'static str,
        pub to_rooms: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        rooms: "Rooms",
        new_room: "New room",
        room_name: "Room name",
        create: "Create",
        rename: "Rename",
        save: "Save",
        back_to_rooms: "Back to rooms",
        pick_room: "Pick a room",
        pick_room_help: "Everything said in it since the beginning is there.",
        not_joined: |room| format!("You are not in {}", isolated(room)),
        not_joined_help: "Join to read what was said and to answer.",
        join: "Join",
        missing: "Nothing here",
        missing_help: "This room does not exist, or is not yours to see.",
        to_rooms: "See the rooms",
    },
    zh: Words {
        rooms: "房间",
        new_room: "新建房间",
        room_name: "房间名称",
        create: "创建",
        rename: "改名",
        save: "保存",
        back_to_rooms: "返回房间列表",
        pick_room: "选一个房间",
        pick_room_help: "里面从头到尾说过的话都在。",
        not_joined: |room| format!("你还没有加入{}", isolated(room)),
        not_joined_help: "加入之后，就能看到大家说过的话，也能发言。",
        join: "加入",
        missing: "这里什么都没有",
        missing_help: "这个房间不存在，或者你看不到它。",
        to_rooms: "查看房间",
    },
};
