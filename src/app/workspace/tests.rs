//! What the workspace promises, without a browser: events in, signals out.

use super::*;
use crate::{
    features::{
        messages::{
            model::{Body, Message, Page as MessagePage, PageRange},
            room_view::RowHandle,
            timeline::{Content, Delivery, Row},
        },
        people::model::User,
        rooms::model::{Member, Room},
        workspace::model::WorkspaceState,
    },
    model::{
        ids::{ClientKey, MessageId, RoomId, Seq, UserId},
        initial_data::{Theme, Workspace as Data, Zone},
        lang::Lang,
        scope::Scope,
        things::{PageData, Pin, Subscription},
    },
    tests::samples,
};

const ME: UserId = UserId(1);
const LIN: UserId = UserId(2);
const HERE: RoomId = RoomId(1);
const THERE: RoomId = RoomId(3);

fn user(id: UserId, seq: u64, name: &str) -> User {
    User { seq: Seq(seq), id, name: name.into(), hue: 4, ..User::default() }
}

fn room(id: RoomId, seq: u64, name: &str) -> Room {
    Room { seq: Seq(seq), id, name: name.into(), creator: None, last: 0, last_n: 0, ..Room::default() }
}

fn message(id: u64, author: UserId) -> Message {
    Message { author, ..samples::message(id, &id.to_string()) }
}

fn workspace(messages: Vec<Message>) -> Data {
    let head = Seq(10);
    Data {
        workspace: WorkspaceState::default(),
        me: user(ME, 1, "Me"),
        session: "5d1c".into(),
        store: "8c1e".into(),
        head,
        rooms: vec![room(THERE, 3, "There"), room(HERE, 1, "General")],
        joined: vec![HERE, THERE],
        admin_of: vec![THERE],
        members: Vec::new(),
        subscriptions: Vec::new(),
        next: None,
        users: vec![user(LIN, 2, "Lin")],
        place: InitialScreen::Room {
            room: HERE,
            page: MessagePage { messages, at_start: true, at_end: true, head, members: Some(2), ..MessagePage::default() },
            target: None,
            key: ClientKey([7; 16]).to_string(),
        },
        beside: PageData::default(),
    }
}

fn boot(workspace: Data) -> Boot {
    let view = View::Workspace(Box::new(workspace));
    Boot { lang: Lang::En, theme: Theme::System, zone: Zone::utc(), now: 0, build: "b".into(), view, refused: None }
}

/// The state of a page with two messages; the owner keeps its signals alive.
fn page() -> (Owner, Workspace) {
    let owner = Owner::new();
    owner.set();
    let state = Workspace::from_boot(boot(workspace(vec![message(4, LIN), message(5, ME)]))).unwrap();
    (owner, state)
}

fn rows(state: &Workspace) -> Vec<RowHandle> {
    state.features.messages.view.get_untracked().unwrap().rows.get_untracked()
}

fn texts(state: &Workspace) -> Vec<String> {
    let text = |row: &Row| match &row.content {
        Content::Plain(text) => text.clone(),
        Content::Body(body) => body.words(usize::MAX).trim().to_owned(),
    };
    rows(state).iter().map(|handle| handle.row.with_untracked(text)).collect()
}

#[test]
fn enter_page_has_no_workspace() {
    let boot = Boot { view: View::Enter, ..boot(workspace(Vec::new())) };
    assert!(Workspace::from_boot(boot).is_none());
}

#[test]
fn page_is_drawn_from_its_data_alone() {
    let (_owner, state) = page();
    assert_eq!(texts(&state), ["4", "5"]);
    assert_eq!(state.features.rooms.all.get_untracked().iter().map(|room| room.id).collect::<Vec<_>>(), [HERE, THERE]);
    assert_eq!(state.features.people.name(LIN).get_untracked(), "Lin");
    assert_eq!(state.features.people.name(ME).get_untracked(), "Me");
    assert_eq!(state.location.screen.get_untracked(), Screen::Room(HERE));
}

#[test]
fn people_of_a_room_are_counted_as_they_join_and_leave() {
    let (_owner, state) = page();
    let count = state.features.messages.view.get_untracked().unwrap().members;
    assert_eq!(count.get_untracked(), 2);
    let member = |seq, joined| Event::Member(Member { seq: Seq(seq), room: HERE, user: UserId(7), joined, ..Member::default() });
    state.apply(member(10, true));
    assert_eq!(count.get_untracked(), 2, "the page has counted that");
    state.apply(member(11, true));
    assert_eq!(count.get_untracked(), 3);
    state.apply(member(12, false));
    assert_eq!(count.get_untracked(), 2);
}

#[test]
fn event_changes_one_row_and_leaves_the_others_their_handles() {
    let (_owner, state) = page();
    let before = rows(&state);
    state.apply(Event::Message(message(11, LIN)));
    assert_eq!(texts(&state), ["4", "5", "11"]);
    let after = rows(&state);
    for (old, new) in before.iter().zip(&after) {
        new.row.update_untracked(|row| row.at = 99);
        assert_eq!(old.row.with_untracked(|row| row.at), 99, "the same signal");
    }
}

#[test]
fn pending_message_becomes_the_confirmed_one_in_the_same_row() {
    let (_owner, state) = page();
    let (mine, pending) = (message(11, ME), state.features.messages.pending());
    pending.outbox(HERE.into(), |outbox| outbox.push(mine.key, "typed".into(), 20));
    state.features.messages.draw(HERE.into());
    assert_eq!(texts(&state), ["4", "5", "typed"]);
    let pending = rows(&state).pop().unwrap();
    assert_eq!(pending.row.with_untracked(|row| row.delivery), Delivery::Pending { slow: false });
    state.apply(Event::Message(mine.clone()));
    state.apply(Event::Message(mine));
    assert_eq!(texts(&state), ["4", "5", "11"]);
    assert_eq!(pending.row.with_untracked(|row| (row.id, row.delivery)), (Some(MessageId(11)), Delivery::Sent));
}

