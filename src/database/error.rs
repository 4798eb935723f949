//! What can go wrong with the store: at the start, one sentence for the operator; later, the error the caller gets.

use crate::model::error::{AppError, Code};
use rusqlite::{ErrorCode, ffi};
use std::{fmt, io, path::PathBuf};

/// Why a data directory cannot be opened.
#[derive(Debug)]
pub enum OpenError {
    /// It cannot be made, or not written to.
    NotWritable { path: PathBuf, source: io::Error },
    /// Another process holds it.
    InUse { path: PathBuf },
    /// A newer Rill has written it.
    NewerSchema { path: PathBuf, found: i64, known: i64 },
    /// The SQLite this binary was built with has known faults.
    SqliteTooOld { found: &'static str },
    /// It is no database of ours, or damaged.
    Corrupt { path: PathBuf, source: rusqlite::Error },
    /// Anything else SQLite says.
    Sqlite { path: PathBuf, source: rusqlite::Error },
    /// The system would not start a thread or give random numbers.
    System { what: &'static str, source: io::Error },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWritable { path, source } => {
                write!(f, "The data directory cannot be written: {}: {source}.", path.display())
            }
            Self::InUse { path } => {
                write!(f, "The data directory is in use: another process holds {}.", path.display())
            }
            Self::NewerSchema { path, found, known } => write!(
                f,
                "{} was written by a newer version of Rill (schema {found}, this one knows {known}); use that version or a backup.",
                path.display()
            ),
            Self::SqliteTooOld { found } => write!(f, "SQLite {found} is too old: 3.51.3 or newer is needed."),
            Self::Corrupt { path, source } => {
                write!(f, "{} is damaged or no database of Rill's ({source}); restore it from a backup.", path.display())
            }
            Self::Sqlite { path, source } => write!(f, "The database cannot be opened: {}: {source}.", path.display()),
            Self::System { what, source } => write!(f, "The system did not give {what}: {source}."),
        }
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    pub(crate) fn sqlite(path: PathBuf, source: rusqlite::Error) -> Self {
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Corrupt { path, source },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse { path },
            _ => Self::Sqlite { path, source },
        }
    }
}

/// What the caller gets for an error of SQLite's. The cause goes to the log; SQLite's messages name tables and columns, never
/// values.
impl From<rusqlite::Error> for AppError {
    fn from(error: rusqlite::Error) -> Self {
        // A full disk shows as SQLITE_FULL, or as an I/O error where the index of the log cannot grow.
        let grown = error.sqlite_error().is_some_and(|error| error.extended_code == ffi::SQLITE_IOERR_SHMSIZE);
        match error.sqlite_error_code() {
            _ if grown => full(&error),
            Some(ErrorCode::DiskFull) => full(&error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                tracing::warn!(%error, "the database is held by somebody else");
                Self::retry(Code::Busy, 1)
            }
            _ => {
                tracing::error!(%error, "the database failed");
                Self::new(Code::Internal)
            }
        }
    }
}

fn full(error: &rusqlite::Error) -> AppError {
    tracing::error!(%error, "the disk is full");
    AppError::retry(Code::StorageFull, 5)
}
