//! Made-up values of any type that can be read: what its `Deserialize` asks for is what it gets.

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
    value::Error,
};

/// Lists and structs inside each other; deeper, lists are empty and options none.
const DEPTH: u32 = 5;

/// Makes a value. Every text is `text`; every enum is its variant number `variant`, counted around.
pub fn made_up<T: DeserializeOwned>(text: &'static str, variant: usize) -> Result<T, Error> {
    T::deserialize(Maker { text, variant, depth: 0 })
}

#[derive(Clone, Copy)]
struct Maker {
    text: &'static str,
    variant: usize,
    depth: u32,
}

impl Maker {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $value:expr),* $(,)?) => { $(
        fn $method<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
            visitor.$visit($value)
        }
    )* };
}

impl Deserializer<'static> for Maker {
    type Error = Error;

    numbers! {
        deserialize_bool visit_bool true, deserialize_i8 visit_i8 -7, deserialize_i16 visit_i16 -7, deserialize_i32 visit_i32 -7,
        deserialize_i64 visit_i64 -7, deserialize_u8 visit_u8 7, deserialize_u16 visit_u16 7, deserialize_u32 visit_u32 7,
        deserialize_u64 visit_u64 7, deserialize_f32 visit_f32 1.5, deserialize_f64 visit_f64 1.5,
        deserialize_char visit_char 'x',
        deserialize_bytes visit_bytes b"bytes", deserialize_byte_buf visit_bytes b"bytes",
    }

    fn deserialize_any<V: Visitor<'static>>(self, _: V) -> Result<V::Value, Error> {
        Err(serde::de::Error::custom("the browser's reader is never asked what comes"))
    }

    fn deserialize_str<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text)
    }

    fn deserialize_string<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text)
    }

    fn deserialize_identifier<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.depth < DEPTH { visitor.visit_some(self.deeper()) } else { visitor.visit_none() }
    }

    fn deserialize_unit<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'static>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        // Two items, so that there is something between them.
        visitor.visit_seq(Items { maker: self.deeper(), left: if self.depth < DEPTH { 2 } else { 0 }, names: &[] })
    }

    fn deserialize_tuple<V: Visitor<'static>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Items { maker: self, left: length, names: &[] })
    }

    fn deserialize_tuple_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Items { maker: self.deeper(), left: 0, names: &[self.text] })
    }

    fn deserialize_struct<V: Visitor<'static>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Items { maker: self, left: 0, names })
    }

    fn deserialize_enum<V: Visitor<'static>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(Variant { maker: self.deeper(), name: names[self.variant % names.len()] })
    }

    fn deserialize_ignored_any<V: Visitor<'static>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}

/// The items of a list, or the fields of a struct.
struct Items<'n> {
    maker: Maker,
    left: usize,
    names: &'n [&'static str],
}

impl SeqAccess<'static> for Items<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'static>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(self.maker).map(Some)
    }
}

impl MapAccess<'static> for Items<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'static>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, rest)) = self.names.split_first() else { return Ok(None) };
        self.names = rest;
        seed.deserialize((*name).into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'static>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.maker)
    }
}

struct Variant {
    maker: Maker,
    name: &'static str,
}

impl EnumAccess<'static> for Variant {
    type Error = Error;
    type Variant = Maker;

    fn variant_seed<V: DeserializeSeed<'static>>(self, seed: V) -> Result<(V::Value, Maker), Error> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self.maker))
    }
}

impl VariantAccess<'static> for Maker {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'static>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'static>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'static>>(self, names: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.deserialize_struct("", names, visitor)
    }
}
