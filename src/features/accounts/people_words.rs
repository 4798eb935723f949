//! Words of the page about the people of the workspace, which needs no script.

use crate::i18n::{Translated, isolated, words};

words! {
    /// What the page says.
    pub struct Words {
        pub title: &'static str,
        pub find: &'static str,
        pub find_button: &'static str,
        pub nobody: &'static str,
        pub more: &'static str,
        /// After one's own name.
        pub you: &'static str,
        /// What somebody is, after the name.
        pub owner: &'static str,
        pub admin: &'static str,
        pub guest: &'static str,
        pub no_account: &'static str,
        pub inactive: &'static str,
        /// Opens what may be done with a person, by the name.
        pub change: fn(&str) -> String,
        pub make_owner: &'static str,
        pub make_admin: &'static str,
        pub make_member: &'static str,
        pub recover: &'static str,
        pub deactivate: &'static str,
        pub activate: &'static str,
        pub ban: &'static str,
        pub ban_for: &'static str,
        /// So many days.
        pub days: fn(u32) -> String,
        pub for_good: &'static str,
        /// Title of a new recovery link, by whose it is.
        pub made: fn(&str) -> String,
        pub made_help: &'static str,
        pub link: &'static str,
        pub copy: &'static str,
        pub copied: &'static str,
        pub qr: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words {
        title: "People",
        find: "Find by name or handle",
        find_button: "Find",
        nobody: "Nobody was found.",
        more: "More people",
        you: "you",
        owner: "owner",
        admin: "admin",
        guest: "guest",
        no_account: "no account",
        inactive: "deactivated",
        change: |name| format!("Change {}", isolated(name)),
        make_owner: "Make owner",
        make_admin: "Make admin",
        make_member: "Make member",
        recover: "Recovery link",
        deactivate: "Deactivate",
        activate: "Activate",
        ban: "Ban",
        ban_for: "How long",
        days: |n| match n {
            1 => "1 day".to_owned(),
            _ => format!("{n} days"),
        },
        for_good: "For good",
        made: |name| format!("Recovery link for {}", isolated(name)),
        made_help: "Copy it now: it is shown this once. It is good for a day, for one new password. Hand it to them alone.",
        link: "Link",
        copy: "Copy",
        copied: "Copied",
        qr: "QR code of the link",
    },
    zh: Words {
        title: "成员",
        find: "按名字或用户名查找",
        find_button: "查找",
        nobody: "没有找到任何人。",
        more: "更多成员",
        you: "你",
        owner: "所有者",
        admin: "管理员",
        guest: "访客",
        no_account: "没有账号",
        inactive: "已停用",
        change: |name| format!("更改 {}", isolated(name)),
        make_owner: "设为所有者",
        make_admin: "设为管理员",
        make_member: "设为普通成员",
        recover: "找回链接",
        deactivate: "停用",
        activate: "恢复",
        ban: "封禁",
        ban_for: "多久",
        days: |n| format!("{n} 天"),
        for_good: "永久",
        made: |name| format!("{} 的找回链接", isolated(name)),
        made_help: "请立即复制：它只显示这一次。一天内有效，可设置一次新密码。请只交给本人。",
        link: "链接",
        copy: "复制",
        copied: "已复制",
        qr: "链接的二维码",
    },
};
