//! The schema, step by step: numbered SQL files, counted in SQLite's `user_version`; and who this store is.

use crate::database::{OpenError, failpoint::reach};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, ffi};
use std::{collections::BTreeSet, path::Path};

/// The files of `migrations/sqlite`, in order. One is never changed once released.
const STEPS: &[&str] = &include!(concat!(env!("OUT_DIR"), "/migrations.rs"));

/// SQLite's `application_id` of our files: "RILL". Releases before this one left it at 0.
const APPLICATION_ID: i64 = 0x5249_4c4c;

/// Refuses a file that another program has made, or that is empty and not `is_new`.
pub(crate) fn check_owner(conn: &Connection, path: &Path, is_new: bool) -> Result<(), OpenError> {
    const OURS: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'sequence')";
    let at = |source| OpenError::sqlite(path.to_owned(), source);
    let pragma = |name| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(at);
    let (id, version) = (pragma("application_id")?, pragma("user_version")?);
    let ours: i64 = conn.query_row(OURS, [], |row| row.get(0)).map_err(at)?;
    match (id, version, ours) {
        (0 | APPLICATION_ID, 1.., 2) | (APPLICATION_ID, ..) => Ok(()),
        _ if is_new && id == 0 => Ok(()),
        (0, 0, _) if pragma("page_count")? == 0 => Err(OpenError::Empty { path: path.to_owned() }),
        _ => Err(OpenError::Foreign { path: path.to_owned() }),
    }
}

/// Refuses a database in which a table, a column or an index of ours is missing.
pub(crate) fn check_schema(conn: &Connection, path: &Path) -> Result<(), OpenError> {
    let at = |source| OpenError::sqlite(path.to_owned(), source);
    let missing = {
        let whole = Connection::open_in_memory().map_err(at)?;
        whole.pragma_update(None, "foreign_keys", false).map_err(at)?;
        STEPS.iter().try_for_each(|step| whole.execute_batch(step)).map_err(at)?;
        let found = parts(conn).map_err(at)?;
        parts(&whole).map_err(at)?.into_iter().find(|part| !found.contains(part))
    };
    missing.map_or(Ok(()), |missing| Err(OpenError::Incomplete { path: path.to_owned(), missing }))
}

/// The columns and indexes of a database, `table.column` and `index`.
fn parts(conn: &Connection) -> rusqlite::Result<BTreeSet<String>> {
    const PARTS: &str = "SELECT s.name || '.' || c.name FROM sqlite_schema s JOIN pragma_table_info(s.name) c
        WHERE s.type = 'table' UNION SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    conn.prepare(PARTS)?.query_map([], |row| row.get(0))?.collect()
}

/// Takes the schema from where it is to the newest, each step in a transaction of its own.
pub(crate) fn run(conn: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let at = |source| OpenError::sqlite(path.to_owned(), source);
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(at)?;
    let known = STEPS.len() as i64;
    let done = match usize::try_from(found) {
        Ok(done) if done <= STEPS.len() => done,
        _ => return Err(OpenError::NewerSchema { path: path.to_owned(), found, known }),
    };
    let id: i64 = conn.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(at)?;
    if id != APPLICATION_ID {
        conn.pragma_update(None, "application_id", APPLICATION_ID).map_err(at)?;
    }
    if done == STEPS.len() {
        return Ok(());
    }
    // A table that is made anew would take the rows that refer to it along. It can be said outside of a transaction only.
    conn.pragma_update(None, "foreign_keys", false).map_err(at)?;
    for (step, version) in STEPS.iter().zip(1_i64..).skip(done) {
        let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(at)?;
        transaction.execute_batch(step).map_err(at)?;
        reach("mid_migration");
        check_references(&transaction).map_err(at)?;
        transaction.pragma_update(None, "user_version", version).map_err(at)?;
        transaction.commit().map_err(at)?;
    }
    conn.pragma_update(None, "foreign_keys", true).map_err(at)
}

/// Refuses a state in which a row refers to one that is not there.
fn check_references(conn: &Connection) -> rusqlite::Result<()> {
    match conn.query_row("PRAGMA foreign_key_check", [], |row| row.get::<_, String>(0)).optional()? {
        None => Ok(()),
        Some(table) => {
            let error = ffi::Error::new(ffi::SQLITE_CONSTRAINT_FOREIGNKEY);
            Err(rusqlite::Error::SqliteFailure(error, Some(format!("a row of {table} refers to nothing"))))
        }
    }
}

/// The store's id and its secret for digests, drawn when they are not there.
pub(crate) fn identity(conn: &mut Connection, path: &Path) -> Result<(String, [u8; 32]), OpenError> {
    let at = |source| OpenError::sqlite(path.to_owned(), source);
    let transaction = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(at)?;
    let mut drawn = [0; 48];
    getrandom::fill(&mut drawn).map_err(|error| OpenError::System { what: "random numbers", source: error.into() })?;
    let (id, secret) = drawn.split_at(16);
    let id = id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let id: String = keep(&transaction, "store", id).map_err(at)?;
    let secret: [u8; 32] = keep(&transaction, "secret", secret.to_vec()).map_err(at)?;
    transaction.commit().map_err(at)?;
    Ok((id, secret))
}

/// The value under `key`, put there if there is none.
fn keep<T: rusqlite::types::FromSql>(conn: &Connection, key: &str, new: impl rusqlite::ToSql) -> rusqlite::Result<T> {
    let read = || conn.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional();
    if let Some(value) = read()? {
        return Ok(value);
    }
    conn.execute("INSERT INTO meta (key, value) VALUES (?1, ?2)", rusqlite::params![key, new])?;
    read()?.ok_or(rusqlite::Error::QueryReturnedNoRows)
}
