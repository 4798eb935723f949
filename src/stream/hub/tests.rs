//! The hub alone: what a stream takes, how much at once, when it is woken, and when it takes nothing any more.

use super::*;
use crate::{
    database::failpoint::arm,
    features::{
        messages::model::{Body, Message},
        people::model::User,
        rooms::model::{Member, Room},
    },
    model::ids::GENERAL,
    stream::subscription::{Subscription, TAKE, Taken, Taker},
    tests::samples,
};

const QUIET: RoomId = RoomId(2);
const LIN: UserId = UserId(1);
const MEI: UserId = UserId(2);

fn message(seq: u64, room: RoomId, text: &str) -> Change {
    let message = Message { room, body: Body::default(), ..samples::message(seq, text) };
    Change { event: Event::Message(message), audience: Audience::Room(room) }
}

fn member(seq: u64, room: RoomId, user: UserId, joined: bool) -> Change {
    Change {
        event: Event::Member(Member { seq: Seq(seq), room, user, joined, ..Member::default() }),
        audience: Audience::RoomAnd(room, user),
    }
}

fn hub(frames: usize, per_session: u32) -> Arc<Hub> {
    let caps = Caps { per_session, per_address: 0 };
    Arc::new(Hub::new(Seq(0), Vec::new(), vec![(GENERAL, LIN), (GENERAL, MEI), (QUIET, LIN)], frames, 1 << 20, caps))
}

fn open(hub: &Arc<Hub>, user: UserId) -> Subscription {
    let owner = Owner { user, session: format!("session of {user}").into(), address: [127, 0, 0, 1].into() };
    let place = Subscription::open(hub, owner).expect("a place");
    assert_eq!(place.resume(hub.head()), Some(hub.head().0));
    assert_eq!(text(place.take(&mut 0, hub.head())), "");
    place
}

fn text(taken: Taken) -> String {
    match taken {
        Taken::Frames { bytes, .. } => String::from_utf8(bytes.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    }
}

fn wire(changes: &[&Change]) -> String {
    changes.iter().map(|change| String::from_utf8(encode(&change.event).to_vec()).unwrap()).collect()
}

#[test]
fn a_burst_is_taken_in_one_piece_and_only_by_who_may_see_it() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    let changes = [message(1, GENERAL, "a"), message(2, QUIET, "secret"), message(3, GENERAL, "c")];
    hub.publish(&changes);
    assert_eq!(text(lin.take(&mut 0, Seq(0))), wire(&[&changes[0], &changes[1], &changes[2]]));
    assert_eq!(text(mei.take(&mut 0, Seq(0))), wire(&[&changes[0], &changes[2]]));
    assert_eq!(
        mei.take(&mut 0, Seq(3)),
        Taken::Frames { bytes: Bytes::new(), seq: Seq(3), last: None, more: false },
        "once each"
    );
}

#[test]
fn a_stream_is_not_woken_for_what_it_may_not_see_and_its_cursor_moves_on_all_the_same() {
    let hub = hub(2, 0);
    let mei = open(&hub, MEI);
    for seq in 1..=9 {
        hub.publish(&[message(seq, QUIET, "secret")]);
    }
    assert!(!mei.slot.is_marked());
    assert_eq!(
        mei.take(&mut 0, Seq(0)),
        Taken::Frames { bytes: Bytes::new(), seq: Seq(9), last: None, more: false },
        "no overrun"
    );
}

#[test]
fn more_than_fits_is_taken_piece_by_piece_without_loss() {
    let hub = hub(64, 0);
    let lin = open(&hub, LIN);
    let big = "x".repeat(TAKE / 3);
    let huge = "y".repeat(TAKE * 2);
    let changes: Vec<Change> =
        [&big, &big, &big, &huge, &big].iter().enumerate().map(|(at, text)| message(at as u64 + 1, GENERAL, text)).collect();
    hub.publish(&changes);
    let (mut got, mut cursor, mut pieces) = (String::new(), Seq(0), 0);
    loop {
        let Taken::Frames { bytes, seq, more, .. } = lin.take(&mut 0, cursor) else { panic!() };
        assert!(bytes.len() <= TAKE || bytes.len() == encode(&changes[3].event).len(), "at most {TAKE}, or one larger frame");
        got.push_str(std::str::from_utf8(&bytes).unwrap());
        (cursor, pieces) = (seq, pieces + 1);
        if !more {
            break;
        }
    }
    assert!(got == wire(&changes.iter().collect::<Vec<_>>()), "all of it, once, in order");
    assert_eq!((cursor, pieces), (Seq(5), 4));
}

#[test]
fn a_frame_at_or_below_the_cursor_is_not_sent_again() {
    let hub = hub(64, 0);
    let lin = open(&hub, LIN);
    let changes = [message(1, GENERAL, "from the store already"), message(2, GENERAL, "new")];
    hub.publish(&changes);
    assert_eq!(text(lin.take(&mut 0, Seq(1))), wire(&[&changes[1]]));
}

