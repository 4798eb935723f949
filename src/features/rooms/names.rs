//! Which names a room may have: the characters of a person's name, and more of them; and what a reader calls it.

use super::{
    direct,
    model::{MAX_NAME, MAX_TOPIC, Room, RoomKind},
};
use crate::{
    features::people::{
        model::User,
        names::{skeletons, tidy},
    },
    i18n::Lang,
    model::{
        error::{AppError, AppResult, Reason},
        ids::UserId,
    },
};

/// Returns what `me` calls a room, by the people whom a page knows.
pub fn called(lang: Lang, room: &Room, me: UserId, users: &[User]) -> String {
    if room.kind != RoomKind::Direct {
        return room.name.clone();
    }
    let found = |id: &UserId| users.iter().find(|user| user.id == *id).map(|user| user.name.clone());
    direct::name(lang, &room.others(me).iter().filter_map(found).collect::<Vec<_>>())
}

/// Returns a room's name as it is stored: 1–64 characters.
///
/// # Errors
/// `bad_input` (name).
pub fn check(text: &str) -> AppResult<String> {
    tidy(text, MAX_NAME).map_err(|reason| AppError::bad_input("name", reason))
}

/// Returns a room's topic as it is stored: up to 250 characters of a name's kind, or none.
///
/// # Errors
/// `bad_input` (topic).
pub fn check_topic(text: &str) -> AppResult<String> {
    match tidy(text, MAX_TOPIC) {
        Err(Reason::Empty) => Ok(String::new()),
        tidied => tidied.map_err(|reason| AppError::bad_input("topic", reason)),
    }
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

    #[test]
    fn topic_may_be_empty_and_has_up_to_250_characters() {
        assert_eq!(
            (check_topic(" ").unwrap(), check_topic(" 茶 and  cake ").unwrap()),
            (String::new(), "茶 and cake".to_owned())
        );
        assert_eq!(check_topic(&"林".repeat(251)).unwrap_err().reason, Some(Reason::TooLong));
    }
}
