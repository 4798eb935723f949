//! Reads the JSON that our own server writes, in the browser: the derives of serde over a reader that answers yes or no.
//!
//! `serde_json` explains what is wrong and where; nobody in a browser reads that, and it is most of its weight there (100 kB
//! of a module's 900). This reader knows only what our types are made of: whole numbers, no floats, no untagged enums.

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use std::{borrow::Cow, fmt};

/// Arrays and objects inside each other, at most; a message's tree is far flatter.
const DEPTH: u8 = 96;

/// The value in `text`; none where `text` is anything else.
pub fn read<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let value = T::deserialize(&mut reader).ok()?;
    reader.peek().is_err().then_some(value)
}

/// Not what was expected. It has no size, so that all that would explain it is never compiled.
#[derive(Debug)]
struct Wrong;

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not what was expected")
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
    depth: u8,
}

// What depends on no type, so that it is there once.
impl<'de> Reader<'de> {
    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<u8, Wrong> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Wrong),
            }
        }
    }

    /// Takes `wanted` if it is next.
    fn take(&mut self, wanted: u8) -> bool {
        let there = self.peek().is_ok_and(|byte| byte == wanted);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, wanted: u8) -> Result<(), Wrong> {
        if self.take(wanted) { Ok(()) } else { Err(Wrong) }
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.peek().is_ok() && self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        if there {
            self.at += word.len();
        }
        there
    }

    fn open(&mut self, bracket: u8) -> Result<(), Wrong> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Wrong) } else { self.expect(bracket) }
    }

    /// Whether another item follows in an array or object; if not, its closing `bracket` is taken.
    fn more(&mut self, first: &mut bool, bracket: u8) -> Result<bool, Wrong> {
        if self.take(bracket) {
            self.depth -= 1;
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    fn integer(&mut self) -> Result<i64, Wrong> {
        let negative = self.take(b'-');
        let from = self.at;
        let mut number = 0_i64;
        while let Some(digit) = self.text.as_bytes().get(self.at).filter(|byte| byte.is_ascii_digit()) {
            number = number.checked_mul(10).and_then(|number| number.checked_add(i64::from(digit - b'0'))).ok_or(Wrong)?;
            self.at += 1;
        }
        if from == self.at || matches!(self.text.as_bytes().get(self.at), Some(b'.' | b'e' | b'E')) {
            return Err(Wrong);
        }
        Ok(if negative { -number } else { number })
    }

    fn string(&mut self) -> Result<Cow<'de, str>, Wrong> {
        self.expect(b'"')?;
        let mut whole = Cow::Borrowed("");
        loop {
            let rest = self.text.get(self.at..).ok_or(Wrong)?;
            let end = rest.bytes().position(|byte| byte == b'"' || byte == b'\\').ok_or(Wrong)?;
            // Both are ASCII, so that this is a border between characters.
            let piece = rest.get(..end).ok_or(Wrong)?;
            self.at += end + 1;
            if whole.is_empty() {
                whole = Cow::Borrowed(piece);
            } else {
                whole.to_mut().push_str(piece);
            }
            if rest.as_bytes()[end] == b'"' {
                return Ok(whole);
            }
            let character = self.escaped()?;
            whole.to_mut().push(character);
        }
    }

    /// The character behind a backslash.
    fn escaped(&mut self) -> Result<char, Wrong> {
        let letter = *self.text.as_bytes().get(self.at).ok_or(Wrong)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let mut unit = self.unit()?;
                if let 0xd800..=0xdbff = unit {
                    if !self.text.as_bytes()[self.at..].starts_with(b"\\u") {
                        return Err(Wrong);
                    }
                    self.at += 2;
                    let low = self.unit()?.wrapping_sub(0xdc00);
                    if low > 0x3ff {
                        return Err(Wrong);
                    }
                    unit = 0x1_0000 + ((unit - 0xd800) << 10) + low;
                }
                char::from_u32(unit).ok_or(Wrong)?
            }
            _ => return Err(Wrong),
        })
    }

    fn unit(&mut self) -> Result<u32, Wrong> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| !digits.starts_with('+')).ok_or(Wrong)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Wrong)
    }

    /// Passes over a value that nobody asked for, as a newer server may send; what it looks like inside is not checked.
    fn skip(&mut self) -> Result<(), Wrong> {
        let mut open = 0_u32;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'[' | b'{' => {
                    open += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    open = open.checked_sub(1).ok_or(Wrong)?;
                    self.at += 1;
                }
                b',' | b':' if open > 0 => self.at += 1,
                _ => {
                    let rest = &self.text.as_bytes()[self.at..];
                    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
                    match rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len()) {
                        0 => return Err(Wrong),
                        length => self.at += length,
                    }
                }
            }
            if open == 0 {
                return Ok(());
            }
        }
    }
}

