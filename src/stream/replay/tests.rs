//! Catch-up: rights, order, pages; and the law that what changed since then, applied to what was then, is what is now.

use super::*;
use crate::{
    features::{
        messages::{
            model::{Message, PageRange},
            store::{self as messages, page},
        },
        people::{
            model::{Role, User},
            store as people,
        },
        pins::{model::Pin, store as pins},
        rooms::{
            model::{Member, MemberRole, RoomKind},
            store::{self as rooms, NewRoom, add, archive, create, give_role, join, joined, leave, remove, rename},
        },
        server::SOURCES,
        subscriptions::store::{self as subscriptions, SubscriptionUpdate},
    },
    model::{
        ids::{GENERAL, MessageId},
        things::Event,
    },
    tests::{
        law::{Browser, Snapshot},
        store_fixture::{Fixture, hooks},
    },
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Everything `me` may see, read table by table.
async fn fetch(store: &Fixture, me: UserId) -> Snapshot {
    let rooms = store.db.read(move |read| Ok(rooms::visible(read, me)?)).await.unwrap();
    let users = people::directory(&store.db, me, UserId(0), 1_000).await.unwrap().items;
    let subscriptions = subscriptions::of(&store.db, me).await.unwrap();
    let unread = subscriptions::unread(&store.db, me).await.unwrap().into_iter().collect();
    // A guest may not be in General.
    let pinned = pins::excerpts(&store.db, me, GENERAL).await.map(|list| list.items).unwrap_or_default();
    let mut fetched = Snapshot {
        pinned,
        unread,
        rooms: rooms.into_iter().map(|room| (room.id, room)).collect(),
        users: users.into_iter().map(|user| (user.id, user)).collect(),
        joined: joined(&store.db, me).await.unwrap().into_iter().collect(),
        admin_of: store.db.read(move |read| Ok(rooms::admin_of(read, me)?)).await.unwrap().into_iter().collect(),
        subscriptions: subscriptions.into_iter().map(|subscription| (subscription.room, subscription)).collect(),
        ..Snapshot::default()
    };
    for room in fetched.joined.clone() {
        let (messages, pins) = history(store, me, room).await;
        fetched.messages.extend(messages.into_iter().map(|message| (message.id, message)));
        fetched.pins.extend(pins.into_iter().map(|pin| (pin.message, pin)));
    }
    fetched
}

/// The messages of a room and their pins.
async fn history(store: &Fixture, me: UserId, room: RoomId) -> (Vec<Message>, Vec<Pin>) {
    let (mut all, mut pins, mut range) = (BTreeMap::new(), Vec::new(), PageRange::Newest);
    loop {
        let page = page(&store.db, &hooks(), me, room, range, 100).await.unwrap();
        if let Some(first) = page.messages.first() {
            range = PageRange::Before(first.id);
        }
        all.extend(page.messages.into_iter().map(|message| (message.id, message)));
        pins.extend(page.pins);
        if page.at_start {
            return (all.into_values().collect(), pins);
        }
    }
}

/// Catches up in pages of `limit`, as a stream does; a room joined on the way is fetched, as the browser does.
async fn follow(store: &Fixture, me: UserId, browser: &Browser, mut after: Seq, limit: usize) {
    let head = store.db.head().await.unwrap();
    let expected = count_pending(&store.db, me, after, usize::MAX / 2).await.unwrap();
    let mut replayed = 0;
    loop {
        let caught = replay(&store.db, SOURCES, me, after, limit).await.unwrap();
        assert!(caught.events.len() <= limit && caught.scanned >= caught.events.len());
        assert_eq!(caught.head, head);
        replayed += caught.events.len();
        for Change { event, .. } in caught.events {
            assert!(event.seq() > after && event.seq() <= caught.cursor, "rising, and never past the cursor");
            after = event.seq();
            // Of somebody who comes into a guest's sight the browser asks.
            let joined = matches!(&event, Event::Member(member) if member.joined);
            if let Some(room) = browser.apply(event) {
                let (messages, pins) = history(store, me, room).await;
                browser.load(room, messages, pins);
            }
            if joined {
                let seen = people::directory(&store.db, me, UserId(0), 1_000).await.unwrap().items;
                for user in seen {
                    browser.apply(Event::User(user));
                }
            }
            if browser.wants_pins() {
                // A guest may not be in General.
                if let Ok(list) = pins::excerpts(&store.db, me, GENERAL).await {
                    browser.load_pins(list);
                }
            }
        }
        after = caught.cursor;
        assert_eq!(caught.more, after < head);
        if !caught.more {
            break;
        }
    }
    assert_eq!(after, head);
    assert_eq!(replayed, expected, "count_pending counts what is replayed");
}

#[derive(Debug, Clone)]
enum Step {
    Enter,
    Send(usize, usize),
    Delete(usize),
    Create(usize, bool),
    Direct(usize, usize, usize),
    Leave(usize, usize),
    Add(usize, usize, usize),
    Remove(usize, usize, usize),
    GiveRole(usize, usize, usize, bool),
    Archive(usize, usize, bool),
    Rename(usize, usize),
    Join(usize, usize),
    Pin(usize, usize, bool),
    Favour(usize, usize, bool),
    Read(usize, usize, u64, bool),
    ReadAll(usize),
    Recolour(usize, u8),
    Rank(usize, bool),
    /// By an invitation for guests.
    EnterGuest(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let some = || 0..1_000_usize;
    prop_oneof![
        1 => Just(Step::Enter),
        6 => (some(), some()).prop_map(|(user, room)| Step::Send(user, room)),
        2 => some().prop_map(Step::Delete),
        2 => (some(), any::<bool>()).prop_map(|(user, private)| Step::Create(user, private)),
        2 => (some(), some(), some()).prop_map(|(by, one, other)| Step::Direct(by, one, other)),
        1 => (some(), some()).prop_map(|(user, room)| Step::Leave(user, room)),
        2 => (some(), some(), some()).prop_map(|(by, room, user)| Step::Add(by, room, user)),
        2 => (some(), some(), some()).prop_map(|(by, room, user)| Step::Remove(by, room, user)),
        1 => (some(), some(), some(), any::<bool>()).prop_map(|(by, room, user, admin)| Step::GiveRole(by, room, user, admin)),
        1 => (some(), some(), any::<bool>()).prop_map(|(by, room, on)| Step::Archive(by, room, on)),
        1 => (some(), some()).prop_map(|(user, room)| Step::Rename(user, room)),
        2 => (some(), some()).prop_map(|(user, room)| Step::Join(user, room)),
        2 => (some(), some(), any::<bool>()).prop_map(|(user, message, on)| Step::Pin(user, message, on)),
        2 => (some(), some(), any::<bool>()).prop_map(|(user, room, on)| Step::Favour(user, room, on)),
        4 => (some(), some(), 0..6_u64, any::<bool>()).prop_map(|(user, room, n, known)| Step::Read(user, room, n, known)),
        1 => some().prop_map(Step::ReadAll),
        2 => (some(), 0..10_u8).prop_map(|(user, hue)| Step::Recolour(user, hue)),
        1 => (some(), any::<bool>()).prop_map(|(user, guest)| Step::Rank(user, guest)),
        3 => some().prop_map(Step::EnterGuest),
    ]
}

#[derive(Default)]
struct World {
    users: Vec<User>,
    rooms: Vec<RoomId>,
    sent: Vec<(User, MessageId)>,
    steps: usize,
}

impl World {
    /// Does a step; one that is refused (no member, not the creator) changes nothing, which is part of the law too.
    async fn step(&mut self, store: &Fixture, step: Step) {
        self.steps += 1;
        let name = format!("p{}", self.steps);
        let user = |n: usize| self.users[n % self.users.len()].clone();
        let room = |n: usize| self.rooms[n % self.rooms.len()];
        match step {
            Step::Enter => self.users.push(store.enter(&name).await),
            Step::Send(by, to) => {
                let (by, to) = (user(by), room(to));
                if let Ok(sent) = store.try_send(by.id, to, crate::tests::store_fixture::fresh_key(), &name).await {
                    self.sent.push((by, sent.id));
                }
            }
            Step::Delete(n) if !self.sent.is_empty() => {
                let (by, id) = self.sent[n % self.sent.len()].clone();
                // An author who has left the room can delete nothing there.
                let _ = messages::delete(&store.db, &hooks(), by.id, id).await;
            }
            Step::Delete(_) => {}
            Step::Create(by, private) => {
                let kind = if private { RoomKind::Private } else { RoomKind::Open };
                let new = NewRoom { name, kind, ..NewRoom::default() };
                // A guest opens none.
                self.rooms.extend(create(&store.db, &hooks(), user(by).id, new).await.map(|room| room.id));
            }
            Step::Direct(by, one, other) => {
                let by = user(by).id;
                let others = [user(one).id, user(other).id].into_iter().filter(|other| *other != by).collect();
                // A guest does not see everybody.
                let room = rooms::open_direct(&store.db, &hooks(), by, others, || Ok(())).await;
                self.rooms.extend(room.map(|room| room.id).ok().filter(|room| !self.rooms.contains(room)));
            }
            Step::Leave(by, which) => drop(leave(&store.db, &hooks(), user(by).id, room(which)).await),
            Step::Add(by, which, who) => drop(add(&store.db, &hooks(), user(by).id, room(which), vec![user(who).id]).await),
            Step::Remove(by, which, who) => {
                drop(remove(&store.db, &hooks(), user(by).id, room(which), user(who).id).await);
            }
            Step::GiveRole(by, which, who, admin) => {
                let role = if admin { MemberRole::Admin } else { MemberRole::Member };
                drop(give_role(&store.db, user(by).id, room(which), user(who).id, role).await);
            }
            Step::Archive(by, which, on) => drop(archive(&store.db, user(by).id, room(which), on).await),
            Step::Rename(by, which) => drop(rename(&store.db, user(by).id, room(which), name).await),
            Step::Pin(by, which, on) if !self.sent.is_empty() => {
                let (_, id) = self.sent[which % self.sent.len()];
                drop(pins::set(&store.db, user(by).id, id, on).await);
            }
            Step::Pin(..) => {}
            Step::Favour(by, which, on) => {
                let (favourite, hidden) = if which % 2 == 0 { (Some(on), None) } else { (None, Some(on)) };
                let wanted = SubscriptionUpdate { favourite, hidden, ..SubscriptionUpdate::default() };
                drop(subscriptions::subscribe(&store.db, user(by).id, room(which), wanted).await);
            }
            Step::Read(by, which, n, known) => {
                // From a page that knows of everything, or from one that has heard nothing for a while.
                let basis = if known { store.db.head().await.unwrap() } else { Seq(9) };
                drop(subscriptions::read_room(&store.db, user(by).id, room(which), n, Some(basis)).await);
            }
            Step::ReadAll(by) => subscriptions::read_all(&store.db, user(by).id).await.unwrap(),
            Step::Recolour(by, hue) => drop(people::update(&store.db, user(by).id, None, Some(hue)).await),
            Step::EnterGuest(which) => self.users.extend(store.enter_guest(&name, self.users[0].id, room(which)).await),
            Step::Rank(who, guest) => {
                let role = if guest { Role::Guest } else { Role::Member };
                drop(people::give_role(&store.db, &hooks(), self.users[0].id, user(who).id, role).await);
            }
            Step::Join(by, which) => drop(join(&store.db, &hooks(), user(by).id, room(which)).await),
        }
    }
}

/// The number of the change from which on a person sees what they see now.
async fn visible_since(store: &Fixture, user: UserId) -> Seq {
    let sights = people::sights(&store.db).await.unwrap();
    sights.into_iter().find(|(id, _)| *id == user).map_or(Seq(0), |(_, sight)| sight.since)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_changed_applied_to_what_was_is_what_is(
        before in prop::collection::vec(step(), 0..40),
        after in prop::collection::vec(step(), 0..40),
        who in 0..1_000_usize,
        limit in prop::sample::select(vec![1_usize, 2, 7, 500]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let store = Fixture::new();
            let mut world = World { rooms: vec![GENERAL], ..World::default() };
            world.step(&store, Step::Enter).await;
            let owner = "UPDATE users SET role = 1 WHERE id = 1";
            store.db.write(move |write| Ok(write.script(owner)?)).await.unwrap();
            for step in before {
                world.step(&store, step).await;
            }
            let me = world.users[who % world.users.len()].id;
            let then = store.db.head().await.unwrap();
            let known = fetch(&store, me).await;
            for step in after {
                world.step(&store, step).await;
            }
            let now = fetch(&store, me).await.without_hints();
            // Of people out of sight a guest's browser keeps what it knew.
            let snapshot = |browser: &Browser| {
                let mut snapshot = browser.snapshot().without_hints();
                snapshot.users.retain(|user, _| now.users.contains_key(user));
                snapshot
            };
            // A reader who sees otherwise than then is told to fetch.
            if visible_since(&store, me).await <= then {
                let browser = Browser::new(me, &known);
                follow(&store, me, &browser, then, limit).await;
                assert_eq!(snapshot(&browser), now);
            }
            // From nothing, and twice: the same.
            let browser = Browser::new(me, &Snapshot::default());
            for _ in 0..2 {
                follow(&store, me, &browser, Seq(0), limit).await;
                assert_eq!(snapshot(&browser), now);
            }
        });
    }
}

#[tokio::test]
async fn nothing_of_rooms_one_is_not_in_comes_but_that_they_exist() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let room = create(&store.db, &hooks(), lin.id, "Ours".to_owned()).await.unwrap();
    store.send(&lin, room.id, "secret").await;
    let caught = replay(&store.db, SOURCES, wei.id, Seq(0), 500).await.unwrap();
    let of_it: Vec<_> = caught.events.iter().filter(|change| matches!(&change.event, Event::Message(_))).collect();
    assert_eq!(of_it, Vec::<&Change>::new());
    let members: Vec<_> =
        caught.events.iter().filter_map(|c| if let Event::Member(m) = &c.event { Some(m.room) } else { None }).collect();
    assert_eq!(members, [GENERAL, GENERAL]);
    assert!(caught.events.iter().any(|change| matches!(&change.event, Event::Room(found) if found.id == room.id)));
    assert_eq!((caught.cursor, caught.more), (store.db.head().await.unwrap(), false));
    let private = NewRoom { name: "Hidden".to_owned(), kind: RoomKind::Private, ..NewRoom::default() };
    let private = create(&store.db, &hooks(), lin.id, private).await.unwrap().id;
    let after = caught.cursor;
    assert_eq!(replay(&store.db, SOURCES, wei.id, after, 500).await.unwrap().events, [], "of a private room not even that");
    add(&store.db, &hooks(), lin.id, private, vec![wei.id]).await.unwrap();
    remove(&store.db, &hooks(), lin.id, private, wei.id).await.unwrap();
    let caught = replay(&store.db, SOURCES, wei.id, after, 500).await.unwrap();
    assert!(matches!(&caught.events[..], [Change { event: Event::Member(Member { joined: false, as_of: None, .. }), .. }]));
}