#[test]
fn a_reader_that_is_too_slow_is_told_that_the_ring_has_moved_on() {
    let hub = hub(2, 0);
    let lin = open(&hub, LIN);
    for seq in 1..=3 {
        hub.publish(&[message(seq, GENERAL, "x")]);
    }
    assert_eq!(lin.take(&mut 0, Seq(0)), Taken::Overrun);
    assert_eq!((lin.resume(Seq(0)), lin.resume(Seq(1))), (None, Some(1)));
    assert_eq!(text(lin.take(&mut 1, Seq(1))).matches("data:").count(), 2);
}

#[test]
fn joining_and_going_count_from_their_own_event_on() {
    let hub = hub(64, 0);
    let mei = open(&hub, MEI);
    let changes = [message(1, QUIET, "before"), member(2, QUIET, MEI, true), message(3, QUIET, "inside")];
    hub.publish(&changes[..1]);
    assert_eq!(text(mei.take(&mut 0, Seq(0))), "");
    hub.publish(&changes[1..]);
    assert_eq!(text(mei.take(&mut 0, Seq(1))), wire(&[&changes[1], &changes[2]]));
    let gone = [message(4, QUIET, "too late to be seen"), member(5, QUIET, MEI, false), message(6, QUIET, "outside")];
    hub.publish(&gone);
    assert_eq!(text(mei.take(&mut 0, Seq(3))), wire(&[&gone[1]]), "rights are those at the take; the going itself is told");
    hub.publish(&[message(7, QUIET, "outside")]);
    assert!(!mei.slot.is_marked());
}

#[test]
fn an_ended_session_takes_nothing_and_others_go_on() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    hub.publish(&[message(1, GENERAL, "pending")]);
    hub.end_session("session of 1");
    assert_eq!(lin.take(&mut 0, Seq(0)), Taken::Ended(End::Session));
    hub.close();
    assert_eq!(lin.slot.ended(), Some(End::Session), "the end of a session outranks that of the process");
    assert_eq!(mei.slot.ended(), Some(End::Shutdown));
    assert!(text(mei.take(&mut 0, Seq(0))).contains("pending"), "what is there is still given at the end");
    assert!(
        Subscription::open(&hub, Owner { user: LIN, session: "".into(), address: [127, 0, 0, 1].into() }).is_none(),
        "no new ones"
    );
}

#[test]
fn closing_streams_leaves_the_maps_as_they_were() {
    let hub = hub(64, 2);
    for _ in 0..3 {
        let places = [open(&hub, MEI), open(&hub, MEI)];
        let third = Owner { user: MEI, session: "session of 2".into(), address: [127, 0, 0, 1].into() };
        assert!(Subscription::open(&hub, third).is_none());
        hub.publish(&[member(hub.head().0 + 1, QUIET, MEI, true)]);
        drop(places);
    }
    let inner = hub.read();
    assert!(inner.streams.is_empty() && inner.by_user.is_empty() && inner.per_address.is_empty());
    assert!(inner.by_room.values().all(FxHashMap::is_empty));
}

#[test]
fn everybody_is_woken_by_what_concerns_everybody() {
    let hub = hub(64, 0);
    let places = [open(&hub, LIN), open(&hub, MEI), open(&hub, UserId(3))];
    let user = User { seq: Seq(1), id: UserId(3), name: "Ada".to_owned(), hue: 3, active: true, ..User::default() };
    let change = Change { event: Event::User(user), audience: Audience::Everyone };
    hub.publish(std::slice::from_ref(&change));
    for place in &places {
        assert_eq!(text(place.take(&mut 0, Seq(0))), wire(&[&change]));
    }
}

#[test]
fn who_goes_after_being_found_among_a_rooms_streams_takes_nothing_of_it() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    // As with the dispatcher: what is published is marked later, and taken later still.
    hub.inbox().begins();
    let first = message(1, GENERAL, "for both");
    hub.publish(&[first.clone(), message(2, QUIET, "secret")]);
    let (slots, found) = hub.mark(&vec![(Audience::Room(GENERAL), 0)]);
    assert_eq!(slots.len(), 2);
    let take = |place: &Subscription, cursor| {
        let inner = hub.read();
        text(Taker::new(&hub, &inner, found).take(&place.slot, place.user, &mut 0, cursor))
    };
    assert_eq!(take(&mei, Seq(0)), wire(&[&first]), "found in one room says nothing of another");
    mei.slot.mark_dirty(0);

    let gone = member(3, GENERAL, MEI, false);
    hub.publish(&[gone.clone(), message(4, GENERAL, "without Mei")]);
    assert_eq!(take(&mei, Seq(0)), wire(&[&gone]), "the right is that of now");
    assert_eq!(take(&lin, Seq(3)), wire(&[&message(4, GENERAL, "without Mei")]));
}

