//! Opening a data directory: the lock, the files and their modes, the connections, the threads.

use super::{
    checkpoint,
    connection::{BUSY, Connection},
    held_files::{HeldFiles, file_id},
    migrate,
};
use crate::database::{
    Change, Channels, Database, Inner, OpenError, OpenOptions, Read,
    readers::{self, Readers},
    write_queue::WriteQueue,
    writer::Writer,
};
use rusqlite::{OpenFlags, config::DbConfig};
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{self, DirBuilder, File},
    io,
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64},
        mpsc::sync_channel,
    },
};

/// Releases before this one can lose commits when the log is reset (sqlite.org, "WAL-reset bug").
const OLDEST_SQLITE: i32 = 3_051_003;
/// Reads that may wait for a reader; beyond that `busy`.
const WAITING_READS: usize = 4_096;
/// Lock files that are tried while somebody removes them.
const LOCK_TRIES: u32 = 3;
/// The log file is cut to this after it starts over: 16 MB.
const LOG_KEPT: i64 = 16 << 20;

/// Opens a data directory, making it (0700) and its files (0600) where they are not there, holding its lock, and bringing the
/// schema up to date. `on_commit` gets every batch's changes on the thread that writes, one batch at a time and in rising order,
/// after the commit and before the answers.
///
/// # Errors
/// [`OpenError`]; its words say which path and why.
pub fn open(options: OpenOptions<'_>, on_commit: impl Fn(Vec<Change>) + Send + Sync + 'static) -> Result<Database, OpenError> {
    check_version(rusqlite::version_number(), rusqlite::version())?;
    let dir = options.dir;
    DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(|source| not_writable(dir, source))?;
    let lock = lock(dir.join("rill.lock"))?;
    let path = dir.join("rill.db");
    // Stays until there is a whole database: without it, an empty file or one without our tables is none that we have begun.
    let begun = dir.join("rill.begun");
    let is_new = !path.exists() || begun.exists();
    if is_new {
        private_file(&begun).map_err(|source| not_writable(&begun, source))?;
    }
    // SQLite gives the log and its index the mode of this file.
    private_file(&path).map_err(|source| not_writable(&path, source))?;
    // Left by a process that was killed, perhaps right after a deletion. A clean end leaves none.
    let log_left = fs::metadata(dir.join("rill.db-wal")).is_ok_and(|log| log.len() > 0);

    let at = |source| OpenError::sqlite(path.clone(), source);
    let mut conn = connection(&path, Access::Write).map_err(at)?;
    // Before anything is set: a file of another program stays as it is.
    migrate::check_owner(&conn, &path, is_new)?;
    configure(&conn, Access::Write).map_err(at)?;
    migrate::run(&mut conn, &path)?;
    migrate::check_schema(&conn, &path)?;
    let (store_id, secret) = migrate::identity(&mut conn, &path)?;
    if is_new {
        fs::remove_file(&begun).map_err(|source| not_writable(&begun, source))?;
    }

    let (writer, commands) = sync_channel(options.queue.max(1));
    let (reader, jobs) = sync_channel(WAITING_READS);
    let (checkpointer, orders) = sync_channel(4);
    let reading = |_| connect(&path, Access::Read).map(Connection::new).map_err(at);
    let readers: Vec<Connection> = (0..options.readers.max(1)).map(reading).collect::<Result<_, _>>()?;
    let keeper = Connection::new(connect(&path, Access::Write).map_err(at)?);
    let erase_due = log_left && !checkpoint::empty(&keeper);
    let conn = Connection::new(conn);

    let no_thread = |source| OpenError::System { what: "a thread", source };
    let head = Read::new(&conn).head().map_err(|error| OpenError::Unreadable { path: path.clone(), error })?;
    let committed = Arc::new(AtomicU64::new(head.0));
    let write_queue = Arc::new(WriteQueue::default());
    let files = HeldFiles::new([path.clone(), dir.join("rill.db-wal"), dir.join("rill.lock")]);
    let erase_due = Arc::new(AtomicBool::new(erase_due));
    let writing =
        Writer::new(conn, Box::new(on_commit), checkpointer.clone(), committed.clone(), erase_due.clone(), files.clone());
    let writer_thread = write_queue.clone().start(writing, commands);
    let mut threads = vec![writer_thread.map_err(no_thread)?];
    threads.push(checkpoint::start(keeper, orders).map_err(no_thread)?);
    threads.extend(readers::start(readers, Readers::new(jobs)).map_err(no_thread)?);
    let channels = Channels { writer, readers: reader, checkpointer };
    Ok(Database(Arc::new(Inner {
        store_id,
        secret,
        committed,
        erase_due,
        files,
        write_queue,
        channels: Mutex::new(Some(channels)),
        threads: Mutex::new(threads),
        _lock: lock,
    })))
}

fn not_writable(path: &Path, source: io::Error) -> OpenError {
    OpenError::NotWritable { path: path.to_owned(), source }
}

pub(crate) fn check_version(number: i32, found: &'static str) -> Result<(), OpenError> {
    if number < OLDEST_SQLITE { Err(OpenError::SqliteTooOld { found }) } else { Ok(()) }
}

/// Opens or makes a file that only its owner may read.
fn private_file(path: &Path) -> io::Result<File> {
    std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

fn lock(path: PathBuf) -> Result<File, OpenError> {
    for _ in 0..LOCK_TRIES {
        let file = private_file(&path).map_err(|source| not_writable(&path, source))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => break,
            Err(error) => return Err(not_writable(&path, error.into())),
        }
        // If the file was removed in between, another process can lock one of the same name.
        let ours = file.metadata().map_err(|source| not_writable(&path, source))?;
        if fs::metadata(&path).is_ok_and(|there| file_id(&there) == file_id(&ours)) {
            return Ok(file);
        }
    }
    Err(OpenError::InUse { path })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Write,
    Read,
}

fn connect(path: &Path, access: Access) -> rusqlite::Result<rusqlite::Connection> {
    let conn = connection(path, access)?;
    configure(&conn, access)?;
    Ok(conn)
}

fn connection(path: &Path, access: Access) -> rusqlite::Result<rusqlite::Connection> {
    let mode = match access {
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let conn = rusqlite::Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(BUSY)?;
    Ok(conn)
}

fn configure(conn: &rusqlite::Connection, access: Access) -> rusqlite::Result<()> {
    conn.set_prepared_statement_cache_capacity(64);
    // Else a statement with a bound LIMIT is parsed and planned anew each time another number is bound to it, kept or not.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "temp_store", "memory")?;
    if access == Access::Read {
        conn.pragma_update(None, "query_only", true)?;
        return conn.pragma_update(None, "cache_size", -1_024);
    }
    conn.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "full")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update_and_check(None, "secure_delete", true, |_| Ok(()))?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", 0, |_| Ok(()))?;
    conn.pragma_update_and_check(None, "journal_size_limit", LOG_KEPT, |_| Ok(()))?;
    conn.pragma_update(None, "cache_size", -2_048)
}