#[tokio::test]
async fn a_replay_tells_the_same_audiences_as_the_hub_was_told() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let room = create(&store.db, &hooks(), lin.id, "Tea".to_owned()).await.unwrap();
    store.send(&lin, room.id, "hi").await;
    let told = store.commits.lock().unwrap().concat();
    let caught = replay(&store.db, SOURCES, lin.id, Seq(1), 500).await.unwrap();
    // The room's hint has moved on meanwhile; all else is the same to the letter.
    let strip = |changes: Vec<Change>| -> Vec<Change> {
        let strip = |mut change: Change| {
            match &mut change.event {
                Event::Room(room) | Event::Member(Member { as_of: Some(room), .. }) => (room.last, room.last_n) = (0, 0),
                _ => {}
            }
            change
        };
        changes.into_iter().map(strip).collect()
    };
    assert_eq!(strip(caught.events), strip(told));
}

#[tokio::test]
async fn a_deleted_text_is_in_no_replay() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let sent = store.send(&lin, GENERAL, "secret").await;
    store.send(&lin, GENERAL, "after").await;
    let gone = store.delete(&lin, sent.id).await;
    for changes in
        [replay(&store.db, SOURCES, lin.id, Seq(0), 500).await.unwrap().events, newest(&store.db, SOURCES, 500).await.unwrap().0]
    {
        assert!(!format!("{changes:?}").contains("secret"));
        assert_eq!(changes.last().map(|change| change.event.clone()), Some(Event::Message(gone.clone())));
    }
}

