//! A connection to SQLite: statements kept prepared, rows and parameters as values of ours.

use crate::database::{Cell, Column, Error, Result};
use rusqlite::{
    CachedStatement, Rows, ToSql, Transaction, params_from_iter,
    types::{ToSqlOutput, Value, ValueRef},
};
use std::{ops::ControlFlow, time::Duration};

/// How long a writer waits for another process that holds the file.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// A connection; one thread uses it at a time.
pub(crate) struct Connection(pub(super) rusqlite::Connection);

/// A row of an answer.
pub struct Row<'a>(&'a rusqlite::Row<'a>);

impl Connection {
    pub(super) fn new(conn: rusqlite::Connection) -> Self {
        Self(conn)
    }

    pub(crate) fn each(
        &self,
        sql: &str,
        params: &[Cell<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = query(&mut statement, params)?;
        while let Some(row) = rows.next()? {
            if each(&Row(row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn row<T>(&self, sql: &str, params: &[Cell<'_>], map: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = query(&mut statement, params)?;
        rows.next()?.map(|row| map(&Row(row))).transpose()
    }

    pub(crate) fn execute(&self, sql: &str, params: &[Cell<'_>]) -> Result<usize> {
        Ok(self.0.prepare_cached(sql)?.execute(params_from_iter(params))?)
    }

    #[cfg(test)]
    pub(crate) fn script(&self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    /// Whether a transaction is open: after an error SQLite may have taken it back by itself.
    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.0.is_autocommit()
    }

    /// Begins a read that sees the store as it is now, until it is dropped.
    pub(crate) fn snapshot(&self) -> Result<Snapshot<'_>> {
        Ok(Snapshot(self.0.unchecked_transaction()?))
    }
}

/// One state of the store. Dropped, also by a panic, it ends by a rollback: nothing was written.
pub(crate) struct Snapshot<'a>(#[allow(dead_code, reason = "it ends when it is dropped")] Transaction<'a>);

fn query<'a>(statement: &'a mut CachedStatement<'_>, params: &[Cell<'_>]) -> rusqlite::Result<Rows<'a>> {
    statement.query(params_from_iter(params))
}

impl Row<'_> {
    /// Column `at`, from 0 on.
    ///
    /// # Errors
    /// [`Error::Other`] where it holds something else.
    pub fn get<T: Column>(&self, at: usize) -> Result<T> {
        T::column(self.cell(at)?).ok_or_else(|| self.unexpected(at))
    }

    /// Column `at` as a text that is not copied; none where it is NULL.
    ///
    /// # Errors
    /// [`Error::Other`] where it holds something else.
    pub fn text(&self, at: usize) -> Result<Option<&str>> {
        match self.cell(at)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(self.unexpected(at)),
        }
    }

    fn cell(&self, at: usize) -> Result<Cell<'_>> {
        Ok(match self.0.get_ref(at)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Number(u64::try_from(number).map_err(|_| self.unexpected(at))?),
            ValueRef::Real(_) => return Err(self.unexpected(at)),
            ValueRef::Text(text) => Cell::Text(std::str::from_utf8(text).map_err(|_| self.unexpected(at))?),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        })
    }

    #[cold]
    fn unexpected(&self, at: usize) -> Error {
        let name = self.0.as_ref().column_name(at).unwrap_or("?");
        Error::other(format!("column {name} holds something else"))
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Cell::Null => ToSqlOutput::Owned(Value::Null),
            // SQLite's integers are signed: what does not fit is an error, never a wrap.
            Cell::Number(number) => {
                let number = i64::try_from(number).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
                ToSqlOutput::Owned(Value::Integer(number))
            }
            Cell::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Cell::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}
