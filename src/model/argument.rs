//! Argument: one typed argument of a call. It keeps why it could not be read, so that the answer can name the field.

use super::{
    error::{AppError, AppResult, Reason},
    ids::Seq,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::{fmt, marker::PhantomData, str::FromStr};

/// One argument of a server function: the value, or why the text that came is none. On the wire it is the value's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<T>(Result<T, Reason>);

impl<T> Argument<T> {
    /// An argument that is left out.
    pub const MISSING: Self = Self(Err(Reason::Missing));

    /// Returns the value of an argument that has to be there.
    ///
    /// # Errors
    /// `bad_input` with `missing` or `malformed`, naming `field`.
    pub fn required(self, field: &str) -> AppResult<T> {
        self.0.map_err(|reason| AppError::bad_input(field, reason))
    }

    /// Returns the value of an argument that may be left out.
    ///
    /// # Errors
    /// `bad_input` with `malformed`, naming `field`.
    pub fn optional(self, field: &str) -> AppResult<Option<T>> {
        match self.0 {
            Err(Reason::Missing) => Ok(None),
            given => given.map(Some).map_err(|reason| AppError::bad_input(field, reason)),
        }
    }
}

/// An argument that was left out.
impl<T> Default for Argument<T> {
    fn default() -> Self {
        Self::MISSING
    }
}

impl<T> From<T> for Argument<T> {
    fn from(value: T) -> Self {
        Self(Ok(value))
    }
}

impl<T> From<Option<T>> for Argument<T> {
    fn from(value: Option<T>) -> Self {
        Self(value.ok_or(Reason::Missing))
    }
}

impl<T: fmt::Display> Serialize for Argument<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Ok(value) => serializer.collect_str(value),
            Err(_) => serializer.serialize_none(),
        }
    }
}

impl<'de, T: FromStr> Deserialize<'de> for Argument<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// Reads any text: one that is no `T` becomes a reason, never an error of the deserializer, which could not name the field.
struct Text<T>(PhantomData<T>);

impl<T: FromStr> de::Visitor<'_> for Text<T> {
    type Value = Argument<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Argument<T>, E> {
        Ok(Argument(match text {
            "" => Err(Reason::Missing),
            // No number of the wire has a sign, but Rust's own numbers would take this one.
            text if text.starts_with('+') => Err(Reason::Malformed),
            text => text.parse().map_err(|_| Reason::Malformed),
        }))
    }
}

/// Items in one answer of a list, where the call names no limit, and at most.
pub const LIST: u32 = 50;
pub const MAX_LIST: u32 = 100;

/// How many items a list answers: 1 to [`MAX_LIST`], [`LIST`] where the call does not say it.
///
/// # Errors
/// `bad_input` (limit).
pub fn at_most(limit: Argument<u32>) -> AppResult<u32> {
    match limit.optional("limit")?.unwrap_or(LIST) {
        limit @ 1..=MAX_LIST => Ok(limit),
        _ => Err(AppError::bad_input("limit", Reason::Malformed)),
    }
}

/// A text that may be left out. An empty one is given: it clears. An `Option` would take it as left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct OptionalText(pub Option<String>);

impl OptionalText {
    /// A text that is left out.
    pub const MISSING: Self = Self(None);

    /// Returns a time in milliseconds since 1970; `Some(None)` where an empty text clears it.
    ///
    /// # Errors
    /// `bad_input` with `malformed`, naming `field`.
    pub fn time(self, field: &str) -> AppResult<Option<Option<u64>>> {
        match self.0.as_deref() {
            None => Ok(None),
            Some("") => Ok(Some(None)),
            // A number of the wire, as ids are.
            Some(text) => match text.parse() {
                Ok(Seq(at)) => Ok(Some(Some(at))),
                Err(_) => Err(AppError::bad_input(field, Reason::Malformed)),
            },
        }
    }
}

impl<'de> Deserialize<'de> for OptionalText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Some(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::RoomId;

    fn read(text: &str) -> Argument<RoomId> {
        serde_json::from_value(text.into()).unwrap()
    }

    #[test]
    fn argument_names_its_field_when_it_is_missing_or_malformed() {
        assert_eq!(read("3").required("room"), Ok(RoomId(3)));
        assert_eq!(read("").required("room"), Err(AppError::bad_input("room", Reason::Missing)));
        assert_eq!(read("x").required("room"), Err(AppError::bad_input("room", Reason::Malformed)));
        let number: Argument<u32> = serde_json::from_value("+1".into()).unwrap();
        assert_eq!(number.required("limit"), Err(AppError::bad_input("limit", Reason::Malformed)));
    }

    #[test]
    fn optional_time_is_left_out_cleared_or_a_number() {
        let time = |text: Option<&str>| OptionalText(text.map(str::to_owned)).time("until");
        assert_eq!((time(None), time(Some("")), time(Some("17"))), (Ok(None), Ok(Some(None)), Ok(Some(Some(17)))));
        for text in ["-1", "+1", " 1", "9007199254740992", "tomorrow"] {
            assert_eq!(time(Some(text)), Err(AppError::bad_input("until", Reason::Malformed)), "{text}");
        }
    }

    #[test]
    fn argument_may_be_left_out_but_not_malformed_when_it_is_optional() {
        assert_eq!(read("3").optional("room"), Ok(Some(RoomId(3))));
        assert_eq!(read("").optional("room"), Ok(None));
        assert_eq!(Argument::<RoomId>::default().optional("room"), Ok(None));
        assert_eq!(read("x").optional("room"), Err(AppError::bad_input("room", Reason::Malformed)));
    }
}
