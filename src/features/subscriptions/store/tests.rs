//! Subscriptions in a store: read marks, what setting one says, and to whom alone.

use super::*;
use crate::{
    database::Change,
    features::{
        people::model::User,
        rooms::store::{add, create, join, leave, remove},
    },
    model::ids::GENERAL,
    tests::store_fixture::{Fixture, hooks},
};

const FAVOURITE: SubscriptionUpdate = SubscriptionUpdate { favourite: Some(true), level: None, muted_until: None, hidden: None };

async fn general(store: &Fixture, user: &User) -> Subscription {
    of(&store.db, user.id).await.unwrap().into_iter().find(|one| one.room == GENERAL).expect("everyone is in General")
}

async fn read_to(store: &Fixture, user: &User, n: u64, basis: Option<u64>) -> Subscription {
    read_room(&store.db, user.id, GENERAL, n, basis.map(Seq)).await.unwrap()
}

async fn head(store: &Fixture) -> u64 {
    store.db.head().await.unwrap().0
}

/// Lin and Mei, and five messages of Mei in General.
async fn five_messages() -> (Fixture, User, User) {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    for n in 0..5 {
        store.send(&mei, GENERAL, &n.to_string()).await;
    }
    (store, lin, mei)
}

#[tokio::test]
async fn joining_makes_a_subscription_that_has_read_everything_so_far() {
    let (store, lin, _) = five_messages().await;
    let tea = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap().id;
    let text = store.send(&lin, tea, "hello").await;
    let ada = store.enter("Ada").await;
    store.forget();
    let member = join(&store.db, &hooks(), ada.id, tea).await.unwrap();
    let subscription = of(&store.db, ada.id).await.unwrap().remove(1);
    let begun = Subscription { seq: Seq(member.seq.0 + 1), room: tea, read: text.n, user: ada.id, ..Subscription::default() };
    assert_eq!(subscription, begun, "numbered after the membership");
    let told: Vec<Change> = store.commits.lock().unwrap().concat();
    let audiences: Vec<Audience> = told.into_iter().map(|change| change.audience).collect();
    assert_eq!(audiences, [Audience::RoomAnd(tea, ada.id), Audience::User(ada.id)]);
    assert_eq!(general(&store, &ada).await.read, 5, "also of the room that everyone is in");
    assert_eq!(unread(&store.db, ada.id).await.unwrap(), []);
    // Joining again changes nothing.
    join(&store.db, &hooks(), ada.id, tea).await.unwrap();
    assert_eq!(of(&store.db, ada.id).await.unwrap()[1], begun);
}

#[tokio::test]
async fn leaving_drops_the_subscription_and_coming_back_begins_anew() {
    let (store, lin, mei) = five_messages().await;
    let tea = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap().id;
    add(&store.db, &hooks(), lin.id, tea, vec![mei.id]).await.unwrap();
    subscribe(&store.db, mei.id, tea, SubscriptionUpdate { level: Some(Level::Nothing), ..FAVOURITE }).await.unwrap();
    let before = store.changes(Kind::Subscription).await;
    remove(&store.db, &hooks(), lin.id, tea, mei.id).await.unwrap();
    assert_eq!(store.changes(Kind::Subscription).await, before - 1);
    assert_eq!(of(&store.db, mei.id).await.unwrap().len(), 1);
    store.send(&lin, tea, "meanwhile").await;
    add(&store.db, &hooks(), lin.id, tea, vec![mei.id]).await.unwrap();
    let back = of(&store.db, mei.id).await.unwrap().remove(1);
    assert_eq!((back.read, back.level, back.favourite), (1, Level::All, false));
    leave(&store.db, &hooks(), mei.id, tea).await.unwrap();
    assert_eq!(of(&store.db, mei.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn mark_goes_up_and_down_within_the_room_and_an_equal_one_takes_no_number() {
    let (store, lin, _) = five_messages().await;
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), [(GENERAL, 0)]);
    for (n, read) in [(3, 3), (9_007, 5), (2, 2), (0, 0), (4, 4)] {
        let after = read_to(&store, &lin, n, None).await;
        assert_eq!((after.read, after.seq.0), (read, head(&store).await), "{n}");
        assert_eq!(read_to(&store, &lin, n, None).await, after, "the same again");
        assert_eq!(after.seq.0, head(&store).await);
    }
    read_to(&store, &lin, 5, None).await;
    assert_eq!(read_to(&store, &lin, 77, None).await.seq.0, head(&store).await, "as far as there are messages");
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), []);
}

