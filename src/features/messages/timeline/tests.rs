//! What the timeline promises, by example.

use super::*;
use crate::{
    client::pending::outbox::Outbox,
    model::{error::AppError, ids::Seq},
    tests::samples,
};

pub(crate) const ME: UserId = UserId(1);
const LIN: UserId = UserId(2);
const MINUTE: u64 = 60_000;

pub(crate) fn message(id: u64) -> Message {
    Message { author: LIN, ..samples::message(id, &id.to_string()) }
}

pub(crate) fn tombstone(id: u64, seq: u64) -> Message {
    Message { seq: Seq(seq), deleted: true, text: String::new(), body: Body::default(), ..message(id) }
}

fn page(ids: std::ops::RangeInclusive<u64>, at_start: bool, at_end: bool) -> Page {
    let head = Seq(*ids.end());
    Page { messages: ids.map(message).collect(), at_start, at_end, head, ..Page::default() }
}

fn ids(timeline: &Timeline) -> Vec<u64> {
    timeline.messages().iter().map(|m| m.id.0).collect()
}

fn rows(timeline: &Timeline, outbox: &Outbox) -> Vec<Row> {
    timeline.rows(outbox.unsent(), &|_| 0, ME)
}

#[test]
fn a_live_message_is_appended_where_the_window_reaches_the_end() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    assert!(timeline.apply(message(4), ME));
    assert!(!timeline.apply(message(4), ME), "the same event again changes nothing");
    assert_eq!(ids(&timeline), [1, 2, 3, 4]);
}

#[test]
fn a_live_message_beyond_a_window_that_does_not_reach_the_end_is_counted_only() {
    let mut timeline = Timeline::from_page(page(1..=3, true, false));
    timeline.follow(true);
    timeline.apply(message(9), ME);
    assert_eq!((ids(&timeline), timeline.unseen()), (vec![1, 2, 3], 1));
    let request = timeline.begin(PageRange::Newest);
    assert!(timeline.complete(request, page(5..=9, false, true)));
    assert_eq!((ids(&timeline), timeline.unseen()), (vec![5, 6, 7, 8, 9], 0));
}

#[test]
fn messages_that_arrive_while_reading_history_are_counted_once_and_until_the_end_is_seen() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.follow(false);
    timeline.apply(message(4), ME);
    timeline.apply(message(4), ME);
    timeline.apply(message(5), ME);
    timeline.apply(Message { author: ME, ..message(6) }, ME);
    assert_eq!(timeline.unseen(), 2, "two of others, one's own is not new");
    timeline.apply(tombstone(5, 7), ME);
    assert_eq!(timeline.unseen(), 1, "a deleted one is not waiting");
    timeline.follow(true);
    assert_eq!(timeline.unseen(), 0);
}

#[test]
fn an_edit_of_an_old_message_is_not_a_new_message() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.follow(false);
    timeline.apply(Message { seq: Seq(9), ..message(2) }, ME);
    assert_eq!(timeline.unseen(), 0);
}

#[test]
fn a_page_read_before_a_deletion_cannot_bring_the_text_back() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let request = timeline.begin(PageRange::Before(MessageId(5)));
    timeline.apply(tombstone(3, 7), ME);
    assert!(timeline.complete(request, page(1..=4, true, false)));
    assert_eq!(ids(&timeline), [1, 2, 3, 4, 5, 6]);
    assert!(timeline.messages()[2].deleted);
    assert!(rows(&timeline, &Outbox::default()).iter().all(|row| row.id != Some(MessageId(3))));
}

#[test]
fn an_older_state_never_replaces_a_newer_one() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.apply(tombstone(2, 4), ME);
    assert!(!timeline.apply(message(2), ME));
    assert!(timeline.messages()[1].deleted);
}

#[test]
fn a_page_asked_before_changes_were_missed_is_not_used() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let request = timeline.begin(PageRange::Before(MessageId(5)));
    timeline.reset();
    assert!(!timeline.complete(request, page(1..=4, true, false)));
    assert_eq!(timeline.older(), None, "nothing is added to a window that is no longer kept");
    timeline.apply(message(20), ME);
    assert_eq!(ids(&timeline), [5, 6], "and nothing is appended after the gap");
    let request = timeline.begin(PageRange::Newest);
    assert!(timeline.complete(request, page(10..=20, false, true)));
    assert!(!timeline.stale());
    assert_eq!(ids(&timeline), (10..=20).collect::<Vec<_>>());
}

#[test]
fn of_two_pages_that_replace_the_window_the_one_asked_last_wins() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let around = timeline.begin(PageRange::Around(MessageId(2)));
    let newest = timeline.begin(PageRange::Newest);
    assert!(timeline.complete(newest, page(5..=6, false, true)));
    assert!(!timeline.complete(around, page(1..=3, true, false)));
    assert_eq!(ids(&timeline), [5, 6]);
}

