//! The checker accepts a valid history and names each way of spoiling it.

use super::*;
use crate::history::{End, Reader, Stored, Stream};

const KEYS: [&str; 6] = ["k0", "k1", "k2", "k3", "k4", "k5"];

fn seen(at: u64) -> Seen {
    let (seq, key, text) = (11 + at, KEYS[at as usize].to_owned(), format!("text {at}"));
    Seen { seq, id: seq, n: at + 1, room: 1, key, text, deleted: false }
}

fn ok(at: u64) -> Outcome {
    Outcome::Ok { id: 11 + at, seq: 11 + at }
}

fn sent(at: u64, tries: Vec<Outcome>) -> Sent {
    let Seen { key, text, room, .. } = seen(at);
    Sent { writer: "Ada".to_owned(), counter: at, room, key, text, tries, deleting: Vec::new() }
}

/// Returns six messages, one stored after unknown tries, one never known; the reader's stream broke once.
fn valid() -> History {
    let tries = |at| match at {
        2 => vec![Outcome::Failed { status: 0, has_retry_after: false }, Outcome::Unknown, ok(at), ok(at)],
        4 => vec![Outcome::Unknown],
        _ => vec![ok(at)],
    };
    let stream = |after, hello, range: std::ops::Range<u64>, end| Stream {
        after,
        hello: Some(hello),
        retry: true,
        reset: None,
        seqs: range.clone().map(|at| 11 + at).collect(),
        messages: range.map(seen).collect(),
        fetched: Vec::new(),
        end,
    };
    let reader = Reader {
        name: "Bo".to_owned(),
        rooms: [1].into(),
        since: 10,
        streams: vec![stream(None, 10, 0..3, End::Cut), stream(Some(13), 13, 3..6, End::Dropped)],
        ..Reader::default()
    };
    let stored = Stored { messages: (0..6).map(seen).collect(), head: 16, others: (1..=10).collect(), complaints: Vec::new() };
    History { sent: (0..6).map(|at| sent(at, tries(at))).collect(), readers: vec![reader], stored, complaints: Vec::new() }
}

/// Returns the violations of the valid history after `spoil`.
fn violations_after(spoil: impl FnOnce(&mut History)) -> Vec<Violation> {
    let mut history = valid();
    spoil(&mut history);
    check(&history)
}

fn bo() -> String {
    "Bo".to_owned()
}

/// Removes the event at `at` from the reader's second stream.
fn remove_seen(history: &mut History, at: usize) -> (u64, Seen) {
    let stream = &mut history.readers[0].streams[1];
    (stream.seqs.remove(at), stream.messages.remove(at))
}

#[test]
fn checker_accepts_a_valid_history() {
    assert_eq!(check(&valid()), []);
}

#[test]
fn checker_accepts_an_unknown_message_stored_or_not() {
    let none = violations_after(|history| {
        history.stored.messages.truncate(5);
        history.stored.messages.remove(4);
        history.stored.head = 14;
        history.sent.truncate(5);
        remove_seen(history, 2);
        remove_seen(history, 1);
    });
    assert_eq!(none, []);
}

#[test]
fn checker_finds_a_message_lost_in_the_database_or_at_a_reader() {
    let lost = violations_after(|history| drop(history.stored.messages.remove(5)));
    assert!(lost.contains(&Violation::NotStored { writer: "Ada".to_owned(), counter: 5 }), "{lost:?}");
    assert!(lost.contains(&Violation::Hole { of: "the sequence".to_owned(), at: 16 }), "{lost:?}");
    assert!(lost.contains(&Violation::Invented { at: bo(), id: 16 }), "{lost:?}");
    let missed =
        |prefix, middle, suffix| vec![Violation::NotSeen { reader: bo(), writer: "Ada".to_owned(), prefix, middle, suffix }];
    assert_eq!(violations_after(|history| drop(remove_seen(history, 1))), missed(0, 1, 0));
    assert_eq!(violations_after(|history| drop(remove_seen(history, 2))), missed(0, 0, 1));
    assert_eq!(
        violations_after(|history| {
            history.readers[0].streams[0].messages.remove(0);
        }),
        missed(1, 0, 0)
    );
}

#[test]
fn checker_finds_a_duplicate_within_a_stream_and_across_streams() {
    let within = violations_after(|history| history.readers[0].streams[1].seqs.insert(1, 14));
    assert_eq!(within, [Violation::Doubled { reader: bo(), seq: 14 }]);
    let over = violations_after(|history| history.readers[0].streams[1].seqs.insert(0, 13));
    assert_eq!(over, [Violation::Doubled { reader: bo(), seq: 13 }]);
}

#[test]
fn checker_finds_a_reordered_event() {
    let reordered = violations_after(|history| history.readers[0].streams[1].seqs.swap(0, 1));
    assert_eq!(reordered, [Violation::Reordered { reader: bo(), seq: 14, after: 15 }]);
}

