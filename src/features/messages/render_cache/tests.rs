//! The cache: each state of a message for what it is, within the bytes, and nothing of a message that has changed.

use super::*;
use crate::{features::messages::model::Message, i18n::Lang, tests::samples::message};
use std::thread;

fn cached(id: u64, text: &str) -> Arc<CachedMessage> {
    Arc::new(CachedMessage::new(message(id, text)).unwrap())
}

fn deletion(id: u64, seq: u64) -> Event {
    let message = Message { seq: Seq(seq), deleted: true, ..message(id, "") };
    Event::Message(message)
}

#[test]
fn cache_gives_a_message_for_its_own_change_and_no_other() {
    let cache = RenderCache::default();
    cache.insert(Seq(7), cached(7, "a < b"));
    let found = cache.get(MessageId(7), Seq(7)).unwrap();
    assert!(*found.message() == message(7, "a < b") && !found.json().contains('<'));
    assert_eq!(serde_json::from_str::<Message>(found.json()).unwrap(), *found.message());
    assert!(cache.get(MessageId(7), Seq(8)).is_none() && cache.get(MessageId(8), Seq(7)).is_none());
    let edited = Arc::new(CachedMessage::new(Message { seq: Seq(9), ..message(7, "edited") }).unwrap());
    let bytes = edited.bytes() + ENTRY_BYTES;
    cache.insert(Seq(9), edited);
    assert!(cache.get(MessageId(7), Seq(7)).is_none() && cache.get(MessageId(7), Seq(9)).is_some());
    assert_eq!(cache.bytes(), bytes as u64);
}

#[test]
fn cache_holds_nothing_of_a_deleted_message_and_takes_nothing_read_before() {
    let cache = RenderCache::default();
    cache.insert(Seq(5), cached(1, "secret"));
    cache.insert(Seq(5), cached(2, "kept"));
    let before = cache.bytes();
    cache.invalidate(&deletion(1, 6));
    assert!(cache.get(MessageId(1), Seq(1)).is_none() && cache.bytes() < before);
    assert!(cache.get(MessageId(2), Seq(2)).is_some());
    // A page that was read before the deletion and is rendered only now.
    cache.insert(Seq(5), cached(1, "secret"));
    assert!(cache.get(MessageId(1), Seq(1)).is_none());
    cache.insert(Seq(6), cached(3, "new"));
    assert!(cache.get(MessageId(3), Seq(3)).is_some());
}

#[test]
fn cache_holds_nothing_of_a_message_deleted_while_pages_put_it_back() {
    let cache = &RenderCache::default();
    for round in 1..300 {
        let (id, seq) = (2 * round, 2 * round + 1);
        let secret = cached(id, "secret");
        thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| (0..20).for_each(|_| cache.insert(Seq(id), secret.clone())));
            }
            scope.spawn(|| cache.invalidate(&deletion(id, seq)));
        });
        assert!(cache.get(MessageId(id), Seq(id)).is_none(), "round {round}");
    }
    assert_eq!(cache.bytes(), 0);
}

#[test]
fn row_is_given_to_who_sees_it_alike_and_the_oldest_go_first() {
    let state = |offset| RowState {
        message: Seq(1),
        author: Seq(1),
        lang: Lang::En,
        offset,
        day: None,
        first: true,
        mine: false,
        target: false,
        is_new: false,
        mentions_me: false,
    };
    let with_rows = |count: i16, html: &str| {
        (0..count).fold(CachedMessage::new(message(1, "a")).unwrap(), |cached, offset| {
            cached.with_row(state(offset), &format!("{offset}{html}"))
        })
    };
    let cached = with_rows(3, "");
    assert_eq!((cached.row(&state(0)), cached.row(&state(2))), (Some("0"), Some("2")));
    let others = [
        RowState { message: Seq(2), ..state(2) },
        RowState { author: Seq(2), ..state(2) },
        RowState { lang: Lang::Zh, ..state(2) },
        RowState { day: Some((1, 1)), ..state(2) },
        RowState { first: false, ..state(2) },
        RowState { mine: true, ..state(2) },
        RowState { target: true, ..state(2) },
        RowState { mentions_me: true, ..state(2) },
        state(3),
    ];
    assert!(others.iter().all(|other| cached.row(other).is_none()));
    let kept = |cached: &CachedMessage| (0..64).filter(|offset| cached.row(&state(*offset)).is_some()).collect::<Vec<_>>();
    assert_eq!(kept(&with_rows(40, "")), (8..40).collect::<Vec<_>>());
    let long = "x".repeat(100 << 10);
    assert_eq!(kept(&with_rows(5, &long)), [3, 4], "rows of a long message");
    assert_eq!(kept(&with_rows(2, &long.repeat(3))), [1]);
    let growth = with_rows(1, &long).bytes() - with_rows(1, "").bytes();
    assert_eq!(growth, long.len());
}

#[test]
fn cache_stays_within_its_bytes_and_keeps_what_is_asked_for() {
    let cache = RenderCache::default();
    let long = "x".repeat(1_000);
    cache.insert(Seq(1), cached(0, "asked for"));
    for id in 1..9_000 {
        cache.insert(Seq(1), cached(id, &format!("{long} **a** `b` [c](https://example.org)\n\n- d\n- e\n\n> f")));
        assert!(cache.bytes() <= MAX_BYTES);
        assert!(cache.get(MessageId(0), Seq(0)).is_some(), "{id}");
    }
    assert!(cache.bytes() > MAX_BYTES / 2);
    assert!((1..9_000).any(|id| cache.get(MessageId(id), Seq(id)).is_none()), "some had to go");
    (0..9_000).for_each(|id| cache.invalidate(&deletion(id, 10_000)));
    assert_eq!(cache.bytes(), 0);
}
