//! The records of a run: what writers were told, what readers saw, what is stored.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The outcome of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered with the stored message.
    Ok { id: u64, seq: u64 },
    /// Refused with a status that promises that nothing was stored; 0 for no connection. `has_retry_after`: with a time to retry.
    Failed { status: u16, has_retry_after: bool },
    /// A broken connection, a timeout, or 500: stored or not.
    Unknown,
}

/// A message to send, with all tries under its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub writer: String,
    /// The number of the message among its writer's.
    pub counter: u64,
    pub room: u64,
    pub key: String,
    pub text: String,
    pub tries: Vec<Outcome>,
    /// Tries to delete the stored message.
    pub deleting: Vec<Outcome>,
}

/// The conclusion from all tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Failed,
    Unknown,
}

/// Returns Ok if one try was; else Unknown if one try may have succeeded; else Failed.
pub fn verdict(tries: &[Outcome]) -> Verdict {
    if tries.iter().any(|outcome| matches!(outcome, Outcome::Ok { .. })) {
        Verdict::Ok
    } else if tries.contains(&Outcome::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::Failed
    }
}

/// A message as seen by a reader or as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub seq: u64,
    pub id: u64,
    pub n: u64,
    pub room: u64,
    pub key: String,
    pub text: String,
    pub deleted: bool,
}

impl Seen {
    /// Reads a message from JSON; None when a field is missing.
    pub fn read(thing: &Value) -> Option<Self> {
        Some(Self {
            seq: thing["seq"].as_u64()?,
            id: thing["id"].as_u64()?,
            n: thing["n"].as_u64()?,
            room: thing["room"].as_u64()?,
            key: thing["key"].as_str()?.to_owned(),
            text: thing["text"].as_str().unwrap_or_default().to_owned(),
            deleted: thing["deleted"].as_bool().unwrap_or_default(),
        })
    }
}

/// The reason why a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The server sent `bye`, with a valid `retry` or without.
    Bye { retry: bool },
    /// The connection broke.
    Cut,
    /// The reader closed it, or the run ended.
    Dropped,
}

/// One stream, from its opening to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The requested cursor; None for the head.
    pub after: Option<u64>,
    /// The id of `hello`; None when a `reset` followed.
    pub hello: Option<u64>,
    /// Whether `hello` had a valid `retry`.
    pub retry: bool,
    /// The id of the `reset`.
    pub reset: Option<u64>,
    /// The ids of all default events in order of arrival.
    pub seqs: Vec<u64>,
    pub messages: Vec<Seen>,
    /// The messages fetched after a reset.
    pub fetched: Vec<Seen>,
    pub end: End,
}

/// Everything that one reader saw, over all its streams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    pub name: String,
    /// The rooms of which it was a member throughout.
    pub rooms: BTreeSet<u64>,
    /// The cursor at which its first stream began.
    pub since: u64,
    pub streams: Vec<Stream>,
    /// A number assigned after the end of its session was acknowledged: nothing from it on may arrive.
    pub revoked: Option<u64>,
    /// Whether the session worked after its end was acknowledged.
    pub revived: bool,
}

/// The database at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// Ordered by id.
    pub messages: Vec<Seen>,
    /// The newest sequence number.
    pub head: u64,
    /// The sequence numbers of people, rooms, memberships and subscriptions.
    pub others: BTreeSet<u64>,
    /// Failures of SQLite's own checks.
    pub complaints: Vec<String>,
}

/// The records of a whole run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub sent: Vec<Sent>,
    pub readers: Vec<Reader>,
    pub stored: Stored,
    /// Problems that a writer or a fault observed.
    pub complaints: Vec<String>,
}

impl History {
    /// Returns the sent messages by key.
    pub fn by_key(&self) -> BTreeMap<&str, &Sent> {
        self.sent.iter().map(|sent| (sent.key.as_str(), sent)).collect()
    }
}
