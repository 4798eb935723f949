//! Rooms in a store: who may open, rename and join, and what others are told.

use super::*;
use crate::{
    database::{Audience, Change},
    features::people::store::{LIKELY_OF_LARGE, likely_speakers, people},
    model::ids::GENERAL,
    tests::store_fixture::{Fixture, fresh_key, hooks},
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
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
    assert_eq!((room.creator, room.last, room.last_n), (Some(lin.id), 0, 0));
    let told = store.commits.lock().unwrap().concat();
    assert_eq!(told[0], Change { event: Event::Room(room.clone()), audience: Audience::OpenRoom(room.id) });
    assert_eq!(told[1].audience, Audience::RoomAnd(room.id, lin.id));
    assert_eq!((told[2].audience, told.len()), (Audience::User(lin.id), 3), "and what the room is to them");
    assert_eq!(joined(&store.db, lin.id).await.unwrap(), [GENERAL, room.id]);
    assert_eq!(memberships(&store.db).await.unwrap(), [(GENERAL, lin.id), (room.id, lin.id)]);
}

#[tokio::test]
async fn only_its_creator_renames_a_room() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
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
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
    store.forget();
    let member = join(&store.db, &hooks(), wei.id, room.id).await.unwrap();
    assert_eq!(join(&store.db, &hooks(), wei.id, room.id).await.unwrap(), member);
    let told = store.commits.lock().unwrap().concat();
    assert_eq!(told[0], Change { event: Event::Member(member), audience: Audience::RoomAnd(room.id, wei.id) });
    assert_eq!((told[1].audience, told.len()), (Audience::User(wei.id), 2));
    assert_eq!(refused(join(&store.db, &hooks(), wei.id, RoomId(99)).await), Code::NotFound);
}

#[tokio::test]
async fn a_write_for_somebody_who_is_not_there_changes_nothing() {
    let store = Fixture::new();
    assert_eq!(refused(join(&store.db, &hooks(), UserId(99), GENERAL).await), Code::NotFound);
    assert_eq!(refused(create(&store.db, &hooks(), UserId(99), "Tea".to_owned()).await), Code::NotEntered);
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
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
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
    assert_eq!(people(&store.db, ana.id, vec![ana.id, UserId(9_999), wei.id]).await.unwrap(), [ana, wei]);
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
    let tea = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
    let taken = |error: AppError| (error.code, error.room);
    for name in ["Tea", "tea", "TEA", "T\u{435}a"] {
        let refused = create(&store.db, &hooks(), lin.id, name.to_owned()).await.unwrap_err();
        assert_eq!(taken(refused), (Code::NameTaken, Some(tea.id)), "{name}");
    }
    let general = create(&store.db, &hooks(), lin.id, "general".to_owned()).await.unwrap_err();
    assert_eq!(taken(general), (Code::NameTaken, Some(GENERAL)));
    let coffee = create(&store.db, &hooks(), lin.id, "Coffee".to_owned()).await.unwrap();
    let refused = rename(&store.db, lin.id, coffee.id, "tea".to_owned()).await.unwrap_err();
    assert_eq!(taken(refused), (Code::NameTaken, Some(tea.id)));
    assert_eq!(rename(&store.db, lin.id, coffee.id, "COFFEE".to_owned()).await.unwrap().name, "COFFEE", "its own");
    rename(&store.db, lin.id, tea.id, "Lemonade".to_owned()).await.unwrap();
    create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
}

#[tokio::test]
async fn two_rooms_opened_at_once_do_not_get_the_same_name() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    for n in 0..20 {
        let hooks = hooks();
        let (one, other) =
            (create(&store.db, &hooks, lin.id, format!("same {n}")), create(&store.db, &hooks, lin.id, format!("SAME {n}")));
        let (one, other) = tokio::join!(one, other);
        assert!(one.is_ok() != other.is_ok(), "{n}");
    }
}

/// A private room with an admin and these members.
async fn private(store: &Fixture, admin: UserId, users: Vec<UserId>) -> Room {
    let new = NewRoom { name: "Secret".to_owned(), kind: RoomKind::Private, topic: String::new(), users };
    create(&store.db, &hooks(), admin, new).await.unwrap()
}

async fn seen(store: &Fixture, user: UserId) -> Vec<RoomId> {
    let rooms = store.db.read(move |read| Ok(visible(read, user)?)).await.unwrap();
    let listed = list(&store.db, user, RoomId(0), 100).await.unwrap().items;
    assert_eq!(listed, rooms);
    rooms.into_iter().map(|room| room.id).collect()
}

