//! What everybody notes down while faults happen: writers what they were told, readers what they saw, the judge what is stored.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What one try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Answered with the stored message.
    Ok { id: u64, seq: u64 },
    /// Refused by a status after which nothing was stored, or no connection at all (0). `polite`: said when to come back.
    Failed { status: u16, polite: bool },
    /// A broken connection, silence, or 500: done or not.
    Unknown,
}

/// A message somebody meant to send, with all tries under its one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub writer: String,
    /// Counts up for each writer.
    pub counter: u64,
    pub room: u64,
    pub key: String,
    pub text: String,
    pub tries: Vec<Outcome>,
    /// Tries to delete it, once it was stored.
    pub deleting: Vec<Outcome>,
}

/// What all tries together say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Ok,
    Failed,
    Unknown,
}

/// The strongest of some tries: one Ok is Ok; one doubt, and it may have been done.
pub fn verdict(tries: &[Outcome]) -> Verdict {
    if tries.iter().any(|outcome| matches!(outcome, Outcome::Ok { .. })) {
        Verdict::Ok
    } else if tries.contains(&Outcome::Unknown) {
        Verdict::Unknown
    } else {
        Verdict::Failed
    }
}

/// A message as a reader saw it, or as it is stored.
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
    /// From a message of the wire; none where it is none.
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

/// Why a stream was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The server said so; with a time to come back, or without.
    Bye { retry: bool },
    /// It broke.
    Cut,
    /// The reader let go of it, or the run was over.
    Dropped,
}

/// One stream, from its opening to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// The cursor asked for; none for the head.
    pub after: Option<u64>,
    /// `hello`'s id; none where a `reset` followed.
    pub hello: Option<u64>,
    /// Whether `hello` drew a time to come back.
    pub retry: bool,
    /// The id of the `reset`.
    pub reset: Option<u64>,
    /// Ids of everything that came by the default event, messages or not, as they came.
    pub seqs: Vec<u64>,
    pub messages: Vec<Seen>,
    /// What was fetched anew after a reset.
    pub fetched: Vec<Seen>,
    pub end: End,
}

/// What one reader saw, over all its streams.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reader {
    pub name: String,
    /// Rooms it was a member of throughout.
    pub rooms: BTreeSet<u64>,
    /// Where its first stream began.
    pub since: u64,
    pub streams: Vec<Stream>,
    /// A number that was taken after the end of its session was acknowledged: from there on nothing may come.
    pub revoked: Option<u64>,
    /// Its session answered after its end had been acknowledged.
    pub revived: bool,
}

/// What is on disk at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stored {
    /// In the order of their ids.
    pub messages: Vec<Seen>,
    /// The newest number given.
    pub head: u64,
    /// Numbers of people, rooms and memberships.
    pub others: BTreeSet<u64>,
    /// What SQLite's own checks complain of.
    pub complaints: Vec<String>,
}

/// Everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    pub sent: Vec<Sent>,
    pub readers: Vec<Reader>,
    pub stored: Stored,
    /// What a writer or a fault saw that should not be, in words.
    pub complaints: Vec<String>,
}

impl History {
    /// What was sent, by key.
    pub fn by_key(&self) -> BTreeMap<&str, &Sent> {
        self.sent.iter().map(|sent| (sent.key.as_str(), sent)).collect()
    }
}
