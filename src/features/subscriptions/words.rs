//! Words of favourite rooms.

use crate::i18n::{Translated, words};

words! {
    /// What favourite rooms say.
    pub struct Words {
        pub add: &'static str,
        pub remove: &'static str,
        /// Spoken after the name of a favourite in the list of rooms.
        pub favourite: &'static str,
    }
}

/// The words in every language.
pub static WORDS: Translated<Words> = Translated {
    en: Words { add: "Add to favourites", remove: "Remove from favourites", favourite: "favourite" },
    zh: Words { add: "收藏房间", remove: "取消收藏", favourite: "已收藏" },
};
