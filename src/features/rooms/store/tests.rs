//! Rooms in a store: who may open, rename and join, and what others are told.

use super::*;
use crate::{
    database::Change,
    features::people::store::{LIKELY_OF_LARGE, likely_speakers, people},
    model::ids::GENERAL,
    tests::store_fixture::Fixture,
};

fn refused<T: std::fmt::Debug>(answer: AppResult<T>) -> Code {
    answer.unwrap_err().code
}

#[tokio::test]
async fn general_is_there_from_the_start_and_nobodys() {
    let store = Fixture::new();
    let all = rooms(&store.db).await.unwrap();
    assert_eq!(
        all.iter().map(|room| (room.id, room.name.as_str(), room.creator)).collect::<Vec<_>>(),
        [(GENERAL, "General", None)]
    );
    assert_eq!(store.db.head().await.unwrap(), all[0].seq);
    let lin = store.enter("Lin").await;
    assert_eq!(refused(rename(&store.db, lin.id, GENERAL, "Mine".to_owned()).await), Code::Forbidden);
}

#[tokio::test]
async fn opening_a_room_tells_everyone_and_makes_its_creator_a_member() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    store.forget();
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
    assert_eq!((room.creator, room.last, room.last_n), (Some(lin.id), 0, 0));
    let told = store.commits.lock().unwrap().concat();
    assert_eq!(told[0], Change { event: Event::Room(room.clone()), audience: Audience::Everyone });
    assert_eq!(told[1].audience, Audience::RoomAnd(room.id, lin.id));
    assert_eq!(told.len(), 2);
    assert_eq!(joined(&store.db, lin.id).await.unwrap(), [GENERAL, room.id]);
    assert_eq!(memberships(&store.db).await.unwrap(), [(GENERAL, lin.id), (room.id, lin.id)]);
}

#[tokio::test]
async fn only_its_creator_renames_a_room() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
    assert_eq!(refused(rename(&store.db, wei.id, room.id, "Coffee".to_owned()).await), Code::Forbidden);
    assert_eq!(refused(rename(&store.db, lin.id, RoomId(99), "Coffee".to_owned()).await), Code::NotFound);
    store.forget();
    let renamed = rename(&store.db, lin.id, room.id, "Coffee".to_owned()).await.unwrap();
    assert!(renamed.seq > room.seq);
    assert_eq!(rename(&store.db, lin.id, room.id, "Coffee".to_owned()).await.unwrap(), renamed, "the same name changes nothing");
    assert_eq!(store.published(), [Event::Room(renamed.clone())]);
    assert_eq!(rooms(&store.db).await.unwrap()[1], renamed);
}

#[tokio::test]
async fn joining_twice_is_joining_once() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
    store.forget();
    let member = join(&store.db, wei.id, room.id).await.unwrap();
    assert_eq!(join(&store.db, wei.id, room.id).await.unwrap(), member);
    let told = store.commits.lock().unwrap().concat();
    assert_eq!(told, [Change { event: Event::Member(member), audience: Audience::RoomAnd(room.id, wei.id) }]);
    assert_eq!(refused(join(&store.db, wei.id, RoomId(99)).await), Code::NotFound);
}

#[tokio::test]
async fn a_write_for_somebody_who_is_not_there_changes_nothing() {
    let store = Fixture::new();
    assert_eq!(refused(join(&store.db, UserId(99), GENERAL).await), Code::Internal);
    assert_eq!(refused(create(&store.db, UserId(99), "Tea".to_owned()).await), Code::Internal);
    assert_eq!(rooms(&store.db).await.unwrap().len(), 1);
    assert_eq!(store.published(), []);
}

#[tokio::test]
async fn those_seen_last_come_first_in_small_and_large_rooms() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await, store.enter("Wei").await, store.enter("Ana").await);
    let likely = |room, limit| store.db.read(move |read| Ok(likely_speakers(read, room, limit)?));
    store.sql("UPDATE activity SET seen_at = 2000000000000 + CASE user_id WHEN 2 THEN 9 WHEN 3 THEN 5 ELSE 0 END").await;
    assert_eq!(likely(GENERAL, 2).await.unwrap(), [wei.clone(), ana.clone()]);
    let room = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
    assert_eq!(likely(room.id, 9).await.unwrap(), [lin]);
    store
        .sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
             INSERT INTO users (seq, name, hue) SELECT 1000 + i, 'p' || i, 0 FROM n;
             INSERT INTO activity (user_id, seen_at) SELECT id, seq - 1000 FROM users WHERE seq > 1000;
             INSERT INTO members (room_id, user_id, seq, joined) SELECT 1, id, 5000 + id, 1 FROM users WHERE seq > 1000",
        )
        .await;
    assert_eq!(likely(GENERAL, 2).await.unwrap(), [wei.clone(), ana.clone()]);
    assert_eq!(people(&store.db, vec![ana.id, UserId(9_999), wei.id]).await.unwrap(), [ana, wei]);
}

#[tokio::test]
async fn likely_speakers_of_a_large_room_are_looked_for_among_those_seen_last() {
    let store = Fixture::new();
    let plan = store.plan(LIKELY_OF_LARGE, &params![GENERAL, 9_u64]).await;
    assert!(plan.contains("activity USING COVERING INDEX activity_seen"), "{plan}");
    assert!(plan.contains("SEARCH u USING INTEGER PRIMARY KEY") && !plan.contains("SCAN m"), "{plan}");
}

#[tokio::test]
async fn room_gets_no_name_that_another_has_or_looks_like() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let tea = create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
    let taken = |error: AppError| (error.code, error.room);
    for name in ["Tea", "tea", "TEA", "T\u{435}a"] {
        let refused = create(&store.db, lin.id, name.to_owned()).await.unwrap_err();
        assert_eq!(taken(refused), (Code::NameTaken, Some(tea.id)), "{name}");
    }
    let general = create(&store.db, lin.id, "general".to_owned()).await.unwrap_err();
    assert_eq!(taken(general), (Code::NameTaken, Some(GENERAL)));
    let coffee = create(&store.db, lin.id, "Coffee".to_owned()).await.unwrap();
    let refused = rename(&store.db, lin.id, coffee.id, "tea".to_owned()).await.unwrap_err();
    assert_eq!(taken(refused), (Code::NameTaken, Some(tea.id)));
    assert_eq!(rename(&store.db, lin.id, coffee.id, "COFFEE".to_owned()).await.unwrap().name, "COFFEE", "its own");
    rename(&store.db, lin.id, tea.id, "Lemonade".to_owned()).await.unwrap();
    create(&store.db, lin.id, "Tea".to_owned()).await.unwrap();
}

#[tokio::test]
async fn two_rooms_opened_at_once_do_not_get_the_same_name() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    for n in 0..20 {
        let (one, other) = (create(&store.db, lin.id, format!("same {n}")), create(&store.db, lin.id, format!("SAME {n}")));
        let (one, other) = tokio::join!(one, other);
        assert!(one.is_ok() != other.is_ok(), "{n}");
    }
}