#[tokio::test]
async fn mark_that_was_moved_down_stays_where_a_tab_did_not_know_of_that() {
    let (store, lin, mei) = five_messages().await;
    let known = read_to(&store, &lin, 5, None).await.seq.0;
    let lowered = read_to(&store, &lin, 2, None).await;
    let late = read_to(&store, &lin, 5, Some(known)).await;
    assert_eq!((&late, head(&store).await), (&lowered, lowered.seq.0), "the stored state, unchanged");
    assert_eq!(read_to(&store, &lin, 3, Some(lowered.seq.0 - 1)).await, lowered);
    assert_eq!(read_to(&store, &lin, 3, Some(lowered.seq.0)).await.read, 3, "who knows of it may");
    // A raise between does not make an older basis good.
    assert_eq!(read_to(&store, &lin, 5, Some(known)).await.read, 3);
    // Nor does a favourite; and a mark set without a basis is set as said.
    subscribe(&store.db, lin.id, GENERAL, FAVOURITE).await.unwrap();
    assert_eq!(read_to(&store, &lin, 5, Some(known)).await.read, 3);
    assert_eq!(read_to(&store, &lin, 5, None).await.read, 5);
    store.send(&mei, GENERAL, "more").await;
    assert_eq!(read_to(&store, &lin, 6, Some(lowered.seq.0)).await.read, 6);
}

#[tokio::test]
async fn sending_reads_to_the_message_without_a_number_of_its_own() {
    let (store, lin, mei) = five_messages().await;
    store.forget();
    let sent = store.send(&lin, GENERAL, "mine").await;
    assert_eq!(store.published(), [Event::Message(sent.clone())]);
    assert_eq!((unread(&store.db, lin.id).await.unwrap(), general(&store, &lin).await.read), (vec![], 0));
    store.send(&mei, GENERAL, "after it").await;
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), [(GENERAL, sent.n)]);
    // Also of a message that is deleted since.
    store.delete(&lin, sent.id).await;
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), [(GENERAL, sent.n)]);
    // Another change of the subscription has a newer number than the message: the mark takes it over.
    let favourite = subscribe(&store.db, lin.id, GENERAL, FAVOURITE).await.unwrap();
    assert_eq!(favourite.read, sent.n);
    // Moved below it, the mark stays there.
    store.send(&lin, GENERAL, "again").await;
    read_to(&store, &lin, 2, None).await;
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), [(GENERAL, 2)]);
    let basis = head(&store).await;
    store.send(&lin, GENERAL, "and again").await;
    let raw = read_to(&store, &lin, 2, None).await;
    assert!(raw.seq.0 > basis, "where the message counts, the same mark is one that was moved down");
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), [(GENERAL, 2)]);
}

