//! Sessions: what their end sets free, and how they expire.

use super::*;
use crate::{
    features::{
        accounts::store::add_person,
        people::{names, store::people},
    },
    tests::store_fixture::{Fixture, fresh_hash, hooks},
};

#[tokio::test]
async fn leaving_with_the_last_session_sets_the_name_free() {
    let store = Fixture::new();
    let (one, two) = (fresh_hash(), fresh_hash());
    let lin =
        add_person(&store.db, &hooks(), names::check("Lin").unwrap(), NewSession::new(one, "one".to_owned())).await.unwrap();
    create_session(&store.db, lin.id, NewSession::new(two, "two".to_owned())).await.unwrap();
    assert_eq!(end_session(&store.db, one).await.unwrap().map(|row| row.tag), Some("one".to_owned()));
    assert_eq!(end_session(&store.db, one).await.unwrap(), None, "twice is once");
    assert_eq!(session(&store.db, one).await.unwrap(), None);
    assert!(store.try_enter("Lin").await.is_err(), "the other session lives");
    end_session(&store.db, two).await.unwrap();
    // A request that was under way when the session ended does not take the name back.
    seen(&store.db, lin.id, two).await.unwrap();
    store.enter("Lin").await;
    assert_eq!(people(&store.db, lin.id, vec![lin.id]).await.unwrap(), [lin]);
}

#[tokio::test]
async fn an_expired_session_stays_until_it_is_cleared_away() {
    let store = Fixture::new();
    let hash = fresh_hash();
    let lin =
        add_person(&store.db, &hooks(), names::check("Lin").unwrap(), NewSession::new(hash, "old".to_owned())).await.unwrap();
    store.sql("UPDATE sessions SET expires = 1000").await;
    create_session(&store.db, lin.id, NewSession::new(fresh_hash(), "new".to_owned())).await.unwrap();
    assert_eq!(session(&store.db, hash).await.unwrap().map(|row| row.expires), Some(1000));
    delete_expired(&store.db, 999).await.unwrap();
    assert_eq!(store.count("SELECT count(*) FROM sessions").await, 2);
    delete_expired(&store.db, 1000).await.unwrap();
    assert_eq!(store.count("SELECT count(*) FROM sessions").await, 1);
}