/// The items of an array, or the fields of an object.
struct Items<'r, 'de> {
    reader: &'r mut Reader<'de>,
    first: bool,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Wrong;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Wrong> {
        if self.reader.more(&mut self.first, b']')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Wrong;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Wrong> {
        if self.reader.more(&mut self.first, b'}')? { seed.deserialize(&mut *self.reader).map(Some) } else { Ok(None) }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Wrong> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// The one field of `{"variant": …}`.
impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        Err(Wrong)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Wrong> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_struct("", fields, visitor)
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Wrong> {
        let variant = seed.deserialize(&mut *self)?;
        self.expect(b':')?;
        Ok((variant, self))
    }
}

/// Kinds of values that are read alike.
macro_rules! alike {
    ($($method:ident)* => |$reader:ident, $visitor:ident| $body:expr) => { $(
        fn $method<V: Visitor<'de>>(self, $visitor: V) -> Result<V::Value, Wrong> {
            let $reader = self;
            $body
        }
    )* };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Wrong;

    alike!(deserialize_bool => |reader, visitor| {
        let yes = reader.word("true");
        if yes || reader.word("false") { visitor.visit_bool(yes) } else { Err(Wrong) }
    });
    alike!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 => |reader, visitor| {
        visitor.visit_i64(reader.integer()?)
    });
    alike!(deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 => |reader, visitor| {
        visitor.visit_u64(u64::try_from(reader.integer()?).map_err(|_| Wrong)?)
    });
    alike!(deserialize_str deserialize_identifier => |reader, visitor| visitor.visit_str(&reader.string()?));
    alike!(deserialize_string => |reader, visitor| visitor.visit_string(reader.string()?.into_owned()));
    alike!(deserialize_option => |reader, visitor| {
        if reader.word("null") { visitor.visit_none() } else { visitor.visit_some(reader) }
    });
    alike!(deserialize_unit => |reader, visitor| if reader.word("null") { visitor.visit_unit() } else { Err(Wrong) });
    alike!(deserialize_seq => |reader, visitor| {
        reader.open(b'[')?;
        visitor.visit_seq(Items { reader, first: true })
    });
    alike!(deserialize_map => |reader, visitor| {
        reader.open(b'{')?;
        visitor.visit_map(Items { reader, first: true })
    });
    alike!(deserialize_ignored_any => |reader, visitor| {
        reader.skip()?;
        visitor.visit_unit()
    });
    // Nothing of ours is a float or asks what it is.
    alike!(deserialize_any deserialize_f32 deserialize_f64 deserialize_char deserialize_bytes deserialize_byte_buf =>
        |_reader, _visitor| Err(Wrong));

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.open(b'[')?;
        let value = visitor.visit_seq(Items { reader: &mut *self, first: true })?;
        // A tuple stops asking once it is full.
        self.depth -= 1;
        self.expect(b']').map(|()| value)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, len: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        if self.peek()? == b'"' {
            let name = self.string()?;
            return visitor.visit_enum((&*name).into_deserializer());
        }
        self.open(b'{')?;
        let value = visitor.visit_enum(&mut *self)?;
        self.depth -= 1;
        self.expect(b'}').map(|()| value)
    }
}

#[cfg(test)]
mod tests;
