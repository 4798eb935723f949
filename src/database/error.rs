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
    /// It has no bytes, and this Rill has not begun it.
    Empty { path: PathBuf },
    /// Another program has made it.
    Foreign { path: PathBuf },
    /// A table, a column or an index of ours is not there.
    Incomplete { path: PathBuf, missing: String },
    /// There is no room on the disk for what a start writes.
    Full { path: PathBuf, source: rusqlite::Error },
    /// Anything else SQLite says.
    Sqlite { path: PathBuf, source: rusqlite::Error },
    /// It is open, but the newest number cannot be read.
    Unreadable { path: PathBuf, error: Error },
    /// The system would not start a thread or give random numbers.
    System { what: &'static str, source: io::Error },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWritable { path, source } => {
                write!(f, "The data directory cannot be written: {}: {source}.{}", path.display(), advice(source))
            }
            Self::InUse { path } => {
                write!(f, "The data directory is in use: another process holds {}.", path.display())
            }
            Self::NewerSchema { path, found, known } => write!(
                f,
                "{} was written by a newer version of Rill (schema {found}, this one knows {known}); \
                 use that version or a backup.",
                path.display()
            ),
            Self::SqliteTooOld { found } => write!(f, "SQLite {found} is too old: 3.51.3 or newer is needed."),
            Self::Corrupt { path, source } => {
                write!(f, "{} is damaged or no database of Rill's ({source}); restore it from a backup.", path.display())
            }
            Self::Empty { path } => {
                write!(f, "{} is empty; restore it from a backup, or remove it to begin with an empty workspace.", path.display())
            }
            Self::Foreign { path } => {
                write!(f, "{} is the database of another program; name another data directory.", path.display())
            }
            Self::Incomplete { path, missing } => {
                write!(f, "{} is damaged: {missing} is missing; restore it from a backup.", path.display())
            }
            Self::Full { path, source } => {
                write!(f, "The disk of {} is full ({source}); make room and start again.", path.display())
            }
            Self::Sqlite { path, source } => write!(f, "The database cannot be opened: {}: {source}.", path.display()),
            Self::Unreadable { path, error } => write!(f, "The database cannot be read: {}: {error}.", path.display()),
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
            _ if is_full(&source) => Self::Full { path, source },
            _ => Self::Sqlite { path, source },
        }
    }
}

/// What to do about a path that cannot be used; nothing where there is nothing to say.
fn advice(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotADirectory | Kind::AlreadyExists => " It is a file, not a directory: name another place with --data-dir.",
        Kind::PermissionDenied => " Give it to the user that runs Rill, or name another place with --data-dir.",
        Kind::ReadOnlyFilesystem => " Its disk is read-only: name another place with --data-dir.",
        Kind::StorageFull => " Make room and start again.",
        _ => "",
    }
}

/// A full disk also shows as an I/O error, where the index of the log cannot grow.
fn is_full(error: &rusqlite::Error) -> bool {
    let extended = error.sqlite_error().map(|error| error.extended_code);
    error.sqlite_error_code() == Some(ErrorCode::DiskFull) || extended == Some(ffi::SQLITE_IOERR_SHMSIZE)
}

/// Why a statement or a batch failed, whatever the engine.
#[derive(Debug)]
pub enum Error {
    /// Somebody else holds the store, or too many wait; again in a moment.
    Busy(Cause),
    /// There is no room left.
    Full(Cause),
    /// A row with these values is there already.
    Unique(Cause),
    /// The connection has gone; nothing was stored.
    Lost(Cause),
    /// A commit without an answer: it may have been stored.
    Unknown(Cause),
    /// Anything else: a fault of ours, or of the disk.
    Other(Cause),
}

/// What the engine said: for the log. It names tables and columns, never values.
#[derive(Debug)]
pub struct Cause(String);

impl Error {
    pub(crate) fn other(cause: impl Into<String>) -> Self {
        Self::Other(Cause(cause.into()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy(cause) | Self::Full(cause) | Self::Unique(cause) => f.write_str(&cause.0),
            Self::Lost(cause) | Self::Unknown(cause) | Self::Other(cause) => f.write_str(&cause.0),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let cause = Cause(error.to_string());
        let extended = error.sqlite_error().map(|error| error.extended_code);
        match (error.sqlite_error_code(), extended) {
            _ if is_full(&error) => Self::Full(cause),
            (Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked), _) => Self::Busy(cause),
            (_, Some(ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY)) => Self::Unique(cause),
            _ => Self::Other(cause),
        }
    }
}

/// What the caller gets. The cause goes to the log.
impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Full(_) => {
                tracing::error!(%error, "the disk is full");
                Self::retry(Code::StorageFull, 5)
            }
            Error::Busy(_) => {
                tracing::warn!(%error, "the database is held by somebody else");
                Self::retry(Code::Busy, 1)
            }
            Error::Lost(_) => {
                tracing::warn!(%error, "the connection to the database was lost");
                Self::retry(Code::Busy, 1)
            }
            Error::Unique(_) | Error::Unknown(_) | Error::Other(_) => {
                tracing::error!(%error, "the database failed");
                Self::new(Code::Internal)
            }
        }
    }
}