#[tokio::test]
async fn a_page_of_long_texts_ends_early_and_the_next_goes_on_behind_it() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let long = "x".repeat(crate::features::messages::model::MAX_TEXT);
    let mut sent = Vec::new();
    for _ in 0..30 {
        sent.push(store.send(&lin, GENERAL, &long).await.id);
    }
    let (mut after, mut got, mut ranges) = (sent[0].0 - 1, Vec::new(), 0);
    while after < store.db.head().await.unwrap().0 {
        let caught = replay(&store.db, SOURCES, lin.id, Seq(after), 500).await.unwrap();
        assert!(caught.events.len() * long.len() < PAGE_BYTES + long.len(), "{} at once", caught.events.len());
        got.extend(caught.events.iter().map(|change| MessageId(change.event.seq().0)));
        assert!(caught.cursor.0 > after && caught.more == (caught.cursor < caught.head));
        (after, ranges) = (caught.cursor.0, ranges + 1);
    }
    assert_eq!(got, sent);
    assert!(ranges > 2);
}

#[tokio::test]
async fn the_newest_changes_come_without_a_hole() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    for n in 0..30 {
        let room = create(&store.db, &hooks(), lin.id, n.to_string()).await.unwrap();
        store.send(&lin, room.id, "hi").await;
    }
    let all = newest(&store.db, SOURCES, 1_000).await.unwrap().0;
    let own = store.changes(Kind::Subscription).await;
    let head = store.db.head().await.unwrap().0;
    assert_eq!(all.len() as u64, head - own, "each change so far is the newest of its thing, and own things are not in it");
    assert!(all.is_sorted_by_key(|change| change.event.seq()));
    let (last, floor) = newest(&store.db, SOURCES, 17).await.unwrap();
    assert_eq!((&last[..], floor), (&all[all.len() - 17..], Seq(last[0].event.seq().0 - 1)));
    assert_eq!(newest(&store.db, SOURCES, 1_000).await.unwrap().1, Seq(0), "all there are");
    assert_eq!(newest(&store.db, SOURCES, 0).await.unwrap().0, []);
}