#[tokio::test]
async fn all_rooms_are_read_at_once_and_those_that_are_take_no_number() {
    let (store, lin, mei) = five_messages().await;
    let mut rooms = vec![GENERAL];
    for name in ["Tea", "Soup", "Rice"] {
        let room = create(&store.db, &hooks(), mei.id, name.to_owned()).await.unwrap().id;
        join(&store.db, &hooks(), lin.id, room).await.unwrap();
        store.send(&mei, room, "news").await;
        rooms.push(room);
    }
    store.send(&lin, rooms[3], "an answer reads it").await;
    store.forget();
    read_all(&store.db, lin.id).await.unwrap();
    assert_eq!(unread(&store.db, lin.id).await.unwrap(), []);
    let told: Vec<(RoomId, u64)> = store
        .published()
        .into_iter()
        .map(|event| match event {
            Event::Subscription(one) => (one.room, one.read),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(told, [(rooms[0], 5), (rooms[1], 1), (rooms[2], 1)]);
    let before = head(&store).await;
    read_all(&store.db, lin.id).await.unwrap();
    assert_eq!(head(&store).await, before);
    // Only one's own.
    assert!(unread(&store.db, mei.id).await.unwrap().iter().all(|(room, _)| *room == rooms[3]));
}

#[tokio::test]
async fn what_is_left_out_stays_and_a_state_that_is_there_takes_no_number() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let begun = general(&store, &lin).await;
    store.forget();
    let nothing = SubscriptionUpdate { favourite: Some(false), ..SubscriptionUpdate::default() };
    assert_eq!(subscribe(&store.db, lin.id, GENERAL, nothing).await, Ok(begun.clone()), "as of joining");
    let on = subscribe(&store.db, lin.id, GENERAL, FAVOURITE).await.unwrap();
    assert_eq!(on, Subscription { seq: on.seq, favourite: true, ..begun });
    assert_eq!(subscribe(&store.db, lin.id, GENERAL, FAVOURITE).await, Ok(on.clone()));
    assert_eq!(subscribe(&store.db, lin.id, GENERAL, SubscriptionUpdate::default()).await, Ok(on.clone()));
    let quiet = SubscriptionUpdate {
        level: Some(Level::Mentions),
        muted_until: Some(Some(4_711)),
        hidden: Some(true),
        ..SubscriptionUpdate::default()
    };
    let quiet = subscribe(&store.db, lin.id, GENERAL, quiet).await.unwrap();
    let expected = Subscription { level: Level::Mentions, muted_until: Some(4_711), hidden: true, seq: quiet.seq, ..on.clone() };
    assert_eq!(quiet, expected);
    let cleared = SubscriptionUpdate { muted_until: Some(None), ..SubscriptionUpdate::default() };
    let cleared = subscribe(&store.db, lin.id, GENERAL, cleared).await.unwrap();
    assert_eq!(cleared, Subscription { muted_until: None, seq: cleared.seq, ..quiet.clone() });
    assert_eq!(store.published(), [on, quiet, cleared].map(Event::Subscription));
    assert!(store.commits.lock().unwrap().concat().iter().all(|change| change.audience == Audience::User(lin.id)));
}

#[tokio::test]
async fn only_members_have_subscriptions() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap().id;
    for room in [room, RoomId(99)] {
        assert_eq!(subscribe(&store.db, mei.id, room, FAVOURITE).await.unwrap_err().code, Code::NotFound);
        assert_eq!(read_room(&store.db, mei.id, room, 1, None).await.unwrap_err().code, Code::NotFound);
    }
    join(&store.db, &hooks(), mei.id, room).await.unwrap();
    assert!(subscribe(&store.db, mei.id, room, FAVOURITE).await.unwrap().favourite);
}

#[tokio::test]
async fn own_subscriptions_are_read_along_indexes_and_in_two_statements() {
    let store = Fixture::new();
    let own = store.plan(OWN, &params![1_u64]).await;
    assert!(own.contains("SEARCH s USING INDEX subscriptions_user") && !own.contains("TEMP"), "{own}");
    let named = store.plan(mentions::OF_USER, &params![1_u64]).await;
    let search = "SEARCH a USING INDEX sqlite_autoindex_mentions_1 (user_id=? AND room_id=? AND n>?)";
    assert!(named.contains(search) && !named.contains("SCAN"), "{named}");
    let lin = store.enter("Lin").await;
    let me = lin.id;
    for n in 0..30 {
        create(&store.db, &hooks(), me, n.to_string()).await.unwrap();
    }
    let count = store.db.read(move |read| {
        of_user(read, me)?;
        Ok(read.statements())
    });
    assert_eq!(count.await, Ok(2), "subscriptions, and what names me");
}

#[tokio::test]
async fn room_that_is_left_out_of_the_list_comes_back_with_the_next_message_without_a_number() {
    let store = Fixture::new();
    let (lin, mei) = (store.enter("Lin").await, store.enter("Mei").await);
    let sent = store.send(&mei, GENERAL, "before").await;
    let hide = SubscriptionUpdate { hidden: Some(true), ..SubscriptionUpdate::default() };
    let hidden = subscribe(&store.db, lin.id, GENERAL, hide).await.unwrap();
    assert_eq!((hidden.hidden, general(&store, &lin).await), (true, hidden.clone()));
    store.delete(&mei, sent.id).await;
    assert!(general(&store, &lin).await.hidden, "a deletion is no message");
    let marked = read_room(&store.db, lin.id, GENERAL, 1, None).await.unwrap();
    assert!(marked.hidden && marked.seq > hidden.seq, "nor is a read mark");
    store.forget();
    let message = store.send(&mei, GENERAL, "after").await;
    assert_eq!(store.published(), [Event::Message(message)]);
    assert_eq!(general(&store, &lin).await, Subscription { hidden: false, ..marked });
    // What is written from then on is what everyone sees.
    let marked = read_room(&store.db, lin.id, GENERAL, 2, None).await.unwrap();
    assert_eq!((marked.hidden, general(&store, &lin).await), (false, marked));
    let again = subscribe(&store.db, lin.id, GENERAL, hide).await.unwrap();
    assert!(again.hidden, "and it can be closed again");
}
