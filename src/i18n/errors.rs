//! Errors: the sentence for each way in which a request is refused.

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
        pub bad_input: &'static str,
        pub not_entered: &'static str,
        pub forbidden: &'static str,
        pub cross_site: &'static str,
        pub not_found: &'static str,
        pub method_not_allowed: &'static str,
        pub key_used: &'static str,
        pub name_taken: &'static str,
        pub full: &'static str,
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
        text_empty: "The message is empty. Write something first.",
        text_too_long: "The message is too long: at most 8,000 characters.",
        text_character: "The message has a character that cannot be sent.",
        name_empty: "The name is empty.",
        name_too_long: "The name is too long.",
        name_character: "The name has a character that cannot be shown.",
        bad_input: "The request was not understood.",
        not_entered: "You are not signed in. Enter with a name first.",
        forbidden: "That is not yours to do.",
        cross_site: "The request came from another site and was refused.",
        not_found: "It is not there, or not yours to see.",
        method_not_allowed: "This address does not take that kind of request.",
        key_used: "This form was already used for another message. Send it once more.",
        name_taken: "Somebody else has this name, or one that looks like it. Choose another.",
        full: "There is room for no more. Remove one first.",
        gone: "It was deleted in the meantime.",
        too_large: "That is too large to send.",
        content_type: "The request has a form that is not understood here.",
        too_fast: "That was too fast. Wait a moment and try again.",
        internal: "Something broke on the server. It was written down; try again.",
        busy: "The server is busy. Try again in a moment.",
        storage_full: "The server's disk is full. Nothing can be saved until there is room.",
        network: "No answer came. Check the connection and try again.",
    },
    zh: Words {
        text_empty: "消息是空的。先写点什么吧。",
        text_too_long: "消息太长：最多 8,000 个字。",
        text_character: "消息里有不能发送的字符。",
        name_empty: "名字是空的。",
        name_too_long: "名字太长。",
        name_character: "名字里有不能显示的字符。",
        bad_input: "没有看懂这个请求。",
        not_entered: "你还没有进入。请先用一个名字进入。",
        forbidden: "你不能做这件事。",
        cross_site: "这个请求来自别的网站，已拒绝。",
        not_found: "它不存在，或者你看不到它。",
        method_not_allowed: "这个地址不接受这种请求。",
        key_used: "这张表单已经用来发过另一条消息。请再发一次。",
        name_taken: "别人已经用了这个名字，或者看起来一样的名字。请换一个。",
        full: "数量已达上限。请先移除一个。",
        gone: "它已经被删除了。",
        too_large: "内容太大，不能发送。",
        content_type: "这里不支持这种格式的请求。",
        too_fast: "太快了。稍等一下再试。",
        internal: "服务器出了问题，已经记录下来。请再试一次。",
        busy: "服务器正忙。请稍后再试。",
        storage_full: "服务器的磁盘已满。腾出空间之前不能保存任何内容。",
        network: "没有收到回应。请检查网络后再试。",
    },
};

impl AppError {
    /// Returns a sentence for the person, in their language.
    pub fn words(&self, lang: Lang) -> &'static str {
        let words = lang.of(&WORDS);
        match self.code {
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
            Code::Gone => words.gone,
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

    /// Adds the sentence in `lang`, as the error goes on the wire.
    pub fn spoken(mut self, lang: Lang) -> Self {
        self.message = self.words(lang).to_owned();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: [Code; 17] = [
        Code::BadInput,
        Code::NotEntered,
        Code::Forbidden,
        Code::CrossSite,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::KeyUsed,
        Code::Full,
        Code::Gone,
        Code::NameTaken,
        Code::TooLarge,
        Code::ContentType,
        Code::TooFast,
        Code::Internal,
        Code::Busy,
        Code::StorageFull,
        Code::Network,
    ];
    const REASONS: [Reason; 5] = [Reason::Missing, Reason::Malformed, Reason::Empty, Reason::TooLong, Reason::Character];

    fn han(text: &str) -> bool {
        text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    }

    #[test]
    fn every_refusal_has_words_in_both_languages() {
        let mut errors: Vec<AppError> = CODES.into_iter().map(AppError::new).collect();
        for field in ["text", "name", "room"] {
            errors.extend(REASONS.map(|reason| AppError::bad_input(field, reason)));
        }
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
        let limit = crate::features::messages::model::MAX_TEXT;
        let limit = format!("{},{:03}", limit / 1_000, limit % 1_000);
        for lang in [Lang::En, Lang::Zh] {
            assert!(AppError::bad_input("text", Reason::TooLong).words(lang).contains(&limit));
        }
    }
}
