//! Fields: a flat struct of arguments as pairs of name and text, for a form's hidden fields and for the body of a post.

use serde::{
    Serialize,
    ser::{Error, Impossible, SerializeStruct, Serializer},
};
use std::fmt;

/// Names and texts, in the order of the struct.
pub type Fields = Vec<(&'static str, String)>;

/// Returns the fields of a flat struct: texts, numbers, booleans and what is displayed as text. What is empty is left out.
/// A value of another shape gives no fields; the arguments of every server function are tested to have one of these shapes.
pub fn fields<T: Serialize>(arguments: &T) -> Fields {
    try_fields(arguments).unwrap_or_default()
}

/// As [`fields`], with an error for a value of another shape.
pub(crate) fn try_fields<T: Serialize>(arguments: &T) -> Result<Fields, NotFlat> {
    let mut fields = Fields::new();
    arguments.serialize(Struct(&mut fields)).map(|()| fields)
}

/// A value that is no flat struct. It has no size, so that no text that would explain it is compiled into the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFlat;

impl fmt::Display for NotFlat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a flat struct")
    }
}

impl std::error::Error for NotFlat {}

impl Error for NotFlat {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Methods of a serializer for values that are refused.
macro_rules! refused {
    ($ok:ty: $($method:ident($($type:ty),*)),* $(,)?) => { $(
        fn $method(self, $(_: $type),*) -> Result<$ok, NotFlat> {
            Err(NotFlat)
        }
    )* };
}

/// The rest of a serializer that knows no containers within values.
macro_rules! no_containers {
    ($ok:ty) => {
        type SerializeSeq = Impossible<$ok, NotFlat>;
        type SerializeTuple = Impossible<$ok, NotFlat>;
        type SerializeTupleStruct = Impossible<$ok, NotFlat>;
        type SerializeTupleVariant = Impossible<$ok, NotFlat>;
        type SerializeMap = Impossible<$ok, NotFlat>;
        type SerializeStructVariant = Impossible<$ok, NotFlat>;

        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, NotFlat> {
            Err(NotFlat)
        }
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<$ok, NotFlat> {
            Err(NotFlat)
        }
    };
}

/// The struct itself.
struct Struct<'a>(&'a mut Fields);

impl<'a> Serializer for Struct<'a> {
    type Ok = ();
    type Error = NotFlat;
    type SerializeStruct = Self;

    refused!((): serialize_bool(bool), serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64));
    refused!((): serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_f32(f32));
    refused!((): serialize_f64(f64), serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]), serialize_none());
    refused!((): serialize_unit(), serialize_unit_variant(&'static str, u32, &'static str));
    no_containers!(());

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), NotFlat> {
        Err(NotFlat)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), NotFlat> {
        value.serialize(self)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotFlat> {
        Ok(())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, NotFlat> {
        Ok(self)
    }
}

impl SerializeStruct for Struct<'_> {
    type Ok = ();
    type Error = NotFlat;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), NotFlat> {
        if let Some(text) = value.serialize(Value)?
            && !text.is_empty()
        {
            self.0.push((name, text));
        }
        Ok(())
    }

    fn end(self) -> Result<(), NotFlat> {
        Ok(())
    }
}

/// One field's value; none for one that is left out.
struct Value;

/// Methods of [`Value`] for values that their `Display` writes.
macro_rules! displayed {
    ($($method:ident($type:ty)),*) => { $(
        fn $method(self, value: $type) -> Result<Option<String>, NotFlat> {
            Ok(Some(value.to_string()))
        }
    )* };
}

impl Serializer for Value {
    type Ok = Option<String>;
    type Error = NotFlat;
    type SerializeStruct = Impossible<Option<String>, NotFlat>;

    displayed!(serialize_bool(bool), serialize_char(char), serialize_str(&str));
    displayed!(serialize_i8(i8), serialize_i16(i16), serialize_i32(i32), serialize_i64(i64));
    displayed!(serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64));
    // Nothing of ours is a float, and writing one would add its formatter to the module.
    refused!(Option<String>: serialize_f32(f32), serialize_f64(f64), serialize_bytes(&[u8]));
    refused!(Option<String>: serialize_unit(), serialize_unit_struct(&'static str));
    no_containers!(Option<String>);

    fn serialize_none(self) -> Result<Option<String>, NotFlat> {
        Ok(None)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Option<String>, NotFlat> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Option<String>, NotFlat> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<Option<String>, NotFlat> {
        Ok(Some(name.to_owned()))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, NotFlat> {
        Err(NotFlat)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{argument::Argument, ids::RoomId, initial_data::Theme};

    #[derive(Serialize)]
    struct Arguments {
        room: RoomId,
        on: bool,
        text: String,
        empty: String,
        theme: Theme,
        limit: Option<u32>,
        none: Option<u32>,
        given: Argument<RoomId>,
        left_out: Argument<RoomId>,
    }

    #[test]
    fn fields_hold_every_flat_value_that_is_not_empty() {
        let arguments = Arguments {
            room: RoomId(3),
            on: true,
            text: "a&b=ü".to_owned(),
            empty: String::new(),
            theme: Theme::Dark,
            limit: Some(50),
            none: None,
            given: RoomId(4).into(),
            left_out: Argument::default(),
        };
        let texts = fields(&arguments);
        let texts: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let wanted = [("room", "3"), ("on", "true"), ("text", "a&b=ü"), ("theme", "dark"), ("limit", "50"), ("given", "4")];
        assert_eq!(texts, wanted);
    }

    #[test]
    fn fields_are_none_when_the_value_is_not_flat() {
        #[derive(Serialize)]
        struct Nested {
            rooms: Vec<RoomId>,
        }
        assert_eq!(fields(&Nested { rooms: vec![RoomId(1)] }), []);
        assert_eq!(fields(&"text"), []);
    }
}
