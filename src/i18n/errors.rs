//! Errors: the sentence for each way in which a request is refused.

#[cfg(feature = "ssr")]
mod plain_pages;
#[cfg(not(feature = "ssr"))]
#[path = "errors/plain_pages_browser.rs"]
mod plain_pages;

use super::translated::{Translated, words};
use crate::model::{
    error::{AppError, Code, Reason},
    lang::Lang,
};

words! {
    /// A sentence for each refusal: what was wrong and, where there is something to do, what to do.
    pub struct Words {
        pub text_empty: &'static str,
        pub text_too_long: &'static str,
        pub text_character: &'static str,
        pub name_empty: &'static str,
        pub name_too_long: &'static str,
        pub name_character: &'static str,
        pub room_name_empty: &'static str,
        pub room_name_too_long: &'static str,
        pub room_name_character: &'static str,
        pub bad_input: &'static str,
        pub not_entered: &'static str,
        pub forbidden: &'static str,
        pub cross_site: &'static str,
        pub not_found: &'static str,
        pub method_not_allowed: &'static str,
        pub key_used: &'static str,
        pub name_taken: &'static str,
        pub room_name_taken: &'static str,
        pub full: &'static str,
        pub archived: &'static str,
        pub gone: &'static str,
        pub too_large: &'static str,
        pub content_type: &'static str,
        pub too_fast: &'static str,
        pub internal: &'static str,
        pub busy: &'static str,
        pub storage_full: &'static str,
        pub network: &'static str,
    }
}

/// The sentences in every language.
static WORDS: Translated<Words> = Translated {
    en: Words {
        text_empty: "Write a message first.",
        text_too_long: "The message is too long: up to 8,000 characters.",
        text_character: "The message contains a character that cannot be sent. Remove it.",
        name_empty: "Enter a name.",
        name_too_long: "The name is too long: up to 40 characters.",
        name_character: "This name contains a character Rill cannot show. Remove it.",
        room_name_empty: "Enter a name for the room.",
        room_name_too_long: "The name is too long: up to 64 characters.",
        room_name_character: "This name contains a character Rill cannot show. Remove it.",
        bad_input: "Something was wrong with this request. Reload and try again.",
        not_entered: "Join the chat with a name first.",
        forbidden: "You do not have permission to do this.",
        cross_site: "The request came from another site and was refused.",
        not_found: "It does not exist, or you have no access.",
        method_not_allowed: "This page cannot be opened like this.",
        key_used: "This page is out of date. Send the message again.",
        name_taken: "This name is taken, or too close to another. Choose a different one.",
        room_name_taken: "There is already a room with this name, or one that looks like it.",
        full: "The limit is reached. Remove one first.",
        archived: "This room is archived. It can be read, but not changed.",
        gone: "It has been deleted.",
        too_large: "This is too large to send. Shorten it and try again.",
        content_type: "This cannot be sent like this.",
        too_fast: "That was too fast. Wait a moment and try again.",
        internal: "Something went wrong on the server. Try again.",
        busy: "The server is busy. Try again in a moment.",
        storage_full: "The server's disk is full. Nothing can be saved until there is room.",
        network: "No response from the server. Check your connection and try again.",
    },
    zh: Words {
        text_empty: "请先输入消息。",
        text_too_long: "消息太长：最多 8,000 个字符。",
        text_character: "消息中有无法发送的字符，请删除后重试。",
        name_empty: "请输入名字。",
        name_too_long: "名字太长：最多 40 个字符。",
        name_character: "名字中有无法显示的字符，请删除后重试。",
        room_name_empty: "请输入房间名称。",
        room_name_too_long: "名称太长：最多 64 个字符。",
        room_name_character: "名称中有无法显示的字符，请删除后重试。",
        bad_input: "请求有误，请刷新后重试。",
        not_entered: "请先输入名字进入聊天。",
        forbidden: "你没有权限进行此操作。",
        cross_site: "请求来自其他网站，已拒绝。",
        not_found: "内容不存在，或你没有权限查看。",
        method_not_allowed: "无法以这种方式打开此页面。",
        key_used: "页面已过期，请重新发送。",
        name_taken: "这个名字（或与它相似的名字）已被使用，请换一个。",
        room_name_taken: "已经有一个同名或名称相似的房间。",
        full: "数量已达上限，请先移除一个。",
        archived: "这个房间已归档，只能查看，不能更改。",
        gone: "内容已被删除。",
        too_large: "内容太大，请缩短后重试。",
        content_type: "无法以这种方式发送。",
        too_fast: "操作太快，请稍后再试。",
        internal: "服务器出错了，请重试。",
        busy: "服务器正忙，请稍后再试。",
        storage_full: "服务器磁盘已满，腾出空间前无法保存。",
        network: "服务器没有响应，请检查网络连接后重试。",
    },
};

