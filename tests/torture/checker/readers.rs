//! Checks one reader: events in order, each once, only permitted ones, and complete at the end.

use super::{Violation, is_of};
use crate::history::{End, History, Reader, Seen};
use std::collections::{BTreeMap, BTreeSet};

pub fn check(history: &History, reader: &Reader, found: &mut Vec<Violation>) {
    order(reader, found);
    rights(reader, found);
    let name = &reader.name;
    for stream in &reader.streams {
        if !stream.retry || stream.end == (End::Bye { retry: false }) {
            found.push(Violation::NoRetry { reader: name.clone() });
        }
    }
    let known = known(history, reader, found);
    // A reader whose session ended need not be complete.
    if reader.revoked.is_none() {
        completeness(history, reader, &known, found);
    }
}

/// Checks that each stream resumes at its cursor and that numbers rise over all streams.
fn order(reader: &Reader, found: &mut Vec<Violation>) {
    let mut seen = BTreeSet::new();
    for stream in &reader.streams {
        let began = match (stream.after, stream.hello, stream.reset) {
            (_, _, Some(reset)) => reset,
            (Some(after), hello, None) if hello != Some(after) => {
                found.push(Violation::Misplaced { reader: reader.name.clone(), after, hello });
                after
            }
            (_, hello, None) => hello.unwrap_or_default(),
        };
        let mut cursor = began;
        for seq in stream.seqs.iter().copied() {
            if !seen.insert(seq) {
                found.push(Violation::Doubled { reader: reader.name.clone(), seq });
            } else if seq <= cursor {
                found.push(Violation::Reordered { reader: reader.name.clone(), seq, after: cursor });
            }
            cursor = cursor.max(seq);
        }
    }
}

fn rights(reader: &Reader, found: &mut Vec<Violation>) {
    let name = || reader.name.clone();
    for message in reader.streams.iter().flat_map(|stream| &stream.messages) {
        if !reader.rooms.contains(&message.room) {
            found.push(Violation::Leaked { reader: name(), room: message.room, seq: message.seq });
        }
    }
    let last = reader.streams.iter().flat_map(|stream| stream.seqs.iter().copied()).max();
    if let (Some(from), Some(last)) = (reader.revoked, last)
        && last >= from
    {
        found.push(Violation::Revoked { reader: name(), seq: last });
    }
    if reader.revived {
        found.push(Violation::Revived { reader: name() });
    }
}

/// Returns the reader's final state: the newest version of each message seen or fetched. Each must equal a sent one.
fn known<'a>(history: &History, reader: &'a Reader, found: &mut Vec<Violation>) -> BTreeMap<u64, &'a Seen> {
    let sent = history.by_key();
    let mut known: BTreeMap<u64, &Seen> = BTreeMap::new();
    for message in reader.streams.iter().flat_map(|stream| stream.messages.iter().chain(&stream.fetched)) {
        if sent.get(message.key.as_str()).is_none_or(|sent| !is_of(message, sent)) {
            found.push(Violation::Invented { at: reader.name.clone(), id: message.id });
        }
        let newest = known.entry(message.id).or_insert(message);
        if newest.seq < message.seq {
            *newest = message;
        }
    }
    known
}

/// Checks that every change in the reader's rooms since it began is known as stored, and nothing else.
fn completeness(history: &History, reader: &Reader, known: &BTreeMap<u64, &Seen>, found: &mut Vec<Violation>) {
    let sent = history.by_key();
    let expected = |row: &&Seen| reader.rooms.contains(&row.room) && row.seq > reader.since;
    // By writer, in the order of sending: whether it was seen.
    let mut by_writer: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for row in history.stored.messages.iter().filter(expected) {
        let there = known.get(&row.id);
        let writer = sent.get(row.key.as_str()).map_or("nobody", |sent| &sent.writer);
        by_writer.entry(writer).or_default().push(there.is_some());
        if there.is_some_and(|there| *there != row) {
            found.push(Violation::Stale { reader: reader.name.clone(), id: row.id });
        }
    }
    for (writer, seen) in by_writer {
        let (prefix, middle, suffix) = missing_by_position(&seen);
        if prefix + middle + suffix > 0 {
            let (reader, writer) = (reader.name.clone(), writer.to_owned());
            found.push(Violation::NotSeen { reader, writer, prefix, middle, suffix });
        }
    }
    let stored: BTreeSet<u64> = history.stored.messages.iter().map(|row| row.id).collect();
    for id in known.keys().filter(|id| !stored.contains(id)) {
        found.push(Violation::Invented { at: reader.name.clone(), id: *id });
    }
}

/// Returns how many are missing before the first seen, between, and after the last seen. A message missing between is always
/// the server's fault; one missing after the last may belong to a reader that ended early.
fn missing_by_position(seen: &[bool]) -> (usize, usize, usize) {
    let Some(first) = seen.iter().position(|seen| *seen) else { return (0, 0, seen.len()) };
    let last = seen.iter().rposition(|seen| *seen).unwrap_or(first);
    let middle = seen[first..last].iter().filter(|seen| !**seen).count();
    (first, middle, seen.len() - 1 - last)
}

#[test]
fn missing_by_position_counts_before_between_and_after() {
    let missing = |text: &str| missing_by_position(&text.bytes().map(|byte| byte == b'x').collect::<Vec<_>>());
    assert_eq!(missing("xxxx"), (0, 0, 0));
    assert_eq!(missing("..xx"), (2, 0, 0));
    assert_eq!(missing("x.x."), (0, 1, 1));
    assert_eq!(missing("...."), (0, 0, 4));
}
