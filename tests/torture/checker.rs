//! The judge: what people were told and saw, against what is stored. Pure. Its invariants are numbered as in
//! docs/development.md.

mod readers;
#[cfg(test)]
mod tests;

use crate::history::{History, Outcome, Seen, Sent, Verdict, verdict};
use std::{collections::BTreeMap, fmt};

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// I1: acknowledged, and not stored.
    NotStored { writer: String, counter: u64 },
    /// I1: stored, and never seen by somebody entitled; how many, by their place between those seen.
    NotSeen { reader: String, writer: String, prefix: usize, middle: usize, suffix: usize },
    /// I2: refused, and stored all the same.
    Risen { writer: String, counter: u64 },
    /// I2: nobody has sent it, or not like this.
    Invented { at: String, id: u64 },
    /// I3: one key, two rows, or another answer to the same key.
    Twice { key: String },
    /// I3: a number seen twice by one reader.
    Doubled { reader: String, seq: u64 },
    /// I4: a number after a higher one.
    Reordered { reader: String, seq: u64, after: u64 },
    /// I4: the stream began elsewhere than asked, without a reset.
    Misplaced { reader: String, after: u64, hello: Option<u64> },
    /// I4: numbers or ordinals with a hole, or given twice.
    Hole { of: String, at: u64 },
    /// I4: at the end a reader knows something else than what is stored.
    Stale { reader: String, id: u64 },
    /// I6: seen by somebody who is no member.
    Leaked { reader: String, room: u64, seq: u64 },
    /// I6: seen after the end of the session was acknowledged.
    Revoked { reader: String, seq: u64 },
    /// I6: a session lives after its end was acknowledged.
    Revived { reader: String },
    /// I8: SQLite complains, or deletions are not what was answered.
    Damaged(String),
    /// I9: refused without saying when to come back, or by a status that has no business here.
    Rude { writer: String, status: u16 },
    /// A stream without a time to come back.
    NoRetry { reader: String },
    /// Noted during the run: own writes not read (I5), memory (I7), others.
    Noted(String),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Everything that is wrong with a history; empty for a good one.
pub fn check(history: &History) -> Vec<Violation> {
    let mut found: Vec<Violation> = history.complaints.iter().cloned().map(Violation::Noted).collect();
    found.extend(history.stored.complaints.iter().cloned().map(Violation::Damaged));
    stored(history, &mut found);
    numbers(history, &mut found);
    for sent in &history.sent {
        manners(sent, &mut found);
    }
    for reader in &history.readers {
        readers::check(history, reader, &mut found);
    }
    found
}

/// I1 to I3 in the database: what was acknowledged is there, what was refused is not, nothing twice, nothing invented.
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
            (Verdict::Failed, Some(_)) => found.push(Violation::Risen { writer, counter }),
            _ => {}
        }
        let Some(row) = row else { continue };
        let other = |outcome: &Outcome| matches!(outcome, Outcome::Ok { id, .. } if *id != row.id);
        if sent.tries.iter().any(other) {
            found.push(Violation::Twice { key: sent.key.clone() });
        }
        match (verdict(&sent.deleting), row.deleted) {
            (Verdict::Ok, false) => found.push(Violation::Damaged(format!("{} was deleted and is there", row.id))),
            (Verdict::Failed, true) => found.push(Violation::Damaged(format!("{} is gone and nobody deleted it", row.id))),
            _ => {}
        }
    }
}

/// Whether a message is what was sent; a tombstone has lost its text.
pub(crate) fn is_of(seen: &Seen, sent: &Sent) -> bool {
    seen.room == sent.room && if seen.deleted { seen.text.is_empty() } else { seen.text == sent.text }
}

/// I4 in the database: every number was given to one change, and ordinals count each room's messages.
fn numbers(history: &History, found: &mut Vec<Violation>) {
    let stored = &history.stored;
    let mut given = stored.others.clone();
    let mut ordinals: BTreeMap<u64, u64> = BTreeMap::new();
    for row in &stored.messages {
        // A message has the number it was born with and, once deleted, that of its deletion.
        for seq in std::iter::once(row.id).chain(row.deleted.then_some(row.seq)) {
            if !given.insert(seq) {
                found.push(Violation::Hole { of: "the sequence, given twice".to_owned(), at: seq });
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

/// I9: a refusal says when to come back, and is one of those that promise that nothing was stored.
fn manners(sent: &Sent, found: &mut Vec<Violation>) {
    for outcome in sent.tries.iter().chain(&sent.deleting) {
        if let Outcome::Failed { status, polite } = *outcome
            && status != 0
            && !(polite && matches!(status, 429 | 503 | 507))
        {
            found.push(Violation::Rude { writer: sent.writer.clone(), status });
        }
    }
}
