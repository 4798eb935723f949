//! The list of a room's pins, over events and answers in every order.

use super::*;
use crate::{
    model::ids::{GENERAL, UserId},
    tests::samples,
};

fn message(id: u64) -> Message {
    samples::message(id, &format!("message {id}"))
}

fn tombstone(id: u64, seq: u64) -> Message {
    Message { seq: Seq(seq), deleted: true, text: String::new(), body: Default::default(), ..message(id) }
}

fn pin(id: u64, seq: u64, on: bool) -> Pin {
    Pin { seq: Seq(seq), message: MessageId(id), room: GENERAL, on, by: UserId(1), at: 0 }
}

fn item(id: u64, seq: u64) -> PinnedMessage {
    let message = message(id);
    PinnedMessage::new(Seq(seq), message.id, message.seq, message.author, &message.body)
}

fn answer(head: u64, items: &[(u64, u64)]) -> Option<PinExcerpts> {
    Some(PinExcerpts { head: Seq(head), items: items.iter().map(|(id, seq)| item(*id, *seq)).collect() })
}

/// A list that was read at 100 with the pins 90 and 80, of the messages 9 and 8.
fn list() -> RoomPins {
    RoomPins::new(Some(GENERAL), vec![item(9, 90), item(8, 80)], Seq(100))
}

fn shown(list: &RoomPins) -> Vec<(u64, u64)> {
    list.items(GENERAL).0.iter().map(|item| (item.message.0, item.seq.0)).collect()
}

#[test]
fn pin_of_a_loaded_message_is_inserted_without_a_request() {
    let mut list = list();
    assert!(list.apply(&pin(7, 110, true), Some(&message(7))));
    assert_eq!(shown(&list), [(7, 110), (9, 90), (8, 80)]);
    assert_eq!(list.items(GENERAL).0[0].excerpt, "message 7");
    assert!(!list.apply(&pin(7, 110, true), Some(&message(7))), "the answer and the stream say the same");
    assert!(list.apply(&pin(9, 111, false), None));
    assert_eq!((shown(&list), list.due()), (vec![(7, 110), (8, 80)], None));
}

#[test]
fn pin_that_was_set_anew_moves_to_its_place() {
    let mut list = list();
    assert!(list.apply(&pin(8, 112, true), None));
    assert_eq!(shown(&list), [(8, 112), (9, 90)]);
    // Older states change nothing.
    assert!(!list.apply(&pin(8, 105, false), None) && !list.apply(&pin(9, 85, false), None));
    assert_eq!(shown(&list), [(8, 112), (9, 90)]);
}

#[test]
fn events_that_a_page_has_already_cause_no_request() {
    let mut list = list();
    for seq in 70..=100 {
        assert!(!list.apply(&pin(seq + 1_000, seq, true), None));
    }
    assert_eq!(list.due(), None);
}

#[test]
fn many_pins_of_messages_that_are_not_loaded_make_one_request_and_one_repeat() {
    let mut list = list();
    let mut requests = 0;
    for seq in 101..131 {
        list.apply(&pin(seq - 60, seq, true), None);
        if list.due().is_some() {
            list.begin();
            requests += 1;
        }
    }
    assert_eq!(requests, 1);
    assert!(list.complete(list.requests, answer(105, &[(45, 105)])));
    assert_eq!(list.due(), Some(GENERAL), "there was more since it left");
    let repeat = list.begin();
    assert!(list.complete(repeat, answer(130, &[(70, 130), (45, 105)])));
    assert_eq!((shown(&list), list.due()), (vec![(70, 130), (45, 105)], None));
}

#[test]
fn late_answer_overwrites_nothing_newer() {
    let mut list = list();
    list.reset(false);
    let request = list.begin();
    list.apply(&pin(9, 121, false), None);
    list.message_changed(&tombstone(8, 122));
    list.apply(&pin(7, 123, true), Some(&message(7)));
    list.apply(&pin(6, 124, true), Some(&message(6)));
    list.apply(&pin(6, 125, false), None);
    // Read before all of that.
    assert!(list.complete(request, answer(115, &[(9, 90), (8, 80), (5, 50)])));
    assert_eq!((shown(&list), list.due()), (vec![(7, 123), (5, 50)], None));
    // A pin that was taken off and set again in between stays.
    list.reset(false);
    let request = list.begin();
    list.apply(&pin(5, 131, false), None);
    assert!(list.complete(request, answer(140, &[(5, 135), (7, 123)])));
    assert_eq!(shown(&list), [(5, 135), (7, 123)]);
}

#[test]
fn only_the_answer_of_the_newest_request_counts() {
    let mut list = list();
    list.show(Some(RoomId(2)));
    let first = list.begin();
    list.show(Some(GENERAL));
    let second = list.begin();
    assert!(!list.complete(first, answer(200, &[(3, 30)])));
    assert_eq!((shown(&list), list.items(GENERAL).1), (vec![], false), "nothing is known yet");
    assert!(list.complete(second, answer(200, &[(4, 40)])));
    assert_eq!((shown(&list), list.items(GENERAL).1), (vec![(4, 40)], true));
    assert_eq!(list.items(RoomId(2)), (&[][..], false));
}

#[test]
fn list_stays_due_until_a_request_has_succeeded() {
    let mut list = list();
    list.reset(false);
    let request = list.begin();
    assert_eq!(list.due(), None, "one request at a time");
    assert!(!list.complete(request, None));
    assert_eq!((list.due(), shown(&list).len()), (Some(GENERAL), 2));
    let request = list.begin();
    assert!(list.complete(request, answer(120, &[])));
    assert_eq!((list.due(), list.items(GENERAL)), (None, (&[][..], true)));
}

#[test]
fn another_store_leaves_nothing() {
    let mut list = list();
    list.reset(false);
    let before = list.begin();
    list.reset(true);
    assert_eq!((list.items(GENERAL), list.due()), ((&[][..], false), Some(GENERAL)));
    assert!(!list.complete(before, answer(120, &[(9, 90)])), "that was the other store's");
    let request = list.begin();
    list.apply(&pin(2, 5, true), Some(&message(2)));
    assert!(list.complete(request, answer(4, &[(1, 3)])));
    assert_eq!(shown(&list), [(2, 5), (1, 3)], "numbers are lower now");
}

#[test]
fn changed_message_is_shown_with_its_new_words() {
    let mut list = list();
    let edited = |seq, text: &str| Message { seq: Seq(seq), ..samples::message(9, text) };
    assert!(list.message_changed(&edited(101, "edited")));
    assert!(!list.message_changed(&edited(100, "older")) && !list.message_changed(&edited(101, "the same")));
    list.reset(false);
    let request = list.begin();
    assert!(list.complete(request, answer(100, &[(9, 90)])));
    assert_eq!(list.items(GENERAL).0[0].excerpt, "edited");
    assert!(list.message_changed(&tombstone(9, 140)));
    assert_eq!(shown(&list), []);
}
