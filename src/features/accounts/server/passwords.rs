//! Which passwords are allowed: by length, not among the most common ones, not the person's own name. There are no other rules.

use crate::model::error::{AppError, AppResult, Code, Reason};
use unicode_normalization::UnicodeNormalization;

/// Characters (Unicode scalar values) in a password.
const LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// Names shorter than this are in too many words to be looked for in a password.
const LEAST_NAME: usize = 3;
/// Characters that a password has beside a name, at least.
const BESIDE_NAME: usize = 6;

/// The most common passwords of at least ten characters, in small letters, one a line, sorted. They are those among the 30,000
/// passwords of zxcvbn (<https://github.com/dropbox/zxcvbn>, MIT licence, by way of its Python port 4.5.0), which come from
/// Mark Burnett's list of ten million. Shorter ones are refused for their length.
const COMMON: &str = include_str!("common_passwords.txt");

/// Returns a password as it is hashed: in NFC, so that it is the same from every keyboard.
///
/// # Errors
/// `bad_input`, naming `field`, where it is empty.
pub fn typed(field: &str, text: &str) -> AppResult<String> {
    // Longer than any that is stored, in bytes too: nothing is gained by hashing that.
    let text: String = text.nfc().take(LENGTH.end() * 4).collect();
    if text.is_empty() { Err(AppError::bad_input(field, Reason::Empty)) } else { Ok(text) }
}

/// Refuses a password that is easy to guess. `names` are the person's name and handle.
///
/// # Errors
/// `weak_password`, naming `field`: `too_short`, `too_long`, `common`, `like_name`.
pub fn check(field: &str, password: &str, names: &[&str]) -> AppResult<()> {
    let length = password.chars().count();
    let small = password.to_lowercase();
    let reason = match length {
        _ if length < *LENGTH.start() => Reason::TooShort,
        _ if length > *LENGTH.end() => Reason::TooLong,
        _ if is_common(&small) => Reason::Common,
        _ if names.iter().any(|name| is_like(&small, name)) => Reason::LikeName,
        _ => return Ok(()),
    };
    Err(AppError { field: Some(field.to_owned()), reason: Some(reason), ..AppError::new(Code::WeakPassword) })
}

/// One of the list, or the same few characters again and again.
fn is_common(small: &str) -> bool {
    let characters: std::collections::BTreeSet<char> = small.chars().collect();
    characters.len() < 3 || COMMON.lines().any(|common| common == small)
}

fn is_like(small: &str, name: &str) -> bool {
    let name = name.to_lowercase();
    name.chars().count() >= LEAST_NAME && small.contains(&name) && small.replace(&name, "").chars().count() < BESIDE_NAME
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(password: &str) -> Option<Reason> {
        check("password", password, &["Lin Wei", "linwei"]).err().and_then(|error| error.reason)
    }

    #[test]
    fn a_long_password_is_enough() {
        for right in ["correct horse", "aaaaaaaaab1c", "十个字的密码一二三四五", "linwei is not a secret", &"ab c".repeat(50)]
        {
            assert_eq!(reason(right), None, "{right}");
        }
    }

    #[test]
    fn what_is_easy_to_guess_is_refused() {
        assert_eq!((reason("ninechars"), reason(&"ab c".repeat(51))), (Some(Reason::TooShort), Some(Reason::TooLong)));
        for common in ["1234567890", "Password123", "QWERTYUIOP", "aaaaaaaaaa", "1111111111"] {
            assert_eq!(reason(common), Some(Reason::Common), "{common}");
        }
        for like in ["linwei1234", "LinWeiLinWei", "lin wei123"] {
            assert_eq!(reason(like), Some(Reason::LikeName), "{like}");
        }
    }

    #[test]
    fn the_list_is_in_small_letters_and_long_enough_to_matter() {
        assert!(COMMON.lines().count() > 1_000);
        assert!(COMMON.lines().all(|line| line.len() >= *LENGTH.start() && line == line.to_lowercase()));
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard() {
        assert_eq!(typed("password", "cafe\u{301} cafe").unwrap(), typed("password", "café cafe").unwrap());
        assert_eq!(typed("old", "").unwrap_err().field.as_deref(), Some("old"));
    }
}
