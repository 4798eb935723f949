//! How a room's choices stand in columns: as numbers.

use crate::{
    database::{Bind, Cell, Column},
    features::rooms::model::{MemberRole, Posting, RoomKind},
};

macro_rules! choice {
    ($name:ident { $($value:ident = $number:literal),+ }) => {
        impl Bind for $name {
            fn bind(&self) -> Cell<'_> {
                Cell::Number(match self {
                    $(Self::$value => $number,)+
                })
            }
        }

        impl Column for $name {
            fn column(cell: Cell<'_>) -> Option<Self> {
                match cell {
                    $(Cell::Number($number) => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    };
}

choice!(RoomKind { Open = 0, Private = 1, Direct = 2 });
choice!(Posting { All = 0, Admins = 1 });
choice!(MemberRole { Member = 0, Admin = 1 });
