//! Choices: types of a few values, each written as one word on the wire and in forms.

/// A text that names no value of a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownWord;

/// Gives a type its words, and the list of its values in the order in which they stand here.
macro_rules! choice {
    ($name:ident { $($value:ident: $word:literal),+ $(,)? }) => {
        impl $name {
            /// Every value.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$value),+];

            /// Returns the word of the value.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$value => $word,)+
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::model::choice::UnknownWord;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.into_iter().find(|value| value.as_str() == text).ok_or($crate::model::choice::UnknownWord)
            }
        }
    };
}
pub(crate) use choice;

#[cfg(test)]
mod tests {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Side {
        Left,
        Right,
    }
    choice!(Side { Left: "left", Right: "right" });

    #[test]
    fn word_of_a_choice_is_read_and_written_alike() {
        for side in Side::ALL {
            assert_eq!(side.to_string().parse(), Ok(side));
        }
        assert_eq!(("Left".parse::<Side>(), "".parse::<Side>()), (Err(super::UnknownWord), Err(super::UnknownWord)));
    }
}
