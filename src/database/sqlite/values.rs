//! How our numbers and keys stand in SQLite's columns.

use crate::model::ids::{ClientKey, MessageId, RoomId, Seq, UserId};
use rusqlite::{
    ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};

/// An unsigned number as a column: SQLite's integers are signed, so what does not fit is an error, never a wrap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Int(pub u64);

fn to_sql(number: u64) -> rusqlite::Result<ToSqlOutput<'static>> {
    let number = i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    Ok(ToSqlOutput::from(number))
}

fn from_sql(value: ValueRef<'_>) -> FromSqlResult<u64> {
    let number = value.as_i64()?;
    u64::try_from(number).map_err(|_| FromSqlError::OutOfRange(number))
}

macro_rules! column {
    ($($name:ident),*) => { $(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                to_sql(self.0)
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                from_sql(value).map($name)
            }
        }
    )* };
}

column!(Int, Seq, MessageId, RoomId, UserId);

impl ToSql for ClientKey {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::from(self.0.as_slice()))
    }
}

impl FromSql for ClientKey {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 16]>::column_result(value).map(ClientKey)
    }
}
