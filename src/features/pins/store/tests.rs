//! Pins in a store: what setting one says, who may, how many there are, and what a deletion takes along.

use super::*;
use crate::{
    database::Change,
    features::{
        messages::{
            model::{Message, PageRange},
            store::page as message_page,
        },
        people::model::User,
        rooms::store::{create, join},
    },
    model::ids::{GENERAL, Seq},
    tests::store_fixture::{Fixture, hooks},
};

fn refused<T: std::fmt::Debug>(answer: AppResult<T>) -> Code {
    answer.unwrap_err().code
}

/// A store with two people and a message of the first.
async fn started() -> (Fixture, User, User, Message) {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    let sent = store.send(&lin, GENERAL, "read me").await;
    store.forget();
    (store, lin, mei, sent)
}

/// Pins that a page of General brings.
async fn beside(store: &Fixture, reader: &User) -> Vec<Pin> {
    message_page(&store.db, &hooks(), reader.id, GENERAL, PageRange::Newest, 50).await.unwrap().pins
}

/// Messages that both lists of General have, which is the same.
async fn listed_ids(store: &Fixture, reader: &User) -> Vec<MessageId> {
    let listed = list(&store.db, reader.id, GENERAL, None).await.unwrap();
    let listed: Vec<_> = listed.items.iter().map(|item| (item.seq, item.message.id)).collect();
    let shown = excerpts(&store.db, reader.id, GENERAL).await.unwrap();
    assert_eq!(shown.items.iter().map(|item| (item.seq, item.message)).collect::<Vec<_>>(), listed);
    listed.into_iter().map(|(_, id)| id).collect()
}

#[tokio::test]
async fn a_pin_is_told_to_the_room_and_stands_beside_its_message() {
    let (store, lin, mei, sent) = started().await;
    let pin = set(&store.db, mei.id, sent.id, true).await.unwrap();
    assert_eq!((pin.message, pin.room, pin.on, pin.by, pin.seq), (sent.id, GENERAL, true, mei.id, Seq(sent.seq.0 + 1)));
    let told: Vec<Change> = store.commits.lock().unwrap().concat();
    assert_eq!(told, [Change { event: Event::Pin(pin.clone()), audience: Audience::Room(GENERAL) }]);
    assert_eq!(beside(&store, &lin).await, std::slice::from_ref(&pin));
    let listed = list(&store.db, lin.id, GENERAL, None).await.unwrap();
    let item = PinListItem { seq: pin.seq, by: mei.id, at: pin.at, message: sent.clone() };
    assert_eq!(listed, PinList { items: vec![item], next: None, head: pin.seq });
    let shown = excerpts(&store.db, mei.id, GENERAL).await.unwrap();
    let item = PinnedMessage { seq: pin.seq, message: sent.id, changed: sent.seq, author: lin.id, excerpt: "read me".to_owned() };
    assert_eq!(shown, PinExcerpts { head: pin.seq, items: vec![item] });
    // Off: told too, and nowhere to be read.
    let off = set(&store.db, lin.id, sent.id, false).await.unwrap();
    assert_eq!((off.on, off.by, off.seq > pin.seq), (false, lin.id, true));
    assert_eq!(store.published(), [Event::Pin(pin), Event::Pin(off)]);
    assert_eq!((beside(&store, &lin).await, listed_ids(&store, &lin).await), (vec![], vec![]));
}

#[tokio::test]
async fn a_state_that_is_there_already_takes_no_number() {
    let (store, lin, mei, sent) = started().await;
    let never = set(&store.db, mei.id, sent.id, false).await.unwrap();
    assert_eq!((never.on, never.seq), (false, sent.seq));
    let pin = set(&store.db, mei.id, sent.id, true).await.unwrap();
    assert_eq!(set(&store.db, lin.id, sent.id, true).await, Ok(pin.clone()), "who was first stays");
    assert_eq!(store.published(), [Event::Pin(pin)]);
}

#[tokio::test]
async fn only_members_pin_and_only_what_is_there() {
    let (store, lin, mei, _) = started().await;
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap().id;
    let sent = store.send(&lin, room, "of the room").await;
    assert_eq!(refused(set(&store.db, mei.id, sent.id, true).await), Code::NotFound);
    assert_eq!(refused(list(&store.db, mei.id, room, None).await), Code::NotFound);
    assert_eq!(refused(excerpts(&store.db, mei.id, room).await), Code::NotFound);
    assert_eq!(refused(set(&store.db, lin.id, MessageId(1 << 40), true).await), Code::NotFound);
    join(&store.db, &hooks(), mei.id, room).await.unwrap();
    assert!(set(&store.db, mei.id, sent.id, true).await.unwrap().on);
}

