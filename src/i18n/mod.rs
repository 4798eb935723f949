//! Two languages, compiled in: a language is a value of `Strings`, so a missing key does not build.

pub mod en;
pub mod strings;
pub mod zh;

pub use crate::model::lang::Lang;
pub use strings::Strings;

use crate::model::error::AppError;

impl Lang {
    /// Returns all words of this language.
    pub const fn strings(self) -> &'static Strings {
        match self {
            Self::En => &en::EN,
            Self::Zh => &zh::ZH,
        }
    }
}

impl AppError {
    /// Returns a sentence for the person, in their language.
    pub fn words(&self, lang: Lang) -> &'static str {
        lang.strings().error(self)
    }

    /// Fills the words in, as the error goes on the wire.
    pub fn spoken(mut self, lang: Lang) -> Self {
        self.message = self.words(lang).to_owned();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::{AppError, Code, Reason};

    const CODES: [Code; 15] = [
        Code::BadInput,
        Code::NotEntered,
        Code::Forbidden,
        Code::CrossSite,
        Code::NotFound,
        Code::MethodNotAllowed,
        Code::KeyUsed,
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
        let said = format!("{},{:03}", limit / 1_000, limit % 1_000);
        for lang in [Lang::En, Lang::Zh] {
            assert!(AppError::bad_input("text", Reason::TooLong).words(lang).contains(&said));
        }
    }

    #[test]
    fn english_counts_one_and_other_and_chinese_counts_alike() {
        let table = [(0, "0 new messages"), (1, "1 new message"), (2, "2 new messages"), (21, "21 new messages")];
        for (n, words) in table {
            assert_eq!((en::EN.new_messages)(n), words);
            assert_eq!((zh::ZH.new_messages)(n), format!("{n} 条新消息"));
        }
        assert_eq!((en::EN.characters_left)(1), "1 character left");
        assert_eq!((en::EN.characters_over)(2), "2 characters too many");
        assert_eq!((zh::ZH.characters_left)(1), "还可以写 1 个字");
    }

    #[test]
    fn a_name_cannot_turn_the_sentence_around() {
        for lang in [Lang::En, Lang::Zh] {
            let strings = lang.strings();
            for sentence in [strings.message_room, strings.messages_in, strings.beginning, strings.not_joined, strings.your_menu]
            {
                assert!(sentence("שלום").contains("\u{2068}שלום\u{2069}"));
            }
        }
    }
}
