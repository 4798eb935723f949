//! Reads the database directly, after the server has ended or from a copy.

use crate::history::{Seen, Stored};
use rusqlite::Connection;
use std::{fs, path::Path};

/// Things whose newest number is not the one that replay would find them by, and entries of replay that are of no thing.
const UNLISTED: &str = "
    WITH things (kind, a, b, seq) AS (
      SELECT 1, id, 0, seq FROM messages UNION ALL SELECT 2, id, 0, seq FROM rooms
      UNION ALL SELECT 3, room_id, user_id, seq FROM members UNION ALL SELECT 4, id, 0, seq FROM users
      UNION ALL SELECT 6, room_id, user_id, seq FROM subscriptions)
    SELECT seq FROM (SELECT kind, a, b, seq FROM things EXCEPT SELECT kind, a, b, seq FROM changes)
    UNION ALL SELECT seq FROM (SELECT kind, a, b, seq FROM changes EXCEPT SELECT kind, a, b, seq FROM things)";

impl Stored {
    /// Reads a data directory that no other process has open.
    pub fn read(dir: &Path) -> Self {
        let conn = Connection::open(dir.join("rill.db")).expect("the database opens");
        let text = |sql: &str| -> Vec<String> {
            let mut statement = conn.prepare(sql).unwrap();
            // Both checks return rows of several types; their number and first column suffice.
            let rows = statement.query_map([], |row| Ok(format!("{:?}", row.get::<_, rusqlite::types::Value>(0)?))).unwrap();
            rows.collect::<Result<_, _>>().unwrap()
        };
        let is_ok = |row: &String| row == "Text(\"ok\")";
        let mut complaints: Vec<String> = text("PRAGMA quick_check").into_iter().filter(|row| !is_ok(row)).collect();
        complaints.extend(text("PRAGMA foreign_key_check").into_iter().map(|table| format!("a foreign key of {table}")));
        complaints.extend(
            text("SELECT id FROM messages WHERE id NOT IN (SELECT message_id FROM texts)")
                .into_iter()
                .map(|id| format!("message {id} without a text")),
        );
        complaints.extend(text(UNLISTED).into_iter().map(|seq| format!("number {seq} is not, or not alone, among the changes")));
        let mut statement = conn
            .prepare(
                "SELECT m.seq, m.id, m.n, m.room_id, lower(hex(m.key)), t.text, m.deleted
                 FROM messages m JOIN texts t ON t.message_id = m.id ORDER BY m.id",
            )
            .unwrap();
        let messages = statement
            .query_map([], |row| {
                let deleted: bool = row.get(6)?;
                // A deleted text is a blob of zeros; any other byte is a remainder of the text.
                let text = String::from_utf8_lossy(row.get_ref(5)?.as_bytes()?).into_owned();
                Ok(Seen {
                    seq: row.get::<_, i64>(0)? as u64,
                    id: row.get::<_, i64>(1)? as u64,
                    n: row.get::<_, i64>(2)? as u64,
                    room: row.get::<_, i64>(3)? as u64,
                    key: row.get(4)?,
                    text: if deleted { text.trim_matches('\0').to_owned() } else { text },
                    deleted,
                })
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64;
        const OTHERS: &str = "SELECT seq FROM users UNION ALL SELECT seq FROM rooms UNION ALL SELECT seq FROM members
            UNION ALL SELECT seq FROM subscriptions";
        let mut others = conn.prepare(OTHERS).unwrap();
        let others = others.query_map([], |row| Ok(row.get::<_, i64>(0)? as u64)).unwrap().collect::<Result<_, _>>().unwrap();
        Self { messages, head: number("SELECT value FROM sequence"), others, complaints }
    }

    /// Reads a copy of the files, as a start would find them after a crash at this moment.
    pub fn copied(dir: &Path) -> Self {
        let copy = tempfile::tempdir().unwrap();
        // The log is copied first: a checkpoint in between leaves its pages in both files, which is harmless.
        for name in ["rill.db-wal", "rill.db"] {
            if dir.join(name).exists() {
                fs::copy(dir.join(name), copy.path().join(name)).unwrap();
            }
        }
        Self::read(copy.path())
    }
}

/// Returns the size of the write-ahead log in bytes.
pub fn log_size(dir: &Path) -> u64 {
    fs::metadata(dir.join("rill.db-wal")).map_or(0, |file| file.len())
}