#[test]
fn an_empty_room_takes_its_first_message() {
    let mut timeline = Timeline::from_page(Page { at_start: true, at_end: true, ..Page::default() });
    assert!(timeline.loaded());
    timeline.apply(message(1), ME);
    assert_eq!(ids(&timeline), [1]);
}

#[test]
fn a_window_is_trimmed_at_the_end_further_from_the_anchor() {
    let full = || {
        let mut timeline = Timeline::from_page(page(1..=400, true, true));
        timeline.apply(message(401), ME);
        timeline
    };
    let mut at_end = full();
    at_end.trim(None, None, 0);
    assert_eq!((at_end.messages().len(), at_end.at_start(), at_end.at_end()), (WINDOW, false, true));
    assert_eq!(at_end.messages().last().unwrap().id.0, 401);
    let mut high = full();
    high.trim(Some(MessageId(50)), None, 0);
    assert_eq!((high.messages().len(), high.at_start(), high.at_end()), (WINDOW, true, false));
    assert_eq!(high.messages()[0].id.0, 1);
}

#[test]
fn what_holds_focus_or_selection_is_not_trimmed_away() {
    let full = |to| Timeline::from_page(page(1..=to, true, true));
    let held = |a, b| Some((MessageId(a), MessageId(b)));
    let mut below = full(400);
    below.trim(None, held(30, 35), 0);
    assert_eq!((ids(&below)[0], below.messages().len()), (30, 371), "at the live end, focus far above");
    below.trim(None, held(390, 400), 0);
    assert_eq!(below.messages().len(), WINDOW, "once it is let go the window is as large as ever");
    let mut above = full(400);
    above.trim(Some(MessageId(20)), held(10, 390), 0);
    assert_eq!((ids(&above).last(), above.at_end()), (Some(&390), false), "high up, a selection down to 390");
    let mut untouched = full(400);
    untouched.trim(Some(MessageId(20)), held(1, 400), 0);
    assert_eq!((untouched.messages().len(), untouched.at_start(), untouched.at_end()), (400, true, true));
    let mut huge = full(1_000);
    huge.trim(None, held(1, 1), 0);
    assert_eq!(huge.messages().len(), 2 * WINDOW, "but it does not grow without bound");
    let mut waiting = full(400);
    waiting.trim(None, None, 40);
    assert_eq!(waiting.messages().len(), WINDOW - 40, "what is not sent yet has rows too");
}

#[test]
fn who_left_at_a_message_that_was_deleted_since_belongs_to_the_next() {
    let mut timeline = Timeline::from_page(page(1..=4, true, true));
    timeline.apply(tombstone(3, 10), ME);
    assert_eq!(timeline.living(MessageId(2)), Some(MessageId(2)));
    assert_eq!(timeline.living(MessageId(3)), Some(MessageId(4)));
    timeline.apply(tombstone(4, 11), ME);
    assert_eq!(timeline.living(MessageId(3)), Some(MessageId(2)));
    assert!(timeline.covers(MessageId(3)) && !timeline.covers(MessageId(9)));
}

#[test]
fn what_waits_says_what_for_and_what_is_behind_it_the_same() {
    let timeline = Timeline::from_page(page(1..=1, true, true));
    let mut outbox = Outbox::default();
    for n in 1..=3 {
        outbox.push(ClientKey([n; 16]), n.to_string(), 1);
    }
    let first = outbox.take_next().unwrap();
    outbox.refused(first.number, &AppError::new(Code::Forbidden), 0);
    let second = outbox.take_next().unwrap();
    outbox.refused(second.number, &AppError::retry(Code::StorageFull, 9), 0);
    outbox.late(ClientKey([3; 16]));
    let deliveries: Vec<_> = rows(&timeline, &outbox)[1..].iter().map(|row| row.delivery).collect();
    let refused = Delivery::Refused { why: Code::Forbidden };
    assert_eq!(deliveries, [refused, Delivery::Pending { slow: false }, Delivery::Late { why: Code::StorageFull }]);
}

#[test]
fn a_pending_message_keeps_its_row_when_it_is_confirmed() {
    let mut timeline = Timeline::from_page(page(1..=2, true, true));
    let mut outbox = Outbox::default();
    let mine = Message { author: ME, ..message(3) };
    outbox.push(mine.key, "3".into(), mine.at);
    outbox.push(ClientKey([9; 16]), "later".into(), mine.at);
    let before = rows(&timeline, &outbox);
    assert_eq!(before[2].content, Content::Plain("3".into()));
    assert_eq!(before[2].delivery, Delivery::Pending { slow: false });
    for _echo_and_answer in 0..2 {
        timeline.apply(mine.clone(), ME);
        outbox.confirm(mine.key);
        let after = rows(&timeline, &outbox);
        assert_eq!(after.len(), 4);
        assert_eq!((&after[2].key, after[2].id, after[2].delivery), (&before[2].key, Some(MessageId(3)), Delivery::Sent));
        assert_eq!(after[3].key, before[3].key, "what is still pending stays after it");
    }
}

