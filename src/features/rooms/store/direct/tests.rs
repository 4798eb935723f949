//! Direct rooms in a store: one for one set of people, theirs alone, and what becomes of it when somebody leaves for good.

use super::*;
use crate::{
    database::{Audience, Change},
    features::{
        people::store::deactivate,
        pins::store as pins,
        rooms::{
            model::RoomList,
            store::{self as rooms, RoomUpdate},
        },
    },
    model::{
        ids::RoomId,
        things::{Event, Kind},
    },
    tests::store_fixture::{Fixture, fresh_key, hooks},
};

async fn open(store: &Fixture, user: UserId, others: &[UserId]) -> AppResult<Room> {
    open_direct(&store.db, &hooks(), user, others.iter().copied().collect(), || Ok(())).await
}

fn refused<T: std::fmt::Debug>(answer: AppResult<T>) -> Code {
    answer.unwrap_err().code
}

#[tokio::test]
async fn direct_room_is_the_same_for_the_same_people_whoever_opens_it() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await.id, store.enter("Wei").await.id, store.enter("Ana").await.id);
    store.forget();
    let room = open(&store, wei, &[lin]).await.unwrap();
    assert_eq!((room.kind, room.name.as_str(), room.people.clone()), (RoomKind::Direct, "", vec![lin, wei]));
    let mut told = store.commits.lock().unwrap().concat();
    // What the room is to each of them is their own.
    told.retain(|change| !matches!(change.audience, Audience::User(_)));
    let audiences: Vec<_> = told.iter().map(|change| change.audience).collect();
    assert_eq!(audiences, [Audience::Room(room.id), Audience::RoomAnd(room.id, lin), Audience::RoomAnd(room.id, wei)]);
    let of = |change: &Change| match &change.event {
        Event::Member(member) => (member.role, member.as_of.clone()),
        other => panic!("{other:?}"),
    };
    assert!(told[1..].iter().all(|change| of(change) == (MemberRole::Member, Some(room.clone()))), "nobody runs it");
    store.forget();
    for (user, others) in [(lin, vec![wei]), (wei, vec![lin]), (wei, vec![lin, wei])] {
        let others: Vec<_> = others.into_iter().filter(|other| *other != user).collect();
        assert_eq!(open(&store, user, &others).await.unwrap(), room);
    }
    assert_eq!(store.published(), [], "that tells nobody");
    let three = open(&store, ana, &[wei, lin]).await.unwrap();
    assert!(three.id != room.id && three.people == [lin, wei, ana]);
    let notes = open(&store, ana, &[]).await.unwrap();
    assert_eq!((notes.people.clone(), open(&store, ana, &[]).await.unwrap()), (vec![ana], notes));
    // A read of the row gives the same as the making.
    assert_eq!(store.db.read(move |read| Ok(rooms::room(read, room.id)?)).await.unwrap(), Some(room));
}

#[tokio::test]
async fn ten_who_open_a_direct_room_at_once_are_in_one() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await.id, store.enter("Wei").await.id);
    let calls: Vec<_> = (0..10).map(|n| if n % 2 == 0 { (lin, wei) } else { (wei, lin) }).collect();
    let tasks: Vec<_> = calls
        .into_iter()
        .map(|(user, other)| {
            let db = store.db.clone();
            tokio::spawn(async move { open_direct(&db, &hooks(), user, BTreeSet::from([other]), || Ok(())).await })
        })
        .collect();
    let mut found = BTreeSet::new();
    for task in tasks {
        found.insert(task.await.unwrap().unwrap().id);
    }
    assert_eq!(found.len(), 1);
    assert_eq!(store.count("SELECT count(*) FROM rooms WHERE kind = 2").await, 1);
    assert_eq!(store.changes(Kind::Room).await, 2, "General and this one");
}

