//! The sentences for refusals about accounts, on the server: their forms are pages of its own.

use crate::{
    i18n::translated::{Translated, words},
    model::{
        error::{AppError, Code, Reason},
        lang::Lang,
    },
};

words! {
    /// A sentence for each refusal about accounts.
    pub struct Words {
        pub wrong_login: &'static str,
        pub entry_closed: &'static str,
        pub handle_empty: &'static str,
        pub handle_too_long: &'static str,
        pub handle_character: &'static str,
        pub handle_taken: &'static str,
        pub login_empty: &'static str,
        pub password_empty: &'static str,
        pub password_wrong: &'static str,
        pub password_too_short: &'static str,
        pub password_too_long: &'static str,
        pub password_common: &'static str,
        pub password_like_name: &'static str,
        pub weak_password: &'static str,
        pub token_malformed: &'static str,
        pub token_gone: &'static str,
        pub workspace_empty: &'static str,
        pub workspace_too_long: &'static str,
        pub email: &'static str,
        pub last_owner: &'static str,
    }
}

static WORDS: Translated<Words> = Translated {
    en: Words {
        wrong_login: "Handle or password is wrong.",
        entry_closed: "This workspace is not open to new people. Sign in, or ask somebody in it.",
        handle_empty: "Choose a handle.",
        handle_too_long: "The handle is too long: up to 32 characters.",
        handle_character: "A handle has at least two letters a–z or digits, with . _ - between them.",
        handle_taken: "This handle is taken, or too close to another. Choose a different one.",
        login_empty: "Enter your handle.",
        password_empty: "Enter the password.",
        password_wrong: "The password is wrong.",
        password_too_short: "The password is too short: at least 10 characters.",
        password_too_long: "The password is too long: up to 200 characters.",
        password_common: "Many people use this password, so it is easy to guess. Choose another one.",
        password_like_name: "The password is too close to the name or handle. Choose another one.",
        weak_password: "This password is easy to guess. Choose another one.",
        token_malformed: "This is not the whole key. Open the link again, or paste what follows the # in it.",
        token_gone: "This link no longer works. Use the newest one.",
        workspace_empty: "Enter a name for the workspace.",
        workspace_too_long: "The name is too long: up to 64 characters.",
        email: "This is not an e-mail address.",
        last_owner: "You are the only owner. Somebody else has to own the workspace first.",
    },
    zh: Words {
        wrong_login: "用户名或密码不正确。",
        entry_closed: "这个工作区目前不接受新成员。请登录，或联系其中的成员。",
        handle_empty: "请选择用户名。",
        handle_too_long: "用户名太长：最多 32 个字符。",
        handle_character: "用户名至少两个字符：字母 a–z 或数字，中间可用 . _ -。",
        handle_taken: "这个用户名（或与它相似的用户名）已被使用，请换一个。",
        login_empty: "请输入用户名。",
        password_empty: "请输入密码。",
        password_wrong: "密码不正确。",
        password_too_short: "密码太短：至少 10 个字符。",
        password_too_long: "密码太长：最多 200 个字符。",
        password_common: "很多人使用这个密码，容易被猜到，请换一个。",
        password_like_name: "密码与名字或用户名太接近，请换一个。",
        weak_password: "这个密码容易被猜到，请换一个。",
        token_malformed: "密钥不完整。请重新打开链接，或粘贴链接中 # 后面的内容。",
        token_gone: "这个链接已失效，请使用最新的链接。",
        workspace_empty: "请输入工作区的名称。",
        workspace_too_long: "名称太长：最多 64 个字符。",
        email: "这不是有效的电子邮箱地址。",
        last_owner: "你是唯一的所有者，需要先有其他人成为所有者。",
    },
};

/// Returns the sentence of a refusal about accounts; none for others.
pub(super) fn words(error: &AppError, lang: Lang) -> Option<&'static str> {
    let words = lang.of(&WORDS);
    Some(match (error.code, error.field.as_deref(), error.reason) {
        (Code::WrongLogin, Some("old"), _) => words.password_wrong,
        (Code::WrongLogin, ..) => words.wrong_login,
        (Code::EntryClosed, ..) => words.entry_closed,
        (Code::HandleTaken, ..) => words.handle_taken,
        (Code::WeakPassword, _, Some(Reason::TooShort)) => words.password_too_short,
        (Code::WeakPassword, _, Some(Reason::TooLong)) => words.password_too_long,
        (Code::WeakPassword, _, Some(Reason::Common)) => words.password_common,
        (Code::WeakPassword, _, Some(Reason::LikeName)) => words.password_like_name,
        (Code::WeakPassword, ..) => words.weak_password,
        (Code::LastOwner, ..) => words.last_owner,
        (Code::BadInput, Some("email"), _) => words.email,
        (Code::Gone, Some("token"), _) => words.token_gone,
        (Code::BadInput, Some("token"), _) => words.token_malformed,
        (Code::BadInput, Some("login"), _) => words.login_empty,
        (Code::BadInput, Some("password" | "old" | "new"), Some(Reason::Empty)) => words.password_empty,
        (Code::BadInput, Some("handle"), Some(Reason::Empty)) => words.handle_empty,
        (Code::BadInput, Some("handle"), Some(Reason::TooLong)) => words.handle_too_long,
        (Code::BadInput, Some("handle"), Some(Reason::Character)) => words.handle_character,
        (Code::BadInput, Some("workspace"), Some(Reason::Empty)) => words.workspace_empty,
        (Code::BadInput, Some("workspace"), Some(Reason::TooLong)) => words.workspace_too_long,
        _ => return None,
    })
}