#[tokio::test]
async fn private_room_is_its_members_alone() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await, store.enter("Wei").await, store.enter("Ana").await);
    store.forget();
    let room = private(&store, lin.id, vec![wei.id]).await;
    let told = store.commits.lock().unwrap().concat();
    let audiences: Vec<_> = told.iter().map(|change| change.audience).collect();
    let of = |user| [Audience::RoomAnd(room.id, user), Audience::User(user)];
    assert_eq!(audiences, [&[Audience::Room(room.id)][..], &of(lin.id), &of(wei.id)].concat());
    assert!(matches!(&told[3].event, Event::Member(member) if member.as_of.as_ref() == Some(&room)));
    assert_eq!((seen(&store, wei.id).await.len(), seen(&store, ana.id).await.len()), (2, 1));
    assert_eq!(refused(join(&store.db, &hooks(), ana.id, room.id).await), Code::NotFound);
    assert_eq!(refused(members(&store.db, ana.id, room.id, UserId(0), 9).await), Code::NotFound);
    assert_eq!(refused(rename(&store.db, ana.id, room.id, "x".to_owned()).await), Code::NotFound);
    let found = browse(&store.db, ana.id, RoomId(0), 50, true).await.unwrap();
    assert_eq!(found, RoomList { items: Vec::new(), next: None });
    // Its name is free: to say that it is taken would tell of it.
    create(&store.db, &hooks(), ana.id, "Secret".to_owned()).await.unwrap();
    rename(&store.db, lin.id, room.id, "General".to_owned()).await.unwrap();
}

#[tokio::test]
async fn members_add_people_and_admins_remove_them() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await, store.enter("Wei").await, store.enter("Ana").await);
    let room = private(&store, lin.id, vec![wei.id]).await.id;
    let added = add(&store.db, &hooks(), wei.id, room, vec![ana.id, lin.id]).await.unwrap().items;
    assert_eq!(
        added.iter().map(|member| (member.user, member.role)).collect::<Vec<_>>(),
        [(ana.id, MemberRole::Member), (lin.id, MemberRole::Admin)]
    );
    assert_eq!(refused(add(&store.db, &hooks(), wei.id, room, vec![UserId(99)]).await), Code::NotFound);
    assert_eq!(refused(remove(&store.db, &hooks(), wei.id, room, ana.id).await), Code::Forbidden);
    store.forget();
    let removed = remove(&store.db, &hooks(), lin.id, room, ana.id).await.unwrap();
    let told = store.commits.lock().unwrap().concat();
    assert_eq!(told, [Change { event: Event::Member(removed.clone()), audience: Audience::RoomAnd(room, ana.id) }]);
    assert_eq!((removed.joined, removed.as_of), (false, None));
    assert_eq!(store.count("SELECT count(*) FROM subscriptions WHERE user_id = 3").await, 1, "what it was to them goes along");
    assert_eq!(refused(remove(&store.db, &hooks(), lin.id, room, ana.id).await), Code::NotFound);
    assert_eq!(refused(store.try_send(ana.id, room, fresh_key(), "still here").await), Code::NotFound);
    let people = members(&store.db, wei.id, room, UserId(0), 1).await.unwrap();
    assert_eq!((people.items[0].user, people.items.len(), people.next), (lin.id, 1, Some(lin.id)));
}