#[tokio::test]
async fn direct_room_is_its_peoples_alone_and_nobody_changes_it() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await.id, store.enter("Wei").await.id, store.enter("Ana").await.id);
    store.sql("UPDATE users SET role = 1").await;
    let room = open(&store, lin, &[wei]).await.unwrap().id;
    let sent = store.try_send(wei, room, fresh_key(), "hello").await.unwrap();
    pins::set(&store.db, lin, sent.id, true).await.unwrap();
    let (db, hooks) = (&store.db, hooks());
    for (user, code) in [(lin, Code::Forbidden), (ana, Code::NotFound)] {
        assert_eq!(refused(rooms::join(db, &hooks, user, room).await), code);
        assert_eq!(refused(rooms::leave(db, &hooks, user, room).await), code);
        assert_eq!(refused(rooms::add(db, &hooks, user, room, vec![ana]).await), code);
        assert_eq!(refused(rooms::remove(db, &hooks, user, room, wei).await), code);
        assert_eq!(refused(rooms::give_role(db, user, room, lin, MemberRole::Admin).await), code);
        assert_eq!(refused(rooms::update(db, user, room, RoomUpdate::default()).await), code);
        assert_eq!(refused(rooms::rename(db, user, room, "Ours".to_owned()).await), code);
        assert_eq!(refused(rooms::archive(db, user, room, true).await), code);
    }
    let listed = async |user| -> Vec<RoomId> {
        let rooms = rooms::list(db, user, RoomId(0), 100).await.unwrap().items;
        rooms.into_iter().map(|room| room.id).collect()
    };
    assert_eq!((listed(lin).await.len(), listed(ana).await.len()), (2, 1));
    for archived in [false, true] {
        let empty = RoomList { items: Vec::new(), next: None };
        assert_eq!(rooms::browse(db, ana, RoomId(0), 50, archived).await.unwrap(), empty);
        assert_eq!(rooms::look_for(db, lin, RoomId(0), 50, archived, "").await.unwrap(), empty);
    }
    let addable = store.db.read(move |read| Ok(rooms::addable(read, lin, &[room], false)?)).await.unwrap();
    assert_eq!(addable, [], "no invitation leads there");
}

#[tokio::test]
async fn direct_room_of_somebody_who_has_left_is_read_and_no_new_one_is_made() {
    let store = Fixture::new();
    let (lin, wei, ana) = (store.enter("Lin").await.id, store.enter("Wei").await.id, store.enter("Ana").await.id);
    let room = open(&store, lin, &[wei]).await.unwrap();
    let (key, sent) = (fresh_key(), store.try_send(lin, room.id, fresh_key(), "hello").await.unwrap());
    deactivate(&store.db, &hooks(), wei, wei).await.unwrap();
    assert_eq!(open(&store, lin, &[wei]).await.unwrap().id, room.id, "what was said can be read");
    assert_eq!(refused(store.try_send(lin, room.id, key, "still there?").await), Code::Forbidden);
    assert_eq!(refused(pins::set(&store.db, lin, sent.id, true).await), Code::Forbidden);
    let tombstone = crate::features::messages::store::delete(&store.db, &hooks(), lin, sent.id).await.unwrap();
    assert!(tombstone.deleted, "one's own message goes");
    for others in [&[wei, ana][..], &[UserId(99)]] {
        assert_eq!(refused(open(&store, lin, others).await), Code::NotFound);
    }
    assert_eq!(refused(open(&store, ana, &[wei]).await), Code::NotFound);
    let rooms = store.count("SELECT count(*) FROM rooms").await;
    let full = open_direct(&store.db, &hooks(), lin, BTreeSet::from([ana]), || Err(AppError::new(Code::StorageFull))).await;
    assert_eq!((refused(full), store.count("SELECT count(*) FROM rooms").await), (Code::StorageFull, rooms));
}

#[tokio::test]
async fn guest_writes_to_those_who_are_or_were_in_a_room_with_them() {
    let store = Fixture::new();
    let (lin, wei, guest) = (store.enter("Lin").await.id, store.enter("Wei").await.id, store.enter("Ana").await.id);
    store.sql("UPDATE users SET role = 4 WHERE id = 3; UPDATE members SET joined = 0 WHERE user_id = 3").await;
    let room = rooms::create(&store.db, &hooks(), lin, "Tea".to_owned()).await.unwrap().id;
    rooms::add(&store.db, &hooks(), lin, room, vec![guest]).await.unwrap();
    open(&store, guest, &[lin]).await.unwrap();
    assert_eq!(refused(open(&store, guest, &[wei]).await), Code::NotFound);
    assert_eq!(refused(open(&store, guest, &[lin, wei]).await), Code::NotFound);
    open(&store, guest, &[]).await.unwrap();
    rooms::join(&store.db, &hooks(), wei, room).await.unwrap();
    rooms::leave(&store.db, &hooks(), wei, room).await.unwrap();
    open(&store, guest, &[wei]).await.unwrap();
}