impl AppError {
    /// Returns a sentence for the person, in their language.
    pub fn words(&self, lang: Lang) -> &'static str {
        if let Some(words) = plain_pages::words(self, lang) {
            return words;
        }
        let words = lang.of(&WORDS);
        match self.code {
            // The server has sentences of their own for these.
            Code::WrongLogin | Code::EntryClosed | Code::HandleTaken | Code::LastOwner | Code::WeakPassword => words.bad_input,
            Code::BadInput if self.of_room => match self.reason {
                Some(Reason::Empty | Reason::Missing) => words.room_name_empty,
                Some(Reason::TooLong) => words.room_name_too_long,
                Some(Reason::Character) => words.room_name_character,
                _ => words.bad_input,
            },
            Code::BadInput => match (self.field.as_deref(), self.reason) {
                (Some("text"), Some(Reason::Empty | Reason::Missing)) => words.text_empty,
                (Some("text"), Some(Reason::TooLong)) => words.text_too_long,
                (Some("text"), Some(Reason::Character)) => words.text_character,
                (Some("name"), Some(Reason::Empty | Reason::Missing)) => words.name_empty,
                (Some("name"), Some(Reason::TooLong)) => words.name_too_long,
                (Some("name"), Some(Reason::Character)) => words.name_character,
                _ => words.bad_input,
            },
            Code::NotEntered => words.not_entered,
            Code::Forbidden => words.forbidden,
            Code::CrossSite => words.cross_site,
            Code::NotFound => words.not_found,
            Code::MethodNotAllowed => words.method_not_allowed,
            Code::KeyUsed => words.key_used,
            Code::Full => words.full,
            Code::Archived => words.archived,
            Code::Gone => words.gone,
            Code::NameTaken if self.of_room => words.room_name_taken,
            Code::NameTaken => words.name_taken,
            Code::TooLarge => words.too_large,
            Code::ContentType => words.content_type,
            Code::TooFast => words.too_fast,
            Code::Internal => words.internal,
            Code::Busy => words.busy,
            Code::StorageFull => words.storage_full,
            Code::Network => words.network,
        }
    }

    /// Adds the sentence in `lang`, as the error goes on the wire, unless it has one already.
    pub fn spoken(mut self, lang: Lang) -> Self {
        if self.message.is_empty() {
            self.message = self.words(lang).to_owned();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: [Code; 23] = [
        Code::BadInput,
        Code::NotEntered,
        Code::Forbidden,
        Code::CrossSite,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::KeyUsed,
        Code::Full,
        Code::Archived,
        Code::Gone,
        Code::NameTaken,
        Code::TooLarge,
        Code::ContentType,
        Code::TooFast,
        Code::Internal,
        Code::Busy,
        Code::StorageFull,
        Code::Network,
        Code::WrongLogin,
        Code::EntryClosed,
        Code::HandleTaken,
        Code::LastOwner,
        Code::WeakPassword,
    ];
    const REASONS: [Reason; 8] = [
        Reason::Missing,
        Reason::Malformed,
        Reason::Empty,
        Reason::TooLong,
        Reason::Character,
        Reason::TooShort,
        Reason::Common,
        Reason::LikeName,
    ];

    fn han(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_refusal_has_words_in_both_languages() {
        let mut errors: Vec<AppError> = CODES.into_iter().map(AppError::new).collect();
        for field in ["text", "name", "room", "token", "login", "password", "handle", "workspace", "email", "invite", "topic"] {
            errors.extend(REASONS.map(|reason| AppError::bad_input(field, reason)));
        }
        errors.extend(REASONS.map(|reason| AppError::bad_input("name", reason).of_room()));
        errors.extend(REASONS.map(|reason| AppError { reason: Some(reason), ..AppError::new(Code::WeakPassword) }));
        for error in errors {
            let (en, zh) = (error.words(Lang::En), error.words(Lang::Zh));
            assert!(en.ends_with('.') && !han(en), "{error:?}: {en}");
            assert!(zh.ends_with('。') && han(zh), "{error:?}: {zh}");
        }
    }

    #[test]
    fn codes_have_sentences_of_their_own() {
        for lang in [Lang::En, Lang::Zh] {
            let words: std::collections::BTreeSet<_> = CODES.map(|code| AppError::new(code).words(lang)).into();
            assert_eq!(words.len(), CODES.len());
        }
    }

    #[test]
    fn refusal_says_the_limit_of_its_field_when_it_is_too_long() {
        use crate::features::{messages::model::MAX_TEXT, people, rooms};
        let name = AppError::bad_input("name", Reason::TooLong);
        let refusals = [
            (AppError::bad_input("text", Reason::TooLong), format!("{},{:03}", MAX_TEXT / 1_000, MAX_TEXT % 1_000)),
            (name.clone(), people::model::MAX_NAME.to_string()),
            (name.of_room(), rooms::model::MAX_NAME.to_string()),
        ];
        for (refusal, limit) in refusals {
            for lang in [Lang::En, Lang::Zh] {
                assert!(refusal.words(lang).contains(&limit), "{refusal:?}");
            }
        }
    }
}
