//! Reading: statements over one snapshot, and lists of keys in as few statements as there can be.

use super::{
    Cell, Error, Result,
    sqlite::connection::{Connection, Row},
};
use crate::model::ids::Seq;
use std::{cell::Cell as Counter, ops::ControlFlow};

/// Places in a list of keys. A list is padded to one of these, so that there are few statements to prepare.
const PLACES: [usize; 5] = [1, 4, 16, 64, 200];
/// Where the list of keys belongs in a statement: `WHERE id IN (?*)`.
const LIST: &str = "(?*)";

/// What a read reads with: one snapshot of the store.
pub struct Read<'a> {
    conn: &'a Connection,
    statements: Counter<u32>,
}

impl<'a> Read<'a> {
    pub(crate) fn new(conn: &'a Connection) -> Self {
        Self { conn, statements: Counter::new(0) }
    }

    /// Every row that `sql` answers.
    ///
    /// # Errors
    /// Those of the engine, and of `map`.
    pub fn rows<T>(&self, sql: &str, params: &[Cell<'_>], mut map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, params, |row| {
            all.push(map(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(all)
    }

    /// The first row that `sql` answers, if there is one.
    ///
    /// # Errors
    /// Those of the engine, and of `map`.
    pub fn row<T>(&self, sql: &str, params: &[Cell<'_>], map: impl FnOnce(&Row<'_>) -> Result<T>) -> Result<Option<T>> {
        self.count();
        self.conn.row(sql, params, map)
    }

    /// Whether `sql` answers a row.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn exists(&self, sql: &str, params: &[Cell<'_>]) -> Result<bool> {
        Ok(self.row(sql, params, |_| Ok(()))?.is_some())
    }

    /// Gives row after row to `each`, until that breaks off.
    ///
    /// # Errors
    /// Those of the engine, and of `each`.
    pub fn each(&self, sql: &str, params: &[Cell<'_>], each: impl FnMut(&Row<'_>) -> Result<ControlFlow<()>>) -> Result<()> {
        self.count();
        self.conn.each(sql, params, each)
    }

    /// The rows of all `keys`, in no order. `sql` has `(?*)` in the place of their list and no parameter of its own.
    ///
    /// # Errors
    /// Those of the engine, and of `map`.
    pub fn rows_in<T>(&self, sql: &str, keys: &[u64], map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        self.in_lists(sql, keys, |key| [*key], |place| format!("?{place}"), "", map)
    }

    /// As [`rows_in`](Self::rows_in), for keys of two numbers: `WHERE (a, b) IN (?*)`.
    ///
    /// # Errors
    /// Those of the engine, and of `map`.
    pub fn rows_in_pairs<T>(&self, sql: &str, keys: &[(u64, u64)], map: impl FnMut(&Row<'_>) -> Result<T>) -> Result<Vec<T>> {
        // From the first pair the engine learns the types of all.
        let pair = |place: usize| match place {
            1 => "(CAST(?1 AS BIGINT), CAST(?2 AS BIGINT))".to_owned(),
            _ => format!("(?{}, ?{})", place * 2 - 1, place * 2),
        };
        self.in_lists(sql, keys, |(a, b)| [*a, *b], pair, "VALUES ", map)
    }

    fn in_lists<K, T, const N: usize>(
        &self,
        sql: &str,
        keys: &[K],
        numbers: impl Fn(&K) -> [u64; N],
        place: impl Fn(usize) -> String,
        before: &str,
        mut map: impl FnMut(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::with_capacity(keys.len());
        for keys in keys.chunks(PLACES[PLACES.len() - 1]) {
            let places = PLACES.into_iter().find(|places| *places >= keys.len()).unwrap_or(keys.len());
            let list: Vec<String> = (1..=places).map(&place).collect();
            let sql = sql.replacen(LIST, &format!("({before}{})", list.join(", ")), 1);
            // The last key stands for the places that are left over; it is found once all the same.
            let padded = keys.iter().chain(keys.last().into_iter().cycle()).take(places);
            let params: Vec<Cell<'_>> = padded.flat_map(&numbers).map(Cell::Number).collect();
            self.each(&sql, &params, |row| {
                all.push(map(row)?);
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(all)
    }

    /// The newest number in this snapshot.
    ///
    /// # Errors
    /// Those of the engine.
    pub fn head(&self) -> Result<Seq> {
        const HEAD: &str = "SELECT value FROM sequence";
        self.row(HEAD, &[], |row| row.get(0))?.ok_or_else(|| Error::other("the sequence has no row"))
    }

    /// Statements run so far.
    pub fn statements(&self) -> u32 {
        self.statements.get()
    }

    pub(super) fn count(&self) {
        self.statements.set(self.statements.get() + 1);
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.conn
    }
}
