//! Which names a room may have: the characters of a person's name, and more of them.

use super::model::MAX_NAME;
use crate::{
    features::people::names::tidy,
    model::error::{AppError, AppResult},
};

/// Returns a room's name as it is stored: 1–64 characters. Rooms may look alike.
///
/// # Errors
/// `bad_input` (name).
pub fn check(text: &str) -> AppResult<String> {
    tidy(text, MAX_NAME).map_err(|reason| AppError::bad_input("name", reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::error::Reason;

    #[test]
    fn a_rooms_name_has_up_to_64_characters() {
        assert_eq!(check(&"林".repeat(64)).unwrap(), "林".repeat(64));
        assert_eq!(check(&"林".repeat(65)).unwrap_err().reason, Some(Reason::TooLong));
        assert_eq!(check("a\u{202e}b").unwrap_err().reason, Some(Reason::Character));
    }
}