#[test]
fn checker_finds_an_event_after_the_end_of_the_session() {
    let spoil = |history: &mut History, from| history.readers[0].revoked = Some(from);
    assert_eq!(violations_after(|history| spoil(history, 16)), [Violation::Revoked { reader: bo(), seq: 16 }]);
    assert_eq!(violations_after(|history| spoil(history, 17)), []);
    assert_eq!(violations_after(|history| history.readers[0].revived = true), [Violation::Revived { reader: bo() }]);
}

#[test]
fn checker_finds_an_event_of_a_room_without_membership() {
    let leaked = violations_after(|history| history.readers[0].rooms = [2].into());
    assert_eq!(leaked.iter().filter(|found| matches!(found, Violation::Leaked { room: 1, .. })).count(), 6);
}

#[test]
fn checker_finds_refused_but_stored_and_invented_messages() {
    let refused = vec![Outcome::Failed { status: 503, has_retry_after: true }];
    let stored = violations_after(|history| history.sent[1].tries = refused);
    assert_eq!(stored, [Violation::StoredAfterRefusal { writer: "Ada".to_owned(), counter: 1 }]);
    let invented = violations_after(|history| drop(history.sent.remove(0)));
    assert!(invented.contains(&Violation::Invented { at: "the database".to_owned(), id: 11 }), "{invented:?}");
    let altered = violations_after(|history| history.readers[0].streams[0].messages[0].text.push('!'));
    assert!(altered.contains(&Violation::Stale { reader: bo(), id: 11 }), "{altered:?}");
}

#[test]
fn checker_finds_one_key_with_two_rows_or_two_answers() {
    let answers = violations_after(|history| history.sent[2].tries.push(Outcome::Ok { id: 99, seq: 99 }));
    assert_eq!(answers, [Violation::Twice { key: "k2".to_owned() }]);
    let rows = violations_after(|history| {
        history.stored.messages.push(Seen { seq: 17, id: 17, n: 7, ..seen(5) });
        history.stored.head = 17;
    });
    assert!(rows.contains(&Violation::Twice { key: "k5".to_owned() }), "{rows:?}");
}

#[test]
fn checker_follows_a_deletion_to_its_tombstone() {
    let delete = |history: &mut History| {
        history.sent[0].deleting = vec![Outcome::Ok { id: 11, seq: 17 }];
        let tombstone = Seen { seq: 17, text: String::new(), deleted: true, ..seen(0) };
        history.stored.messages[0] = tombstone.clone();
        history.stored.head = 17;
        history.readers[0].streams[1].seqs.push(17);
        history.readers[0].streams[1].messages.push(tombstone);
    };
    assert_eq!(violations_after(delete), []);
    let unseen = violations_after(|history| {
        delete(history);
        history.readers[0].streams[1].messages.pop();
    });
    assert_eq!(unseen, [Violation::Stale { reader: bo(), id: 11 }]);
    let undone = violations_after(|history| history.sent[0].deleting = vec![Outcome::Ok { id: 11, seq: 17 }]);
    assert_eq!(undone, [Violation::Damaged("11 was deleted and is stored".to_owned())]);
}

#[test]
fn checker_finds_a_gap_without_a_reset() {
    let gap = violations_after(|history| {
        history.readers[0].streams[1].hello = Some(14);
        remove_seen(history, 0);
    });
    assert!(gap.contains(&Violation::Misplaced { reader: bo(), after: 13, hello: Some(14) }), "{gap:?}");
    let reset = |fetched: Vec<Seen>| {
        violations_after(|history| {
            remove_seen(history, 0);
            let stream = &mut history.readers[0].streams[1];
            (stream.hello, stream.reset, stream.fetched) = (None, Some(14), fetched);
        })
    };
    assert_eq!(reset(vec![seen(3)]), []);
    assert_eq!(reset(Vec::new()).len(), 1, "a reset must be followed by a fetch");
}

#[test]
fn checker_finds_holes_invalid_refusals_and_streams_without_retry() {
    let hole = violations_after(|history| history.stored.head = 18);
    assert_eq!(hole, [Violation::Hole { of: "the sequence".to_owned(), at: 17 }]);
    let ordinal = violations_after(|history| {
        history.stored.messages[3].n = 9;
        history.readers[0].streams[1].messages[0].n = 9;
    });
    assert_eq!(ordinal, [Violation::Hole { of: "room 1".to_owned(), at: 4 }]);
    for (status, has_retry_after) in [(503, false), (507, false), (404, true), (401, true)] {
        let refusal = violations_after(|history| history.sent[2].tries.push(Outcome::Failed { status, has_retry_after }));
        assert_eq!(refusal, [Violation::InvalidRefusal { writer: "Ada".to_owned(), status }]);
    }
    assert_eq!(violations_after(|history| history.readers[0].streams[0].retry = false), [Violation::NoRetry { reader: bo() }]);
    let bye = violations_after(|history| history.readers[0].streams[0].end = End::Bye { retry: false });
    assert_eq!(bye, [Violation::NoRetry { reader: bo() }]);
    assert_eq!(violations_after(|history| history.complaints.push("slow".to_owned())), [Violation::Observed("slow".to_owned())]);
}
