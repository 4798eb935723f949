//! Opening a data directory: whose it is, what is refused and in which words, what a restart keeps.

use crate::{
    database::{OpenError, open, sqlite::files::check_version},
    features::messages::{model::PageRange, store::page},
    model::{
        error::{AppError, Code},
        ids::{GENERAL, Seq},
    },
    request::hooks::Hooks,
    tests::store_fixture::{Fixture, fresh_key, options},
};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

fn refused(dir: &Path) -> OpenError {
    open(options(dir), |_| {}).unwrap_err()
}

#[tokio::test]
async fn the_directory_and_its_files_are_their_owners_alone() {
    let parent = tempfile::tempdir().unwrap();
    let dir = parent.path().join("data");
    let db = open(options(&dir), |_| {}).unwrap();
    db.ping().await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&dir), 0o700);
    for file in ["rill.db", "rill.db-wal", "rill.db-shm", "rill.lock"] {
        assert_eq!(mode(&dir.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_restart_keeps_everything_and_goes_on_counting() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let first = store.send(&lin, GENERAL, "first").await;
    let (id, head) = (store.db.store_id().to_owned(), store.db.head().await.unwrap());
    assert_eq!((id.len(), head), (32, first.seq));
    let store = store.restart();
    assert_eq!(store.db.store_id(), id);
    assert_eq!(store.db.head().await.unwrap(), head);
    let second = store.send(&lin, GENERAL, "second").await;
    assert_eq!((second.seq, second.n), (Seq(head.0 + 1), 2));
    let page = page(&store.db, &Hooks::default(), lin.id, GENERAL, PageRange::Newest, 50).await.unwrap();
    assert_eq!(page.messages, [first, second]);
    assert_ne!(Fixture::new().db.store_id(), id);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_crash() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let sent = store.send(&lin, GENERAL, "acknowledged").await;
    // The files as a killed process leaves them: nothing closed, the log not yet in the database file.
    let left = tempfile::tempdir().unwrap();
    for file in ["rill.db", "rill.db-wal"] {
        fs::copy(store.dir.path().join(file), left.path().join(file)).unwrap();
    }
    let db = open(options(left.path()), |_| {}).unwrap();
    let found = page(&db, &Hooks::default(), lin.id, GENERAL, PageRange::Newest, 50).await.unwrap();
    assert_eq!((found.messages, found.head), (vec![sent.clone()], sent.seq));
}

#[test]
fn a_directory_in_use_is_refused_and_free_again_once_closed() {
    let dir = tempfile::tempdir().unwrap();
    let db = open(options(dir.path()), |_| {}).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::InUse { .. }));
    assert!(error.to_string().contains("another process holds"), "{error}");
    drop(db);
    open(options(dir.path()), |_| {}).unwrap();
}

#[tokio::test]
async fn nothing_is_acknowledged_once_a_file_was_replaced_or_removed() {
    for name in ["rill.db", "rill.db-wal", "rill.lock"] {
        let store = Fixture::new();
        let lin = store.enter("Lin").await;
        let (path, aside) = (store.dir.path().join(name), store.dir.path().join("aside"));
        fs::rename(&path, &aside).unwrap();
        if name == "rill.db" {
            fs::copy(&aside, &path).unwrap();
        }
        let busy = Err(AppError::retry(Code::Busy, 10));
        assert_eq!(store.try_send(lin.id, GENERAL, fresh_key(), "nowhere").await, busy, "{name}");
        assert!(store.db.ping().await.is_err(), "{name}");
        fs::rename(&aside, &path).unwrap();
        assert_eq!(store.send(&lin, GENERAL, "back").await.n, 1, "{name}");
    }
}

#[test]
fn a_directory_another_process_holds_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut holder = Command::new("flock")
        .arg(dir.path().join("rill.lock"))
        .args(["sh", "-c", "echo held; read _"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "held\n");
    let error = refused(dir.path());
    drop(holder.stdin.take());
    holder.wait().unwrap();
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    open(options(dir.path()), |_| {}).unwrap();
}

