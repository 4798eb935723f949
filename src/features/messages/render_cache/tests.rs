//! What is kept is given back for what it is and nothing else, is bounded, and goes when the message changes.

use super::*;
use crate::{
    features::messages::markup,
    model::ids::{ClientKey, RoomId, UserId},
};

const FACE: Face =
    Face { message: Seq(1), author: Seq(1), lang: Lang::En, offset: 0, day: None, first: true, mine: false, target: false };

fn message(id: u64, text: &str) -> Message {
    Message {
        seq: Seq(id),
        id: MessageId(id),
        n: id,
        room: RoomId(1),
        author: UserId(1),
        key: ClientKey([0; 16]),
        at: 0,
        edited: None,
        deleted: false,
        text: text.to_owned(),
        body: markup::parse(text),
    }
}

fn known(id: u64, text: &str) -> Arc<Known> {
    Arc::new(Known::new(message(id, text)).unwrap())
}

fn deletion(id: u64, seq: u64) -> Event {
    let message = Message { seq: Seq(seq), deleted: true, ..message(id, "") };
    Event::Message(message)
}

fn counted(shown: &Shown) -> usize {
    let entry = |entry: &Entry| {
        let rows = entry.rows.iter().map(|(_, row)| of_row(row)).sum::<usize>();
        ENTRY + rows + entry.known.as_ref().map_or(0, |(known, _)| known.weight())
    };
    let count = |generation: &Generation| generation.messages.values().map(entry).sum::<usize>();
    shown.with(|all| count(&all.young) + count(&all.old))
}

#[test]
fn a_row_is_given_for_the_face_it_was_drawn_with_and_no_other() {
    let shown = Shown::default();
    shown.keep_row(Seq(1), MessageId(1), FACE, "row");
    assert_eq!(shown.row(MessageId(1), &FACE).as_deref(), Some("row"));
    assert_eq!(shown.row(MessageId(2), &FACE), None);
    for other in [
        Face { message: Seq(2), ..FACE },
        Face { author: Seq(2), ..FACE },
        Face { lang: Lang::Zh, ..FACE },
        Face { offset: 60, ..FACE },
        Face { day: Some((1, 1)), ..FACE },
        Face { day: Some((1, 2)), ..FACE },
        Face { first: false, ..FACE },
        Face { mine: true, ..FACE },
        Face { target: true, ..FACE },
    ] {
        assert_eq!(shown.row(MessageId(1), &other), None, "{other:?}");
    }
}

#[test]
fn a_message_is_known_as_it_is_since_one_change() {
    let shown = Shown::default();
    shown.keep(Seq(7), known(7, "a < b"));
    let found = shown.known(MessageId(7), Seq(7)).unwrap();
    assert!(found.message == message(7, "a < b") && !found.json.contains('<'));
    assert_eq!(serde_json::from_str::<Message>(&found.json).unwrap(), found.message);
    assert!(shown.known(MessageId(7), Seq(8)).is_none() && shown.known(MessageId(8), Seq(7)).is_none());
    shown.keep(Seq(9), Arc::new(Known::new(Message { seq: Seq(9), ..message(7, "edited") }).unwrap()));
    assert!(shown.known(MessageId(7), Seq(7)).is_none() && shown.known(MessageId(7), Seq(9)).is_some());
    assert_eq!(shown.bytes(), counted(&shown));
}

#[test]
fn what_is_gone_is_kept_nowhere_and_nothing_older_brings_it_back() {
    let shown = Shown::default();
    for offset in 0..3 {
        shown.keep_row(Seq(5), MessageId(1), Face { offset, ..FACE }, "secret");
    }
    shown.keep(Seq(5), known(1, "secret"));
    shown.keep_row(Seq(5), MessageId(2), FACE, "kept");
    let before = shown.bytes();
    shown.learn(&deletion(1, 6));
    assert!((0..3).all(|offset| shown.row(MessageId(1), &Face { offset, ..FACE }).is_none()));
    assert!(shown.known(MessageId(1), Seq(1)).is_none() && shown.bytes() < before);
    assert_eq!(shown.row(MessageId(2), &FACE).as_deref(), Some("kept"));
    // A page that was read before the deletion and is drawn only now.
    shown.keep_row(Seq(5), MessageId(1), FACE, "secret");
    shown.keep(Seq(5), known(1, "secret"));
    assert!(shown.row(MessageId(1), &FACE).is_none() && shown.known(MessageId(1), Seq(1)).is_none());
    shown.keep_row(Seq(6), MessageId(3), FACE, "new");
    assert!(shown.row(MessageId(3), &FACE).is_some());
    assert_eq!(shown.bytes(), counted(&shown));
}

#[test]
fn it_holds_no_more_than_it_may_and_keeps_what_is_asked_for() {
    let shown = Shown::default();
    let row = "x".repeat(2_000);
    shown.keep_row(Seq(1), MessageId(0), FACE, &row);
    shown.keep(Seq(1), known(0, "asked for"));
    for id in 1..9_000 {
        shown.keep_row(Seq(1), MessageId(id), Face { offset: (id % 2) as i16, ..FACE }, &row);
        shown.keep(Seq(1), known(id, "**a** `b` [c](https://example.org)\n\n- d\n- e\n\n> f"));
        assert!(shown.bytes() <= MOST);
        assert!(shown.row(MessageId(0), &FACE).is_some() && shown.known(MessageId(0), Seq(0)).is_some());
    }
    assert!(shown.bytes() > MOST / 2 - 4_000 && shown.bytes() == counted(&shown));
    assert!(shown.row(MessageId(1), &FACE).is_none() && shown.known(MessageId(1), Seq(1)).is_none());
    (0..9_000).for_each(|id| shown.learn(&deletion(id, 10_000)));
    assert_eq!(shown.bytes(), 0);
}