#[tokio::test]
async fn counting_stops_at_the_cap_and_a_cursor_ahead_stays() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    for _ in 0..20 {
        store.send(&lin, GENERAL, "hi").await;
    }
    assert_eq!(count_pending(&store.db, lin.id, Seq(0), 5).await, Ok(5));
    assert_eq!(count_pending(&store.db, lin.id, Seq(0), 1_000).await, Ok(24));
    let ahead = Seq(crate::model::ids::MAX_NUMBER);
    assert_eq!(count_pending(&store.db, lin.id, ahead, 5).await, Ok(0));
    let caught = replay(&store.db, SOURCES, lin.id, ahead, 5).await.unwrap();
    assert_eq!((caught.events.len(), caught.cursor, caught.more), (0, ahead, false));
}

/// How many statements a read runs.
async fn statements<T>(store: &Fixture, work: impl FnOnce(&Read<'_>) -> database::Result<T> + Send + 'static) -> u32 {
    let count = store.db.read(|read| {
        work(read)?;
        Ok(read.statements())
    });
    count.await.unwrap()
}

#[tokio::test]
async fn a_read_runs_as_many_statements_for_many_rooms_as_for_few() {
    let store = Fixture::new();
    let lin = store.enter("Lin").await;
    let (me, mut counts) = (lin.id, Vec::new());
    for rooms in [2, 60] {
        for n in 0..rooms {
            let room = create(&store.db, &hooks(), me, format!("{rooms} {n}")).await.unwrap();
            for text in ["one", "two", "three"] {
                store.send(&lin, room.id, text).await;
            }
        }
        let page = statements(&store, move |read| read_page(read, SOURCES, me, Seq(0), 500)).await;
        let ring = statements(&store, |read| read_newest(read, SOURCES, 500)).await;
        let counted = statements(&store, move |read| count_visible(read, me, Seq(0), 1_000)).await;
        counts.push((page, ring, counted));
    }
    // The head, whether it is a guest, both walks, five kinds and unread mentions: of two rooms in one go, of sixty-two in four.
    assert_eq!(counts, [(10, 6, 3), (25, 15, 3)]);
}

#[tokio::test]
async fn changes_are_found_along_their_indexes() {
    let store = Fixture::new();
    let plan = async |sql: &str| {
        let places = (1..=4).filter(|place| sql.contains(&format!("?{place}"))).count();
        store.plan(sql, &params![1_u64, 2_u64, 3_u64, 4_u64][..places]).await
    };
    for sql in [SHARED, COUNT_SHARED, NEWEST] {
        let plan = plan(sql).await;
        assert!(plan.contains("SEARCH c USING COVERING INDEX changes_room (room_id=? AND seq>?"), "{plan}");
    }
    for sql in [OWN, COUNT_OWN] {
        let plan = plan(sql).await;
        assert!(plan.contains("SEARCH c USING COVERING INDEX changes_user (user_id=? AND seq>?"), "{plan}");
        assert!(!plan.contains("TEMP"), "{plan}");
    }
    let plan = plan(NEWEST_OWN).await;
    assert!(plan.contains("SEARCH c USING COVERING INDEX changes_user (user_id=?)"), "{plan}");
}

#[tokio::test]
async fn an_own_thing_is_replayed_to_its_person_alone_and_in_order() {
    let store = Fixture::new();
    let (lin, wei) = (store.enter("Lin").await, store.enter("Wei").await);
    let start = store.db.head().await.unwrap();
    let mut seqs = Vec::new();
    for n in 0..4 {
        let room = create(&store.db, &hooks(), lin.id, n.to_string()).await.unwrap();
        store.publish_own(room.id, lin.id).await;
        seqs.push(store.send(&lin, GENERAL, "hi").await.seq);
    }
    let of = |user| replay(&store.db, SOURCES, user, start, 500);
    let (own, others) = (of(lin.id).await.unwrap(), of(wei.id).await.unwrap());
    assert!(own.events.is_sorted_by_key(|change| change.event.seq()));
    let own_things =
        |replay: &Replay| replay.events.iter().filter(|change| matches!(change.event, Event::Subscription(_))).count();
    assert_eq!((own_things(&own), own_things(&others)), (4, 0));
    assert_eq!((own.cursor, others.cursor), (seqs[3], seqs[3]));
    assert!(
        own.events
            .iter()
            .filter(|change| matches!(change.event, Event::Subscription(_)))
            .all(|change| { change.audience == Audience::User(lin.id) })
    );
    // The ring begins without them; what is remembered is where they are.
    let ring = newest(&store.db, SOURCES, 500).await.unwrap().0;
    assert!(ring.iter().all(|change| change.audience != Audience::User(lin.id)));
    let newest_own = newest_own(&store.db, start).await.unwrap();
    assert_eq!(newest_own, [(lin.id, Seq(seqs[3].0 - 1))]);
}