#[test]
fn a_directory_that_cannot_be_written_is_named_with_the_reason() {
    let parent = tempfile::tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "mine").unwrap();
    for dir in [file.clone(), file.join("below"), Path::new("/proc/rill-cannot-be-here").to_owned()] {
        let error = refused(&dir);
        assert!(matches!(error, OpenError::NotWritable { .. }), "{error:?}");
        let words = error.to_string();
        assert!(words.starts_with("The data directory cannot be written: ") && words.contains(dir.to_str().unwrap()), "{words}");
        assert!(words.contains("(os error"), "{words}");
    }
    assert_eq!(fs::read_to_string(file).unwrap(), "mine");
    let dir = parent.path().join("data");
    fs::create_dir_all(dir.join("rill.db")).unwrap();
    assert!(refused(&dir).to_string().contains("rill.db"));
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let garbage = "not a database. ".repeat(1_000);
    fs::write(dir.path().join("rill.db"), &garbage).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("rill.db is damaged"), "{error}");
    assert_eq!(fs::read_to_string(dir.path().join("rill.db")).unwrap(), garbage);
}

#[test]
fn the_database_of_another_program_is_refused_and_left_as_it_was() {
    for version in [0, 3] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rill.db");
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.execute_batch("CREATE TABLE songs (name)").unwrap();
        conn.pragma_update(None, "user_version", version).unwrap();
        drop(conn);
        let before = fs::read(&path).unwrap();
        let error = refused(dir.path());
        assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
        assert!(error.to_string().contains("rill.db is the database of another program"), "{error}");
        assert!(fs::read(&path).unwrap() == before);
    }
}

#[test]
fn an_empty_file_is_refused_unless_a_start_has_left_it() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("rill.db"), "").unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Empty { .. }), "{error:?}");
    assert!(error.to_string().contains("rill.db is empty; restore it"), "{error}");
    // As a first start leaves it that was killed at once.
    fs::write(dir.path().join("rill.begun"), "").unwrap();
    open(options(dir.path()), |_| {}).unwrap();
    assert!(!dir.path().join("rill.begun").exists());
}

#[test]
fn a_database_without_one_of_its_tables_or_indexes_is_refused_by_its_name() {
    for (sql, part) in [("DROP TABLE pins", "pins.at"), ("DROP INDEX messages_room", "messages_room")] {
        let dir = tempfile::tempdir().unwrap();
        drop(open(options(dir.path()), |_| {}).unwrap());
        let conn = rusqlite::Connection::open(dir.path().join("rill.db")).unwrap();
        conn.execute_batch(sql).unwrap();
        drop(conn);
        let error = refused(dir.path());
        assert!(matches!(error, OpenError::Incomplete { .. }), "{error:?}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[test]
fn a_full_disk_at_the_start_says_what_to_do() {
    for code in [rusqlite::ffi::SQLITE_FULL, rusqlite::ffi::SQLITE_IOERR_SHMSIZE] {
        let source = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), None);
        let error = OpenError::sqlite("/data/rill.db".into(), source);
        assert!(error.to_string().starts_with("The disk of /data/rill.db is full ("), "{error}");
        assert!(error.to_string().ends_with("make room and start again."), "{error}");
    }
}

#[test]
fn a_newer_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(options(dir.path()), |_| {}).unwrap());
    let conn = rusqlite::Connection::open(dir.path().join("rill.db")).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }), "{error:?}");
    assert!(error.to_string().contains("newer version of Rill"), "{error}");
}

#[test]
fn an_sqlite_that_can_lose_commits_is_refused() {
    assert!(check_version(3_051_003, "3.51.3").is_ok());
    let error = check_version(3_051_002, "3.51.2").unwrap_err();
    assert_eq!(error.to_string(), "SQLite 3.51.2 is too old: 3.51.3 or newer is needed.");
}