#[test]
fn a_group_is_one_author_within_five_minutes_on_one_day() {
    let at = |id: u64, author, minutes: u64| Message { author, at: minutes * MINUTE, ..message(id) };
    let day = 24 * 60;
    let messages = vec![
        at(1, LIN, day - 8),
        at(2, LIN, day - 3),
        at(3, ME, day - 2),
        at(4, ME, day - 1),
        at(5, ME, day + 1),
        at(6, ME, day + 7),
    ];
    let timeline = Timeline::from_page(Page { messages, at_start: true, at_end: true, head: Seq(6), ..Page::default() });
    let rows = rows(&timeline, &Outbox::default());
    let shape: Vec<_> = rows.iter().map(|row| (row.first, row.day, row.mine)).collect();
    assert_eq!(
        shape,
        [
            (true, Some(0), false),
            (false, None, false),
            (true, None, true),
            (false, None, true),
            (true, Some(1), true),
            (true, None, true)
        ]
    );
}

#[test]
fn days_are_those_of_the_page_s_zone() {
    let timeline = Timeline::from_page(Page {
        messages: vec![Message { at: 17 * 60 * MINUTE, ..message(1) }],
        at_start: true,
        at_end: true,
        head: Seq(1),
        ..Page::default()
    });
    assert_eq!(timeline.rows(&[], &|_| 0, ME)[0].day, Some(0));
    assert_eq!(timeline.rows(&[], &|_| 480, ME)[0].day, Some(1));
    assert_eq!(timeline.rows(&[], &|_| -1_440, ME)[0].day, Some(-1));
}

#[test]
fn a_deleted_message_groups_nothing_and_leaves_no_row() {
    let mut timeline = Timeline::from_page(page(1..=3, true, true));
    timeline.apply(tombstone(1, 4), ME);
    let rows = rows(&timeline, &Outbox::default());
    assert_eq!(rows.len(), 2);
    assert!(rows[0].first && rows[0].day.is_some(), "the next one takes over the head of the group and of the day");
}

#[test]
fn a_page_of_a_forgotten_room_does_not_come_back() {
    let mut timeline = Timeline::from_page(page(5..=6, false, true));
    let old = timeline.begin(PageRange::Newest);
    timeline.forget();
    let new = timeline.begin(PageRange::Newest);
    assert!(!timeline.complete(old, page(5..=6, false, true)));
    assert!(!timeline.loaded());
    assert!(timeline.complete(new, page(1..=2, true, true)));
    assert_eq!(ids(&timeline), [1, 2]);
}

#[test]
fn line_stands_above_the_first_living_message_that_is_new() {
    let numbered = |id| Message { n: id, ..message(id) };
    let page = |ids: std::ops::RangeInclusive<u64>, at_start| Page {
        messages: ids.map(numbered).collect(),
        at_start,
        at_end: true,
        ..Page::default()
    };
    let mut timeline = Timeline::from_page(page(1..=5, true));
    let line = |timeline: &Timeline| rows(timeline, &Outbox::default()).iter().find(|row| row.is_new).and_then(|row| row.id);
    assert_eq!(line(&timeline), None);
    timeline.new_from = Some(2);
    assert_eq!(line(&timeline), Some(MessageId(3)));
    timeline.apply(Message { n: 3, ..tombstone(3, 10) }, ME);
    assert_eq!(line(&timeline), Some(MessageId(4)));
    timeline.new_from = Some(5);
    assert_eq!(line(&timeline), None);
    // Above the window there may be more that is new.
    let mut timeline = Timeline::from_page(page(4..=9, false));
    for (n, first) in [(2, None), (3, Some(MessageId(4))), (7, Some(MessageId(8)))] {
        timeline.new_from = Some(n);
        assert_eq!((line(&timeline), timeline.reaches_from(n)), (first, first.is_some()), "{n}");
    }
}

#[test]
fn deleted_messages_below_what_was_seen_are_read_with_it() {
    let mut timeline = Timeline::from_page(Page { messages: Vec::new(), at_start: true, at_end: true, ..Page::default() });
    for id in 1..=5 {
        timeline.apply(Message { n: id, ..message(id) }, ME);
    }
    assert_eq!((timeline.read_to(Some(MessageId(2))), timeline.read_to(None)), (Some(2), None));
    for id in [3, 4] {
        timeline.apply(Message { n: id, ..tombstone(id, 10 + id) }, ME);
    }
    assert_eq!([2, 5].map(|id| timeline.read_to(Some(MessageId(id)))), [Some(4), Some(5)]);
    for id in [1, 2, 5] {
        timeline.apply(Message { n: id, ..tombstone(id, 10 + id) }, ME);
    }
    assert_eq!(timeline.read_to(None), Some(5), "nothing is left to see");
}
