//! The numbers and keys things are known by. Every one is decimal digits (or hex for the key) on the wire, nothing else.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Largest number that JavaScript and SQLite both hold exactly: 2^53 − 1.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// A text that is not an id: not decimal digits only, empty, or above [`MAX_NUMBER`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

fn digits(text: &str) -> Result<u64, NotAnId> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NotAnId);
    }
    match text.parse::<u64>() {
        Ok(number) if number <= MAX_NUMBER => Ok(number),
        _ => Err(NotAnId),
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                digits(text).map(Self)
            }
        }
    };
}

number!(
    /// Place in the workspace's one sequence of durable changes: 1, 2, 3 … without holes, in commit order.
    Seq
);
number!(
    /// A message, named by the sequence number it was born with; so ids sort by birth.
    MessageId
);
number!(
    /// A room: 1 is General.
    RoomId
);
number!(
    /// A person.
    UserId
);

/// Ids with commas between them, as one argument names several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T: fmt::Display> fmt::Display for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, id) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            fmt::Display::fmt(id, f)?;
        }
        Ok(())
    }
}

impl<T: FromStr> FromStr for List<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.split(',').map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// The room that exists from the start and that everyone who enters is a member of.
pub const GENERAL: RoomId = RoomId(1);

/// The sender's own name for a message: 128 random bits made by the client, 32 hex digits on the wire. The same key from
/// the same author is the same message, for ever.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientKey(pub [u8; 16]);

impl fmt::Display for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut digits = [0; 32];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
        f.write_str(std::str::from_utf8(&digits).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ClientKey {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let text = text.as_bytes();
        if text.len() != 32 {
            return Err(NotAnId);
        }
        let mut key = [0; 16];
        for (byte, pair) in key.iter_mut().zip(text.chunks_exact(2)) {
            *byte = hex(pair[0])? << 4 | hex(pair[1])?;
        }
        Ok(Self(key))
    }
}

fn hex(digit: u8) -> Result<u8, NotAnId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(NotAnId),
    }
}

impl Serialize for ClientKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ClientKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(|_| serde::de::Error::custom("a key is 32 hex digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_decimal_digits_only() {
        assert_eq!("42".parse(), Ok(MessageId(42)));
        for wrong in ["", "-1", "+1", " 1", "1 ", "1e3", "0x1", "９", "9007199254740992", "99999999999999999999"] {
            assert_eq!(wrong.parse::<MessageId>(), Err(NotAnId), "{wrong:?}");
        }
    }

    #[test]
    fn a_list_has_commas_between_its_ids() {
        let list = List(vec![UserId(3), UserId(12)]);
        assert_eq!((list.to_string().as_str(), "3,12".parse()), ("3,12", Ok(list)));
        for wrong in ["", ",", "3,", ",3", "3, 4", "3;4"] {
            assert!(wrong.parse::<List<UserId>>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_key_is_thirty_two_hex_digits_and_prints_small() {
        let key: ClientKey = "00112233445566778899AABBCCDDEEFF".parse().unwrap();
        assert_eq!(key.to_string(), "00112233445566778899aabbccddeeff");
        for wrong in
            ["", "0", "g0112233445566778899aabbccddeeff", "00112233445566778899aabbccddeeff0", "é0112233445566778899aabbccddeef"]
        {
            assert!(wrong.parse::<ClientKey>().is_err(), "{wrong:?}");
        }
    }
}
