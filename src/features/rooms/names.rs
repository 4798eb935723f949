//! Which names a room may have: the characters of a person's name, and more of them.

use super::model::MAX_NAME;
use crate::{
    features::people::names::{skeletons, tidy},
    model::error::{AppError, AppResult},
};

/// Returns a room's name as it is stored: 1–64 characters.
///
/// # Errors
/// `bad_input` (name).
pub fn check(text: &str) -> AppResult<String> {
    tidy(text, MAX_NAME).map_err(|reason| AppError::bad_input("name", reason))
}

/// What the name of a room looks like. Two names whose looks are alike cannot be told apart in a list.
pub struct Look([String; 3]);

impl Look {
    pub fn of(name: &str) -> Self {
        Self(skeletons(name))
    }

    pub fn is_alike(&self, name: &str) -> bool {
        skeletons(name).iter().any(|skeleton| self.0.contains(skeleton))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Reason;

    #[test]
    fn a_rooms_name_has_up_to_64_characters() {
        assert_eq!(check(&"林".repeat(64)).unwrap(), "林".repeat(64));
        assert_eq!(check(&"林".repeat(65)).unwrap_err().reason, Some(Reason::TooLong));
        for (name, other) in [("General", "general"), ("General", "GENERAL"), ("Pay", "\u{420}ay"), ("一", "一")] {
            assert!(Look::of(name).is_alike(other) && Look::of(other).is_alike(name), "{name} {other}");
        }
        assert!(!Look::of("room 1").is_alike("room 2") && !Look::of("茶").is_alike("茶水"));
        assert_eq!(check("a\u{202e}b").unwrap_err().reason, Some(Reason::Character));
    }
}