#[tokio::test]
async fn room_keeps_an_admin_when_the_last_one_goes() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await, store.enter("Wei").await, store.enter("Ana").await);
    let room = private(&store, lin.id, Vec::new()).await.id;
    // Ana has stood longest: that Wei was there before, and came back, does not count.
    for users in [vec![wei.id], vec![ana.id]] {
        add(&store.db, &hooks(), lin.id, room, users).await.unwrap();
    }
    leave(&store.db, &hooks(), wei.id, room).await.unwrap();
    add(&store.db, &hooks(), lin.id, room, vec![wei.id]).await.unwrap();
    leave(&store.db, &hooks(), lin.id, room).await.unwrap();
    let roles = async || -> Vec<_> {
        let people = members(&store.db, ana.id, room, UserId(0), 9).await.unwrap().items;
        people.into_iter().map(|member| (member.user, member.role)).collect()
    };
    assert_eq!(roles().await, [(wei.id, MemberRole::Member), (ana.id, MemberRole::Admin)]);
    give_role(&store.db, ana.id, room, wei.id, MemberRole::Admin).await.unwrap();
    give_role(&store.db, wei.id, room, wei.id, MemberRole::Member).await.unwrap();
    assert_eq!(roles().await, [(wei.id, MemberRole::Member), (ana.id, MemberRole::Admin)]);
    give_role(&store.db, ana.id, room, ana.id, MemberRole::Member).await.unwrap();
    assert_eq!(roles().await, [(wei.id, MemberRole::Admin), (ana.id, MemberRole::Member)], "the other one follows");
    leave(&store.db, &hooks(), ana.id, room).await.unwrap();
    let alone = give_role(&store.db, wei.id, room, wei.id, MemberRole::Member).await.unwrap();
    assert_eq!(alone.role, MemberRole::Admin, "nobody else is there");
    assert_eq!(refused(leave(&store.db, &hooks(), wei.id, GENERAL).await), Code::Forbidden);
}

#[tokio::test]
async fn archived_and_announcement_rooms_refuse_what_is_written() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = create(&store.db, &hooks(), lin.id, "News".to_owned()).await.unwrap().id;
    join(&store.db, &hooks(), wei.id, room).await.unwrap();
    let key = fresh_key();
    let sent = store.try_send(wei.id, room, key, "before").await.unwrap();
    let announce = RoomUpdate { posting: Some(Posting::Admins), topic: Some("News only".to_owned()), ..RoomUpdate::default() };
    assert_eq!(refused(update(&store.db, wei.id, room, announce.clone()).await), Code::Forbidden);
    let changed = update(&store.db, lin.id, room, announce.clone()).await.unwrap();
    assert_eq!((changed.posting, changed.topic.as_str(), changed.name.as_str()), (Posting::Admins, "News only", "News"));
    store.forget();
    assert_eq!(update(&store.db, lin.id, room, announce).await.unwrap(), changed);
    assert_eq!(store.published(), [], "the same again tells nobody");
    assert_eq!(refused(store.try_send(wei.id, room, fresh_key(), "me too").await), Code::Forbidden);
    assert_eq!(store.try_send(wei.id, room, key, "before").await.unwrap(), sent, "what was sent is answered");
    store.send(&lin, room, "announced").await;
    archive(&store.db, lin.id, room, true).await.unwrap();
    assert_eq!(refused(store.try_send(lin.id, room, fresh_key(), "late").await), Code::Archived);
    assert_eq!(refused(crate::features::pins::store::set(&store.db, lin.id, sent.id, true).await), Code::Archived);
    assert_eq!(refused(rename(&store.db, lin.id, room, "Olds".to_owned()).await), Code::Archived);
    store.delete(&wei, sent.id).await;
    leave(&store.db, &hooks(), wei.id, room).await.unwrap();
    assert_eq!(refused(join(&store.db, &hooks(), wei.id, room).await), Code::Archived);
    let ids = |list: RoomList| list.items.into_iter().map(|room| room.id).collect::<Vec<_>>();
    assert_eq!(ids(browse(&store.db, wei.id, RoomId(0), 50, false).await.unwrap()), []);
    assert_eq!(ids(browse(&store.db, wei.id, RoomId(0), 50, true).await.unwrap()), [room]);
    archive(&store.db, lin.id, room, false).await.unwrap();
    join(&store.db, &hooks(), wei.id, room).await.unwrap();
}

#[tokio::test]
async fn newcomers_are_in_the_default_rooms() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let room = create(&store.db, &hooks(), lin.id, "Welcome".to_owned()).await.unwrap().id;
    let hidden = private(&store, lin.id, Vec::new()).await.id;
    let default = RoomUpdate { default: Some(true), ..RoomUpdate::default() };
    assert!(update(&store.db, lin.id, room, default.clone()).await.unwrap().default);
    assert_eq!(update(&store.db, lin.id, hidden, default).await.unwrap_err().field.as_deref(), Some("default"));
    let wei = store.enter("Wei").await;
    assert_eq!(joined(&store.db, wei.id).await.unwrap(), [GENERAL, room]);
    archive(&store.db, lin.id, room, true).await.unwrap();
    let ana = store.enter("Ana").await;
    assert_eq!(joined(&store.db, ana.id).await.unwrap(), [GENERAL]);
}
