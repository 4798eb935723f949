//! Subscriptions in a store: what setting one says, and to whom alone.

use super::*;
use crate::{
    database::Change,
    features::rooms::store::{create, join},
    model::ids::GENERAL,
    tests::store_fixture::Fixture,
};

#[tokio::test]
async fn a_favourite_is_told_to_its_person_alone() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    store.forget();
    let on = subscribe(&store.db, lin.id, GENERAL, Some(true)).await.unwrap();
    assert_eq!((on.room, on.favourite, on.user), (GENERAL, true, lin.id));
    let told: Vec<Change> = store.commits.lock().unwrap().concat();
    assert_eq!(told, [Change { event: Event::Subscription(on.clone()), audience: Audience::User(lin.id) }]);
    assert_eq!(of(&store.db, lin.id).await, Ok(vec![on.clone()]));
    assert_eq!(of(&store.db, mei.id).await, Ok(vec![]));
    let off = subscribe(&store.db, lin.id, GENERAL, Some(false)).await.unwrap();
    assert_eq!((off.favourite, off.seq > on.seq), (false, true));
    assert_eq!(of(&store.db, lin.id).await, Ok(vec![off]));
}

#[tokio::test]
async fn a_state_that_is_there_already_takes_no_number() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    store.forget();
    let never = subscribe(&store.db, lin.id, GENERAL, Some(false)).await.unwrap();
    assert_eq!((never.favourite, never.seq), (false, store.db.head().await.unwrap()), "as of joining");
    let on = subscribe(&store.db, lin.id, GENERAL, Some(true)).await.unwrap();
    assert_eq!(subscribe(&store.db, lin.id, GENERAL, Some(true)).await, Ok(on.clone()));
    assert_eq!(subscribe(&store.db, lin.id, GENERAL, None).await, Ok(on.clone()), "what is left out stays");
    assert_eq!(store.published(), [Event::Subscription(on)]);
}

#[tokio::test]
async fn only_members_have_favourites() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap().id;
    for room in [room, RoomId(99)] {
        assert_eq!(subscribe(&store.db, mei.id, room, Some(true)).await.unwrap_err().code, Code::NotFound);
    }
    join(&store.db, mei.id, room).await.unwrap();
    assert!(subscribe(&store.db, mei.id, room, Some(true)).await.unwrap().favourite);
}

#[tokio::test]
async fn the_end_of_a_membership_takes_the_favourite_along() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    for user in [lin.id, mei.id] {
        subscribe(&store.db, user, GENERAL, Some(true)).await.unwrap();
    }
    let left = lin.id;
    store.db.write(move |write| forget(write, GENERAL, left)).await.unwrap();
    assert_eq!(of(&store.db, lin.id).await, Ok(vec![]));
    assert_eq!(of(&store.db, mei.id).await.unwrap().len(), 1);
    assert_eq!(store.changes(Kind::Subscription).await, 1);
}

#[tokio::test]
async fn own_subscriptions_are_read_along_an_index() {
    let store = Fixture::new();
    let own = store.plan(OWN, &params![1_u64]).await;
    assert!(own.contains("SEARCH s USING INDEX subscriptions_user") && !own.contains("TEMP"), "{own}");
}