#[tokio::test]
async fn a_room_is_full_with_a_hundred_pins_until_one_goes() {
    let (store, lin, _, _) = started().await;
    let mut sent = Vec::new();
    for n in 0..=MAX_PINS {
        sent.push(store.send(&lin, GENERAL, &n.to_string()).await.id);
    }
    for id in &sent[..MAX_PINS] {
        set(&store.db, lin.id, *id, true).await.unwrap();
    }
    let last = sent[MAX_PINS];
    assert_eq!(refused(set(&store.db, lin.id, last, true).await), Code::Full);
    let newest_first: Vec<MessageId> = sent[..MAX_PINS].iter().rev().copied().collect();
    assert_eq!(listed_ids(&store, &lin).await, newest_first, "all of them, the newest pin first");
    set(&store.db, lin.id, sent[0], false).await.unwrap();
    assert!(set(&store.db, lin.id, last, true).await.unwrap().on);
    // Another room has a hundred of its own.
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap().id;
    let other = store.send(&lin, room, "here").await;
    assert!(set(&store.db, lin.id, other.id, true).await.unwrap().on);
}

#[tokio::test]
async fn a_deletion_takes_the_pin_along() {
    let (store, lin, mei, sent) = started().await;
    set(&store.db, mei.id, sent.id, true).await.unwrap();
    store.delete(&lin, sent.id).await;
    assert_eq!(refused(set(&store.db, mei.id, sent.id, true).await), Code::Gone);
    assert_eq!(beside(&store, &lin).await, []);
    assert_eq!(listed_ids(&store, &lin).await, []);
    assert_eq!(store.count("SELECT count(*) FROM pins").await, 0);
    assert_eq!(store.changes(Kind::Pin).await, 0);
}

#[tokio::test]
async fn list_ends_at_its_bytes_and_goes_on_from_there() {
    let (store, lin, _, _) = started().await;
    let mut sent = Vec::new();
    for n in 0..60 {
        // Three bytes a character: 7,500 of them are more than 22 KiB.
        let id = store.send(&lin, GENERAL, &format!("{n} {}", "字".repeat(7_500))).await.id;
        set(&store.db, lin.id, id, true).await.unwrap();
        sent.push(id);
    }
    let (mut before, mut listed) = (None, Vec::new());
    loop {
        let some = list(&store.db, lin.id, GENERAL, before).await.unwrap();
        let bytes: usize = some.items.iter().map(|item| item.message.text.len()).sum();
        assert!(!some.items.is_empty() && bytes < LIST_BYTES + 4 * 8_000, "{bytes}");
        listed.extend(some.items.iter().map(|item| item.message.id));
        before = some.next;
        if before.is_none() {
            break;
        }
    }
    sent.reverse();
    assert_eq!(listed, sent);
    // The room's own list has all of them, and few bytes.
    let shown = excerpts(&store.db, lin.id, GENERAL).await.unwrap();
    assert_eq!(shown.items.iter().map(|item| item.message).collect::<Vec<_>>(), sent);
    let bytes = serde_json::to_string(&shown).unwrap().len();
    assert!(bytes < 60 * 600, "{bytes}");
}

#[tokio::test]
async fn excerpt_of_a_beginning_is_that_of_the_whole_message() {
    let (store, lin, _, _) = started().await;
    for text in ["short", &"**bold** and `code` ".repeat(300), &format!("```\n{}\n```", "code ".repeat(900))] {
        let sent = store.send(&lin, GENERAL, text).await;
        let pin = set(&store.db, lin.id, sent.id, true).await.unwrap();
        let shown = excerpts(&store.db, lin.id, GENERAL).await.unwrap().items;
        assert_eq!(shown[0], PinnedMessage::new(pin.seq, sent.id, sent.seq, lin.id, &sent.body), "{text}");
    }
}

#[tokio::test]
async fn lists_and_pages_walk_along_indexes() {
    let store = Fixture::new();
    let of_room = store.plan(OF_ROOM, &params![1_u64, 2_u64, 3_u64]).await;
    assert!(of_room.contains("SEARCH p USING") && of_room.contains("pins_room") && !of_room.contains("TEMP"), "{of_room}");
    let count = store.plan(COUNT, &params![1_u64]).await;
    assert!(count.contains("SEARCH pins USING COVERING INDEX pins_room"), "{count}");
    let of_messages = store.plan(&PINS.replace("?*", "?1, ?2"), &params![1_u64, 2_u64]).await;
    assert!(of_messages.contains("SEARCH p USING INTEGER PRIMARY KEY"), "{of_messages}");
}