#[test]
fn message_is_shown_once_when_a_stored_outbox_still_holds_it() {
    let (_owner, state) = page();
    state.features.messages.pending().outbox(HERE.into(), |outbox| outbox.push(message(5, ME).key, "5".into(), 5));
    state.features.messages.draw(HERE.into());
    assert_eq!(texts(&state), ["4", "5"]);
}

#[test]
fn deleted_message_leaves_the_list() {
    let (_owner, state) = page();
    let gone = Message { seq: Seq(12), deleted: true, text: String::new(), body: Body::default(), ..message(4, LIN) };
    state.apply(Event::Message(gone));
    assert_eq!(texts(&state), ["5"]);
}

#[test]
fn lost_room_takes_along_what_was_known_of_it() {
    let (_owner, state) = page();
    let member = |seq, joined| Event::Member(Member { seq: Seq(seq), room: HERE, user: ME, joined, ..Member::default() });
    state.apply(member(12, false));
    assert_eq!(state.location.screen.get_untracked(), Screen::NotJoined(HERE));
    assert!(state.features.messages.view.with_untracked(Option::is_none));
    assert!(state.features.messages.loaded(HERE).is_empty());
    assert!(!state.features.rooms.is_joined(HERE));
    state.apply(member(11, true));
    assert!(!state.features.rooms.is_joined(HERE), "an older change is not taken");
}

#[test]
fn membership_of_another_person_changes_no_screen() {
    let (_owner, state) = page();
    state.apply(Event::Member(Member { seq: Seq(12), room: HERE, user: LIN, joined: false, ..Member::default() }));
    assert_eq!(state.location.screen.get_untracked(), Screen::Room(HERE));
}

#[test]
fn resync_makes_a_window_live_again_and_drops_lost_rooms() {
    let (_owner, state) = page();
    let messages = state.features.messages;
    state.features.reset(false);
    let scope = Scope::from(HERE);
    let range = messages.range_to_resync(scope, messages.is_at_end(scope));
    assert_eq!(range, PageRange::Newest);
    let request = messages.begin(scope, range).unwrap();
    // The stream goes on while the page is on its way, and says of one membership what the page does not know yet.
    state.apply(Event::Message(message(21, LIN)));
    state.apply(Event::Member(Member { seq: Seq(22), room: THERE, user: ME, joined: false, ..Member::default() }));
    let page = MessagePage {
        messages: [5, 9, 20].map(|id| message(id, LIN)).into(),
        at_start: true,
        at_end: true,
        head: Seq(20),
        ..MessagePage::default()
    };
    state.take(Data { head: Seq(20), ..workspace(Vec::new()) });
    assert!(messages.complete(scope, request, page));
    messages.draw(scope);
    assert_eq!(texts(&state), ["5", "9", "20", "21"]);
    assert_eq!(state.features.rooms.joined.get_untracked().iter().map(|(room, ())| room).collect::<Vec<_>>(), [HERE]);
}

fn pin(id: u64, seq: u64) -> Event {
    Event::Pin(Pin { seq: Seq(seq), message: MessageId(id), room: HERE, on: true, by: LIN, at: 0 })
}

/// Messages of the list of pins, and whether the row of each says who has pinned it.
fn pins(state: &Workspace) -> Vec<(u64, bool)> {
    let pins = state.features.pins;
    pins.list(HERE).iter().map(|item| (item.message.0, pins.pinned(item.message) == (true, Some(LIN)))).collect()
}

#[test]
fn pin_stands_in_its_row_and_in_the_list() {
    let (_owner, state) = page();
    state.apply(pin(4, 11));
    state.apply(pin(5, 12));
    assert_eq!(pins(&state), [(5, true), (4, true)]);
}

#[test]
fn deleted_message_has_no_pin_however_late_it_comes() {
    let (_owner, state) = page();
    state.apply(pin(4, 11));
    let tombstone = Message { seq: Seq(13), deleted: true, body: Body::default(), text: String::new(), ..message(4, LIN) };
    state.apply(Event::Message(tombstone));
    assert_eq!(pins(&state), []);
    // Such as the answer to one's own press, which the deletion has overtaken.
    state.apply(pin(4, 12));
    assert_eq!((pins(&state), state.features.pins.pinned(MessageId(4))), (vec![], (false, None)));
}

#[test]
fn favourite_of_a_room_that_was_lost_since_the_answer_was_read_does_not_return() {
    let (_owner, state) = page();
    let favourite = |room| Subscription { seq: Seq(9), room, favourite: true, user: ME, ..Subscription::default() };
    let mut answer = workspace(Vec::new());
    answer.beside.subscriptions = vec![favourite(HERE), favourite(THERE)];
    state.apply(Event::Member(Member { seq: Seq(11), room: THERE, user: ME, joined: false, ..Member::default() }));
    state.features.take(&mut answer);
    assert_eq!((state.features.subscriptions.contains(HERE), state.features.subscriptions.contains(THERE)), (true, false));
}

#[test]
fn favourite_comes_with_the_membership_of_its_room() {
    let owner = Owner::new();
    owner.set();
    let state = Workspace::from_boot(boot(Data { joined: vec![HERE], ..workspace(Vec::new()) })).unwrap();
    let mut answer = workspace(Vec::new());
    answer.beside.subscriptions =
        vec![Subscription { seq: Seq(9), room: THERE, favourite: true, user: ME, ..Subscription::default() }];
    state.features.take(&mut answer);
    assert!(state.features.subscriptions.contains(THERE));
}
