//! Compares the records of writers and readers with the database. Pure. The invariants are numbered as in
//! docs/development.md.

mod readers;
#[cfg(test)]
mod tests;

use crate::history::{History, Outcome, Seen, Sent, Verdict, verdict};
use std::{collections::BTreeMap, fmt};

/// A broken invariant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// I1: acknowledged and not stored.
    NotStored { writer: String, counter: u64 },
    /// I1: stored and never seen by an entitled reader; the counts say before, between or after the messages that were seen.
    NotSeen { reader: String, writer: String, prefix: usize, middle: usize, suffix: usize },
    /// I2: refused and stored.
    StoredAfterRefusal { writer: String, counter: u64 },
    /// I2: never sent, or sent with another content.
    Invented { at: String, id: u64 },
    /// I3: one key with two rows or two different answers.
    Twice { key: String },
    /// I3: one reader saw a number twice.
    Doubled { reader: String, seq: u64 },
    /// I4: a number arrived after a higher one.
    Reordered { reader: String, seq: u64, after: u64 },
    /// I4: the stream began at another cursor than requested, without a reset.
    Misplaced { reader: String, after: u64, hello: Option<u64> },
    /// I4: a sequence number or an ordinal is missing or was assigned twice.
    Hole { of: String, at: u64 },
    /// I4: at the end a reader's state differs from the database.
    Stale { reader: String, id: u64 },
    /// I6: seen by a reader who is no member of the room.
    Leaked { reader: String, room: u64, seq: u64 },
    /// I6: seen after the end of the session was acknowledged.
    Revoked { reader: String, seq: u64 },
    /// I6: a session works after its end was acknowledged.
    Revived { reader: String },
    /// I8: SQLite's checks fail, or a deletion differs from its answer.
    Damaged(String),
    /// I9: refused without `Retry-After`, or with a status other than 429, 503 and 507.
    InvalidRefusal { writer: String, status: u16 },
    /// A stream without a valid `retry`.
    NoRetry { reader: String },
    /// Observed during the run: an own message not read (I5), memory (I7), others.
    Observed(String),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Returns all violations of a history.
pub fn check(history: &History) -> Vec<Violation> {
    let mut found: Vec<Violation> = history.complaints.iter().cloned().map(Violation::Observed).collect();
    found.extend(history.stored.complaints.iter().cloned().map(Violation::Damaged));
    stored(history, &mut found);
    numbers(history, &mut found);
    for sent in &history.sent {
        refusals(sent, &mut found);
    }
    for reader in &history.readers {
        readers::check(history, reader, &mut found);
    }
    found
}

/// Checks I1 to I3 in the database: acknowledged messages are stored, refused ones are not, none is stored twice or invented.
fn stored(history: &History, found: &mut Vec<Violation>) {
    let mut rows: BTreeMap<&str, &Seen> = BTreeMap::new();
    let sent = history.by_key();
    for row in &history.stored.messages {
        if rows.insert(&row.key, row).is_some() {
            found.push(Violation::Twice { key: row.key.clone() });
        }
        if sent.get(row.key.as_str()).is_none_or(|sent| !is_of(row, sent)) {
            found.push(Violation::Invented { at: "the database".to_owned(), id: row.id });
        }
    }
    for sent in &history.sent {
        let (writer, counter, row) = (sent.writer.clone(), sent.counter, rows.get(sent.key.as_str()));
        match (verdict(&sent.tries), row) {
            (Verdict::Ok, None) => found.push(Violation::NotStored { writer, counter }),
            (Verdict::Failed, Some(_)) => found.push(Violation::StoredAfterRefusal { writer, counter }),
            _ => {}
        }
        let Some(row) = row else { continue };
        let other = |outcome: &Outcome| matches!(outcome, Outcome::Ok { id, .. } if *id != row.id);
        if sent.tries.iter().any(other) {
            found.push(Violation::Twice { key: sent.key.clone() });
        }
        match (verdict(&sent.deleting), row.deleted) {
            (Verdict::Ok, false) => found.push(Violation::Damaged(format!("{} was deleted and is stored", row.id))),
            (Verdict::Failed, true) => found.push(Violation::Damaged(format!("{} is missing and was not deleted", row.id))),
            _ => {}
        }
    }
}

/// Returns whether a message equals the sent one; a tombstone has no text.
pub(crate) fn is_of(seen: &Seen, sent: &Sent) -> bool {
    seen.room == sent.room && if seen.deleted { seen.text.is_empty() } else { seen.text == sent.text }
}

/// Checks I4 in the database: each number belongs to one change, and ordinals count each room's messages.
fn numbers(history: &History, found: &mut Vec<Violation>) {
    let stored = &history.stored;
    let mut given = stored.others.clone();
    let mut ordinals: BTreeMap<u64, u64> = BTreeMap::new();
    for row in &stored.messages {
        // A message has the number of its creation and, when deleted, the number of its deletion.
        for seq in std::iter::once(row.id).chain(row.deleted.then_some(row.seq)) {
            if !given.insert(seq) {
                found.push(Violation::Hole { of: "the sequence, assigned twice".to_owned(), at: seq });
            }
        }
        let n = ordinals.entry(row.room).or_default();
        *n += 1;
        if row.n != *n {
            found.push(Violation::Hole { of: format!("room {}", row.room), at: *n });
        }
    }
    if let Some(hole) = (1..=stored.head).find(|seq| !given.contains(seq)) {
        found.push(Violation::Hole { of: "the sequence".to_owned(), at: hole });
    }
    if let Some(beyond) = given.last().filter(|last| **last > stored.head) {
        found.push(Violation::Hole { of: "the sequence, above its head".to_owned(), at: *beyond });
    }
}

/// Checks I9: a refusal has `Retry-After`, and its status promises that nothing was stored.
fn refusals(sent: &Sent, found: &mut Vec<Violation>) {
    for outcome in sent.tries.iter().chain(&sent.deleting) {
        if let Outcome::Failed { status, has_retry_after } = *outcome
            && status != 0
            && !(has_retry_after && matches!(status, 429 | 503 | 507))
        {
            found.push(Violation::InvalidRefusal { writer: sent.writer.clone(), status });
        }
    }
}
