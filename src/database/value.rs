//! Values: how numbers, ids, flags, texts and bytes stand in columns and parameters, the same for every engine.

use crate::model::ids::{ClientKey, MessageId, RoomId, Seq, UserId};

/// A column or a parameter. There are no negative numbers: what an engine has of them is no value of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell<'a> {
    Null,
    Number(u64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A type that can be a parameter.
pub trait Bind {
    fn bind(&self) -> Cell<'_>;
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// None where the column holds something else.
    fn column(cell: Cell<'_>) -> Option<Self>;
}

/// The parameters of a statement, `?1` first.
macro_rules! params {
    ($($value:expr),+ $(,)?) => {
        [$($crate::database::Bind::bind(&$value)),+]
    };
}
pub(crate) use params;

macro_rules! ids {
    ($($name:ident),*) => { $(
        impl Bind for $name {
            fn bind(&self) -> Cell<'_> {
                Cell::Number(self.0)
            }
        }

        impl Column for $name {
            fn column(cell: Cell<'_>) -> Option<Self> {
                u64::column(cell).map(Self)
            }
        }
    )* };
}
ids!(Seq, MessageId, RoomId, UserId);

macro_rules! numbers {
    ($($name:ident),*) => { $(
        impl Bind for $name {
            fn bind(&self) -> Cell<'_> {
                // No number of ours has more than 64 bits.
                Cell::Number(*self as u64)
            }
        }

        impl Column for $name {
            fn column(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    Cell::Number(number) => Self::try_from(number).ok(),
                    _ => None,
                }
            }
        }
    )* };
}
numbers!(u8, u32, u64, usize);

/// Flags are the numbers 0 and 1.
impl Bind for bool {
    fn bind(&self) -> Cell<'_> {
        Cell::Number(u64::from(*self))
    }
}

impl Column for bool {
    fn column(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Number(number @ 0..=1) => Some(number == 1),
            _ => None,
        }
    }
}

impl Bind for str {
    fn bind(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}

impl Bind for String {
    fn bind(&self) -> Cell<'_> {
        Cell::Text(self)
    }
}

impl Column for String {
    fn column(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl<const N: usize> Bind for [u8; N] {
    fn bind(&self) -> Cell<'_> {
        Cell::Bytes(self)
    }
}

impl<const N: usize> Column for [u8; N] {
    fn column(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}

impl Bind for ClientKey {
    fn bind(&self) -> Cell<'_> {
        self.0.bind()
    }
}

impl Column for ClientKey {
    fn column(cell: Cell<'_>) -> Option<Self> {
        <[u8; 16]>::column(cell).map(Self)
    }
}

impl<T: Bind + ?Sized> Bind for &T {
    fn bind(&self) -> Cell<'_> {
        T::bind(self)
    }
}

impl<T: Bind> Bind for Option<T> {
    fn bind(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Null, T::bind)
    }
}

impl<T: Column> Column for Option<T> {
    fn column(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::column(cell).map(Some),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_read_as_what_it_is_or_not_at_all() {
        assert_eq!(RoomId::column(Cell::Number(3)), Some(RoomId(3)));
        assert_eq!(Option::<RoomId>::column(Cell::Null), Some(None));
        assert_eq!(RoomId::column(Cell::Null), None);
        assert_eq!(u8::column(Cell::Number(256)), None);
        assert_eq!((bool::column(Cell::Number(1)), bool::column(Cell::Number(2))), (Some(true), None));
        assert_eq!(String::column(Cell::Bytes(b"x")), None);
        assert_eq!(<[u8; 2]>::column(Cell::Bytes(b"xyz")), None);
    }
}
