//! The judge is judged: a good history passes, and each way of spoiling it is named.

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

/// Six messages, one of them after doubt, one never known; the reader was cut off once.
fn good() -> History {
    let tries = |at| match at {
        2 => vec![Outcome::Failed { status: 0, polite: false }, Outcome::Unknown, ok(at), ok(at)],
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

/// What the judge says of the good history after `spoil`.
fn verdict_on(spoil: impl FnOnce(&mut History)) -> Vec<Violation> {
    let mut history = good();
    spoil(&mut history);
    check(&history)
}

fn bo() -> String {
    "Bo".to_owned()
}

/// Takes what the reader saw at `at` out of its second stream.
fn unsee(history: &mut History, at: usize) -> (u64, Seen) {
    let stream = &mut history.readers[0].streams[1];
    (stream.seqs.remove(at), stream.messages.remove(at))
}

#[test]
fn a_good_history_passes() {
    assert_eq!(check(&good()), []);
}

#[test]
fn an_unknown_one_may_be_there_or_not() {
    let none = verdict_on(|history| {
        history.stored.messages.truncate(5);
        history.stored.messages.remove(4);
        history.stored.head = 14;
        history.sent.truncate(5);
        unsee(history, 2);
        unsee(history, 1);
    });
    assert_eq!(none, []);
}

#[test]
fn a_lost_one_is_found_in_the_database_and_at_the_reader() {
    let lost = verdict_on(|history| drop(history.stored.messages.remove(5)));
    assert!(lost.contains(&Violation::NotStored { writer: "Ada".to_owned(), counter: 5 }), "{lost:?}");
    assert!(lost.contains(&Violation::Hole { of: "the sequence".to_owned(), at: 16 }), "{lost:?}");
    assert!(lost.contains(&Violation::Invented { at: bo(), id: 16 }), "{lost:?}");
    let missed =
        |prefix, middle, suffix| vec![Violation::NotSeen { reader: bo(), writer: "Ada".to_owned(), prefix, middle, suffix }];
    assert_eq!(verdict_on(|history| drop(unsee(history, 1))), missed(0, 1, 0));
    assert_eq!(verdict_on(|history| drop(unsee(history, 2))), missed(0, 0, 1));
    assert_eq!(
        verdict_on(|history| {
            history.readers[0].streams[0].messages.remove(0);
        }),
        missed(1, 0, 0)
    );
}

#[test]
fn a_doubled_one_is_found_within_a_stream_and_over_two() {
    let within = verdict_on(|history| history.readers[0].streams[1].seqs.insert(1, 14));
    assert_eq!(within, [Violation::Doubled { reader: bo(), seq: 14 }]);
    let over = verdict_on(|history| history.readers[0].streams[1].seqs.insert(0, 13));
    assert_eq!(over, [Violation::Doubled { reader: bo(), seq: 13 }]);
}

#[test]
fn a_reordered_one_is_found() {
    let reordered = verdict_on(|history| history.readers[0].streams[1].seqs.swap(0, 1));
    assert_eq!(reordered, [Violation::Reordered { reader: bo(), seq: 14, after: 15 }]);
}

#[test]
fn one_delivered_after_the_end_of_the_session_is_found() {
    let spoil = |history: &mut History, from| history.readers[0].revoked = Some(from);
    assert_eq!(verdict_on(|history| spoil(history, 16)), [Violation::Revoked { reader: bo(), seq: 16 }]);
    assert_eq!(verdict_on(|history| spoil(history, 17)), []);
    assert_eq!(verdict_on(|history| history.readers[0].revived = true), [Violation::Revived { reader: bo() }]);
}

#[test]
fn one_of_a_room_that_is_not_the_readers_is_found() {
    let leaked = verdict_on(|history| history.readers[0].rooms = [2].into());
    assert_eq!(leaked.iter().filter(|found| matches!(found, Violation::Leaked { room: 1, .. })).count(), 6);
}

#[test]
fn a_refused_one_that_is_stored_and_an_invented_one_are_found() {
    let refused = vec![Outcome::Failed { status: 503, polite: true }];
    let risen = verdict_on(|history| history.sent[1].tries = refused);
    assert_eq!(risen, [Violation::Risen { writer: "Ada".to_owned(), counter: 1 }]);
    let invented = verdict_on(|history| drop(history.sent.remove(0)));
    assert!(invented.contains(&Violation::Invented { at: "the database".to_owned(), id: 11 }), "{invented:?}");
    let altered = verdict_on(|history| history.readers[0].streams[0].messages[0].text.push('!'));
    assert!(altered.contains(&Violation::Stale { reader: bo(), id: 11 }), "{altered:?}");
}

#[test]
fn one_key_with_two_rows_or_two_answers_is_found() {
    let answers = verdict_on(|history| history.sent[2].tries.push(Outcome::Ok { id: 99, seq: 99 }));
    assert_eq!(answers, [Violation::Twice { key: "k2".to_owned() }]);
    let rows = verdict_on(|history| {
        history.stored.messages.push(Seen { seq: 17, id: 17, n: 7, ..seen(5) });
        history.stored.head = 17;
    });
    assert!(rows.contains(&Violation::Twice { key: "k5".to_owned() }), "{rows:?}");
}

#[test]
fn a_deletion_is_followed_to_the_end() {
    let delete = |history: &mut History| {
        history.sent[0].deleting = vec![Outcome::Ok { id: 11, seq: 17 }];
        let tombstone = Seen { seq: 17, text: String::new(), deleted: true, ..seen(0) };
        history.stored.messages[0] = tombstone.clone();
        history.stored.head = 17;
        history.readers[0].streams[1].seqs.push(17);
        history.readers[0].streams[1].messages.push(tombstone);
    };
    assert_eq!(verdict_on(delete), []);
    let unseen = verdict_on(|history| {
        delete(history);
        history.readers[0].streams[1].messages.pop();
    });
    assert_eq!(unseen, [Violation::Stale { reader: bo(), id: 11 }]);
    let undone = verdict_on(|history| history.sent[0].deleting = vec![Outcome::Ok { id: 11, seq: 17 }]);
    assert_eq!(undone, [Violation::Damaged("11 was deleted and is there".to_owned())]);
}

#[test]
fn a_silent_gap_is_found_and_a_reset_is_none() {
    let gap = verdict_on(|history| {
        history.readers[0].streams[1].hello = Some(14);
        unsee(history, 0);
    });
    assert!(gap.contains(&Violation::Misplaced { reader: bo(), after: 13, hello: Some(14) }), "{gap:?}");
    let reset = |fetched: Vec<Seen>| {
        verdict_on(|history| {
            unsee(history, 0);
            let stream = &mut history.readers[0].streams[1];
            (stream.hello, stream.reset, stream.fetched) = (None, Some(14), fetched);
        })
    };
    assert_eq!(reset(vec![seen(3)]), []);
    assert_eq!(reset(Vec::new()).len(), 1, "a reset has to be followed by fetching");
}

#[test]
fn holes_bad_manners_and_streams_without_a_time_to_come_back_are_found() {
    let hole = verdict_on(|history| history.stored.head = 18);
    assert_eq!(hole, [Violation::Hole { of: "the sequence".to_owned(), at: 17 }]);
    let ordinal = verdict_on(|history| {
        history.stored.messages[3].n = 9;
        history.readers[0].streams[1].messages[0].n = 9;
    });
    assert_eq!(ordinal, [Violation::Hole { of: "room 1".to_owned(), at: 4 }]);
    for (status, polite) in [(503, false), (507, false), (404, true), (401, true)] {
        let rude = verdict_on(|history| history.sent[2].tries.push(Outcome::Failed { status, polite }));
        assert_eq!(rude, [Violation::Rude { writer: "Ada".to_owned(), status }]);
    }
    assert_eq!(verdict_on(|history| history.readers[0].streams[0].retry = false), [Violation::NoRetry { reader: bo() }]);
    let bye = verdict_on(|history| history.readers[0].streams[0].end = End::Bye { retry: false });
    assert_eq!(bye, [Violation::NoRetry { reader: bo() }]);
    assert_eq!(verdict_on(|history| history.complaints.push("slow".to_owned())), [Violation::Noted("slow".to_owned())]);
}
