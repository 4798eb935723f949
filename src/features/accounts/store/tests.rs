//! Entering: one transaction, and names that are held.

use super::*;
use crate::{
    database::Change,
    features::{
        people::{names, store::people},
        rooms::{
            model::{Member, MemberRole},
            store::{joined, rooms},
        },
        subscriptions::model::Subscription,
    },
    model::ids::{GENERAL, Seq},
    sessions::store::{seen, session},
    tests::store_fixture::{Fixture, fresh_hash, hooks},
};
use std::sync::Arc;

#[tokio::test]
async fn entering_makes_a_person_a_member_and_a_session() {
    let store = Fixture::new();
    let hash = fresh_hash();
    let lin =
        add_person(&store.db, &hooks(), names::check("Lin").unwrap(), NewSession::new(hash, "5d1c".to_owned())).await.unwrap();
    let general = rooms(&store.db).await.unwrap().pop();
    let (seq, role) = (Seq(lin.seq.0 + 1), MemberRole::Member);
    let member = Member { seq, room: GENERAL, user: lin.id, joined: true, role, as_of: general };
    let subscription = Subscription { seq: Seq(seq.0 + 1), room: GENERAL, user: lin.id, ..Subscription::default() };
    assert_eq!(
        *store.commits.lock().unwrap(),
        [vec![
            Change { event: Event::User(lin.clone()), audience: Audience::Person(lin.id) },
            Change { event: Event::Member(member), audience: Audience::RoomAnd(GENERAL, lin.id) },
            Change { event: Event::Subscription(subscription), audience: Audience::User(lin.id) },
        ]]
    );
    assert_eq!(joined(&store.db, lin.id).await.unwrap(), [GENERAL]);
    let row = session(&store.db, hash).await.unwrap().unwrap();
    assert_eq!((row.user, row.tag.as_str()), (lin.id, "5d1c"));
    assert_eq!(people(&store.db, row.user, vec![row.user]).await.unwrap(), [lin]);
    assert_eq!(row.expires - row.created, 30 * 24 * 3_600_000);
    assert_eq!(session(&store.db, fresh_hash()).await.unwrap(), None);
}

#[tokio::test]
async fn ten_people_in_a_row_have_ten_hues() {
    let store = Fixture::new();
    let mut hues = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "j", "k"] {
        hues.push(store.enter(name).await.hue);
    }
    hues.sort_unstable();
    assert_eq!(hues, (0..10).collect::<Vec<u8>>());
}

#[tokio::test]
async fn a_name_or_its_look_alike_is_taken_and_nothing_is_written() {
    let store = Fixture::new();
    store.enter("admin").await;
    store.forget();
    let head = store.db.head().await.unwrap();
    for name in ["admin", "ADMIN", "аdmin", "ａｄｍｉｎ", "ADMlN"] {
        assert_eq!(store.try_enter(name).await.unwrap_err().code, Code::NameTaken, "{name}");
    }
    assert_eq!(store.published(), []);
    assert_eq!(store.db.head().await.unwrap(), head);
    assert_eq!(store.count("SELECT count(*) FROM users").await, 1);
    assert_eq!(store.count("SELECT count(*) FROM sessions").await, 1);
    store.enter("administrator").await;
}

#[tokio::test]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let store = Arc::new(Fixture::new());
    let tries: Vec<_> = (0..30)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move { store.try_enter(if n % 2 == 0 { "Lin" } else { "LIN" }).await.is_ok() })
        })
        .collect();
    let mut entered = 0;
    for answer in tries {
        entered += usize::from(answer.await.unwrap());
    }
    assert_eq!(entered, 1);
}

#[tokio::test]
async fn a_name_is_free_a_day_after_its_owner_was_seen() {
    let store = Fixture::new();
    let first = store.enter("Lin").await;
    store.sql("UPDATE activity SET seen_at = seen_at - 86400000 + 60000").await;
    assert!(store.try_enter("Lin").await.is_err(), "a minute less than a day");
    store.sql("UPDATE activity SET seen_at = seen_at - 60000").await;
    let second = store.enter("Lin").await;
    assert_ne!(first.id, second.id);
    store.sql("UPDATE activity SET seen_at = seen_at - 86400000").await;
    seen(&store.db, first.id, fresh_hash()).await.unwrap();
    assert!(store.try_enter("Lin").await.is_err(), "seen again");
}
