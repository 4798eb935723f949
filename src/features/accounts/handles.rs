//! Which handles are allowed, and which cannot be told apart.

use crate::{
    features::people::names::skeletons,
    model::error::{AppError, AppResult, Code, Reason},
};

/// Characters in a handle.
const LENGTH: std::ops::RangeInclusive<usize> = 2..=32;
/// Handles that mean something else in a mention, or that nobody should pass for.
const RESERVED: [&str; 9] = ["room", "here", "all", "everyone", "channel", "admin", "owner", "system", "rill"];
/// The field of a handle in every form.
const FIELD: &str = "handle";

/// A handle that may be used, and what it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedHandle {
    /// In small letters.
    pub handle: String,
    /// Two handles with the same skeleton cannot be told apart.
    pub skeleton: String,
}

/// Returns a handle as it is stored: 2 to 32 of `a-z`, `0-9`, `.`, `_`, `-`, with a letter or digit at both ends.
///
/// # Errors
/// `bad_input` (handle); `handle_taken` for reserved ones and what looks like them.
pub fn check(text: &str) -> AppResult<CheckedHandle> {
    let handle = fold(text);
    let refuse = |reason| Err(AppError::bad_input(FIELD, reason));
    if handle.is_empty() {
        return refuse(Reason::Empty);
    }
    if handle.chars().count() > *LENGTH.end() {
        return refuse(Reason::TooLong);
    }
    let is_inner = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"._-".contains(&c);
    let is_outer = |c: Option<&u8>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let bytes = handle.as_bytes();
    if !LENGTH.contains(&bytes.len())
        || !bytes.iter().all(|c| is_inner(*c))
        || !is_outer(bytes.first())
        || !is_outer(bytes.last())
    {
        return refuse(Reason::Character);
    }
    let skeleton = look(&handle);
    if RESERVED.iter().any(|reserved| look(reserved) == skeleton) {
        return Err(AppError { field: Some(FIELD.to_owned()), ..AppError::new(Code::HandleTaken) });
    }
    Ok(CheckedHandle { handle, skeleton })
}

/// Returns a typed handle as it would be stored, whether or not it is one: without blanks and an `@` around it, in small letters.
pub fn fold(text: &str) -> String {
    let text = text.trim();
    text.strip_prefix('@').unwrap_or(text).to_lowercase()
}

fn look(handle: &str) -> String {
    // Unicode has a nought like a capital O only.
    let [.., small] = skeletons(&handle.replace('0', "o"));
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handle_is_kept_in_small_letters() {
        for (typed, handle) in [("lin", "lin"), (" @Lin ", "lin"), ("a.b_c-9", "a.b_c-9"), (&"x".repeat(32), &"x".repeat(32))] {
            assert_eq!(check(typed).unwrap().handle, handle);
        }
    }

    #[test]
    fn what_is_no_handle_is_refused() {
        let reason = |text: &str| check(text).unwrap_err().reason;
        assert_eq!((reason(""), reason(&"x".repeat(33))), (Some(Reason::Empty), Some(Reason::TooLong)));
        for wrong in ["a", ".lin", "lin.", "_a", "a-", "li n", "lín", "林林", "аdam", "a/b", "a@b"] {
            assert_eq!(reason(wrong), Some(Reason::Character), "{wrong}");
        }
    }

    #[test]
    fn handles_that_look_alike_share_a_skeleton_and_reserved_ones_are_taken() {
        let skeleton = |text: &str| check(text).unwrap().skeleton;
        for (one, other) in [("bill", "bi1l"), ("bob", "b0b"), ("modern", "modem")] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
        assert!(skeleton("lan") != skeleton("ian") && skeleton("a.b") != skeleton("a_b"));
        for reserved in ["admin", "Owner", "0wner", "rill", "ri1l", "everyone"] {
            assert_eq!(check(reserved).unwrap_err().code, Code::HandleTaken, "{reserved}");
        }
    }
}
