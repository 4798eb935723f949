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

#[tokio::test]
async fn a_pin_is_told_to_the_room_and_stands_beside_its_message() {
    let (store, lin, mei, sent) = started().await;
    let pin = set(&store.db, mei.id, sent.id, true).await.unwrap();
    assert_eq!((pin.message, pin.room, pin.on, pin.by, pin.seq), (sent.id, GENERAL, true, mei.id, Seq(sent.seq.0 + 1)));
    let told: Vec<Change> = store.commits.lock().unwrap().concat();
    assert_eq!(told, [Change { event: Event::Pin(pin.clone()), audience: Audience::Room(GENERAL) }]);
    assert_eq!(beside(&store, &lin).await, std::slice::from_ref(&pin));
    let items = list(&store.db, lin.id, GENERAL).await.unwrap().items;
    assert_eq!(items, [PinnedMessage { seq: pin.seq, by: mei.id, at: pin.at, message: sent.clone() }]);
    // Off: told too, and nowhere to be read.
    let off = set(&store.db, lin.id, sent.id, false).await.unwrap();
    assert_eq!((off.on, off.by, off.seq > pin.seq), (false, lin.id, true));
    assert_eq!(store.published(), [Event::Pin(pin), Event::Pin(off)]);
    assert_eq!((beside(&store, &lin).await, list(&store.db, lin.id, GENERAL).await.unwrap().items), (vec![], vec![]));
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
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap().id;
    let sent = store.send(&lin, room, "of the room").await;
    assert_eq!(refused(set(&store.db, mei.id, sent.id, true).await), Code::NotFound);
    assert_eq!(refused(list(&store.db, mei.id, room).await), Code::NotFound);
    assert_eq!(refused(set(&store.db, lin.id, MessageId(1 << 40), true).await), Code::NotFound);
    join(&store.db, mei.id, room).await.unwrap();
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
    let items = list(&store.db, lin.id, GENERAL).await.unwrap().items;
    assert_eq!((items.len(), items[0].message.id), (MAX_PINS, sent[MAX_PINS - 1]), "the newest pin first");
    set(&store.db, lin.id, sent[0], false).await.unwrap();
    assert!(set(&store.db, lin.id, last, true).await.unwrap().on);
    // Another room has a hundred of its own.
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap().id;
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
    assert_eq!(list(&store.db, lin.id, GENERAL).await.unwrap().items, []);
    assert_eq!(store.count("SELECT count(*) FROM pins").await, 0);
    assert_eq!(store.count("SELECT count(*) FROM changes WHERE kind = 5").await, 0);
}

#[tokio::test]
async fn lists_and_pages_walk_along_indexes() {
    let store = Fixture::new();
    let of_room = store
        .plan(
            "SELECT p.seq FROM pins p WHERE p.room_id = ?1 AND p.is_on = 1 ORDER BY p.seq DESC LIMIT ?2",
            &params![1_u64, 2_u64],
        )
        .await;
    assert!(of_room.contains("SEARCH p USING") && of_room.contains("pins_room") && !of_room.contains("TEMP"), "{of_room}");
}
