//! Translated: a value in every language. A language that is added does not compile until each of these values has it.

use crate::model::lang::Lang;

/// A value in every language, mostly a struct of words.
#[derive(Debug)]
pub struct Translated<T> {
    pub en: T,
    pub zh: T,
}

impl Lang {
    /// Returns the value of this language.
    pub const fn of<T>(self, all: &'static Translated<T>) -> &'static T {
        match self {
            Self::En => &all.en,
            Self::Zh => &all.zh,
        }
    }
}

/// Returns a name for use inside a sentence. Unicode isolates keep it from turning the sentence's direction, also in an
/// attribute, which cannot hold a `<bdi>`.
/// A name without a letter that is written from right to left stands as it is: an isolate would keep the browser from putting
/// the gap between Han and Latin letters.
pub(crate) fn isolated(name: &str) -> String {
    let is_right_to_left =
        |c| matches!(u32::from(c), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFE | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    if name.contains(is_right_to_left) { ["\u{2068}", name, "\u{2069}"].concat() } else { name.to_owned() }
}

/// Declares `Words`, the words of one folder, and a test that `WORDS` beside it says all of them in every language. Plain text
/// is a `&'static str`. A sentence with a name or a number is a function, so that no sentence is put together from parts.
macro_rules! words {
    (
        $(#[$about:meta])*
        pub struct Words {
            $($(#[$of_field:meta])* pub $field:ident: $kind:ty,)*
        }
    ) => {
        $(#[$about])*
        pub struct Words {
            $($(#[$of_field])* pub $field: $kind,)*
        }

        #[cfg(test)]
        #[test]
        fn words_are_said_in_every_language() {
            use $crate::i18n::Samples;
            $crate::i18n::check(&WORDS, |words| vec![$((stringify!($field), words.$field.samples())),*]);
        }
    };
}
pub(crate) use words;

/// Sentences for the tests: a text as it is, a function with several names or numbers.
#[cfg(test)]
pub(crate) trait Samples {
    fn samples(&self) -> Vec<String>;
}

#[cfg(test)]
impl Samples for &'static str {
    fn samples(&self) -> Vec<String> {
        vec![(*self).to_owned()]
    }
}

#[cfg(test)]
impl<const N: usize> Samples for [&'static str; N] {
    fn samples(&self) -> Vec<String> {
        self.map(str::to_owned).into()
    }
}

#[cfg(test)]
impl Samples for fn(&str) -> String {
    fn samples(&self) -> Vec<String> {
        let name = "שלום";
        let sentence = self(name);
        assert!(sentence.contains(&isolated(name)), "the name can turn the sentence around: {sentence}");
        vec![sentence]
    }
}

#[cfg(test)]
impl Samples for fn(&[String]) -> String {
    fn samples(&self) -> Vec<String> {
        let names = ["שלום", "a", "محمد"].map(str::to_owned);
        let list = self(&names);
        assert!(names.iter().all(|name| list.contains(&isolated(name))), "a name can turn the list around: {list}");
        vec![list]
    }
}

#[cfg(test)]
macro_rules! samples_of_numbers {
    ($($number:ty),*) => { $(
        impl Samples for fn($number) -> String {
            fn samples(&self) -> Vec<String> {
                let sentence = |n: $number| {
                    let sentence = self(n);
                    assert!(sentence.contains(&n.to_string()), "{n}: {sentence}");
                    sentence
                };
                [0, 1, 2, 21].map(sentence).into()
            }
        }
    )* };
}
#[cfg(test)]
samples_of_numbers!(u32, usize);

/// Checks that every word is written, in the script of its language, and that no word is the same in two languages.
///
/// # Panics
/// When one is not.
#[cfg(test)]
pub(crate) fn check<T>(all: &'static Translated<T>, words: impl Fn(&T) -> Vec<(&'static str, Vec<String>)>) {
    let han = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for ((field, en), (_, zh)) in words(&all.en).into_iter().zip(words(&all.zh)) {
        for text in en.iter().chain(&zh) {
            assert!(!text.is_empty() && text.trim() == text, "{field}: {text:?}");
        }
        assert!(en.iter().all(|text| !han(text)), "{field} is not English: {en:?}");
        assert!(zh.iter().all(|text| han(text)), "{field} is not Chinese: {zh:?}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lang_chooses_its_own_value() {
        static NUMBERS: Translated<u8> = Translated { en: 1, zh: 2 };
        assert_eq!((Lang::En.of(&NUMBERS), Lang::Zh.of(&NUMBERS)), (&1, &2));
    }

    #[test]
    fn a_name_is_isolated_when_it_has_letters_from_right_to_left() {
        for name in ["שלום", "محمد", "a ב", "ޝިޔާ"] {
            assert_eq!(isolated(name), format!("\u{2068}{name}\u{2069}"));
        }
        for name in ["long history", "林小明", "José", "Ольга", "🦊", "12"] {
            assert_eq!(isolated(name), name);
        }
    }

    #[test]
    #[should_panic(expected = "rooms is not Chinese")]
    fn check_refuses_a_word_that_is_not_translated() {
        static ROOMS: Translated<&str> = Translated { en: "Rooms", zh: "Rooms" };
        check(&ROOMS, |word| vec![("rooms", word.samples())]);
    }

    #[test]
    #[should_panic(expected = "rooms: \"\"")]
    fn check_refuses_a_word_that_is_empty() {
        static ROOMS: Translated<&str> = Translated { en: "", zh: "房间" };
        check(&ROOMS, |word| vec![("rooms", word.samples())]);
    }

    #[test]
    #[should_panic(expected = "can turn the sentence around")]
    fn check_refuses_a_name_that_is_not_isolated() {
        let sentence: fn(&str) -> String = |name| format!("In {name}");
        sentence.samples();
    }
}