#[test]
fn after_a_panic_while_publishing_all_streams_read_from_the_store() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    hub.publish(&[message(1, GENERAL, "a")]);
    let mut lins = 0;
    assert_ne!(text(lin.take(&mut lins, Seq(0))), "");
    arm("publish");
    hub.publish(&[message(2, GENERAL, "b"), member(3, GENERAL, MEI, false), message(4, QUIET, "c")]);
    assert_eq!(hub.head(), Seq(4));
    assert!(lin.slot.is_marked() && mei.slot.is_marked());
    assert_eq!((lin.take(&mut lins, Seq(1)), mei.take(&mut 0, Seq(0))), (Taken::Overrun, Taken::Overrun));
    assert!(!hub.may_see(MEI, Audience::Room(GENERAL)), "the rights are those of the commit");
    assert_eq!(lin.resume(Seq(3)), None);
    lins = lin.resume(Seq(4)).expect("from its head on the ring is complete");
    let next = message(5, GENERAL, "d");
    hub.publish(std::slice::from_ref(&next));
    assert_eq!(text(lin.take(&mut lins, Seq(4))), wire(&[&next]));
}

fn own(seq: u64, user: UserId) -> Change {
    let room = Room { seq: Seq(seq), id: QUIET, name: "Quiet".to_owned(), creator: None, last: 0, last_n: 0, ..Room::default() };
    Change { event: Event::Room(room), audience: Audience::User(user) }
}

#[test]
fn an_own_thing_takes_no_slot_and_sends_its_person_alone_to_the_store() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    let changes = [message(1, GENERAL, "before"), own(2, LIN), message(3, GENERAL, "after")];
    hub.publish(&changes);
    assert_eq!((hub.head(), hub.read().ring.size().0), (Seq(3), 2));
    assert_eq!(text(mei.take(&mut 0, Seq(0))), wire(&[&changes[0], &changes[2]]));
    assert_eq!(lin.take(&mut 0, Seq(0)), Taken::Overrun, "not even what comes before it, which the store has too");
    assert_eq!((lin.resume(Seq(1)), lin.resume(Seq(2))), (None, Some(1)));
    assert_eq!(text(lin.take(&mut 1, Seq(2))), wire(&[&changes[2]]));
}

#[test]
fn an_own_thing_marks_the_streams_of_its_person_alone() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    hub.publish(&[own(1, LIN)]);
    assert_eq!((lin.slot.is_marked(), mei.slot.is_marked()), (true, false));
    assert_eq!(mei.take(&mut 0, Seq(0)), Taken::Frames { bytes: Bytes::new(), seq: Seq(1), last: None, more: false });
}

#[test]
fn a_stream_that_resumes_below_an_own_thing_begins_in_the_store() {
    let hub = hub(64, 0);
    hub.remember_own(vec![(MEI, Seq(0))]);
    hub.publish(&[message(1, GENERAL, "a"), own(2, LIN), message(3, GENERAL, "b")]);
    let owner = |user: UserId| Owner { user, session: format!("session of {user}").into(), address: [127, 0, 0, 1].into() };
    let (lin, mei) = (Subscription::open(&hub, owner(LIN)).unwrap(), Subscription::open(&hub, owner(MEI)).unwrap());
    assert_eq!([lin.resume(Seq(1)), lin.resume(Seq(2)), mei.resume(Seq(1))], [None, Some(1), Some(1)]);
}

#[test]
fn own_things_that_the_ring_has_gone_past_are_forgotten() {
    let hub = hub(4, 0);
    for seq in 1..=3 * OWN_LIMIT as u64 {
        hub.publish(&[own(2 * seq, UserId(seq)), message(2 * seq + 1, GENERAL, "x")]);
    }
    assert!(hub.read().own.len() <= OWN_LIMIT, "{}", hub.read().own.len());
}

#[test]
fn who_leaves_for_good_takes_nothing_from_that_change_on_and_opens_nothing() {
    let hub = hub(64, 0);
    let (lin, mei) = (open(&hub, LIN), open(&hub, MEI));
    let user = |seq, active| {
        let user = User { seq: Seq(seq), id: LIN, active, ..User::default() };
        Change { event: Event::User(user), audience: Audience::Everyone }
    };
    let changes = [message(1, GENERAL, "before"), user(2, false), message(3, GENERAL, "after")];
    hub.publish(&changes);
    assert_eq!(lin.take(&mut 0, Seq(0)), Taken::Ended(End::Session), "not even what came before in the same commit");
    assert_eq!(text(mei.take(&mut 0, Seq(0))), wire(&changes.each_ref()));
    let again = || Subscription::open(&hub, Owner { user: LIN, session: "new".into(), address: [127, 0, 0, 1].into() });
    assert!(again().is_none());
    hub.publish(&[user(4, true)]);
    assert_eq!((again().is_some(), hub.visible_since(LIN), hub.visible_since(MEI)), (true, Seq(4), Seq(0)));
}
