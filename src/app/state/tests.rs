//! What the page's state promises, without a browser: events in, signals out.

use super::*;
use crate::{
    features::{
        messages::{
            model::{Block, Body, Message, Page, Span},
            timeline::{Content, Delivery},
        },
        rooms::model::Member,
    },
    model::{
        ids::ClientKey,
        initial_data::{Theme, Workspace, Zone},
        things::Event,
    },
};

const ME: UserId = UserId(1);
const LIN: UserId = UserId(2);
const HERE: RoomId = RoomId(1);
const THERE: RoomId = RoomId(3);

fn user(id: UserId, seq: u64, name: &str) -> User {
    User { seq: Seq(seq), id, name: name.into(), hue: 4 }
}

fn room(id: RoomId, seq: u64, name: &str) -> Room {
    Room { seq: Seq(seq), id, name: name.into(), creator: None, last: 0, last_n: 0 }
}

fn message(id: u64, author: UserId) -> Message {
    let text = id.to_string();
    let body = Body::from(vec![Block::P(vec![Span::Text(text.clone())])]);
    let (seq, id, key) = (Seq(id), MessageId(id), ClientKey([id as u8; 16]));
    Message { seq, id, n: id.0, room: HERE, author, key, at: id.0, edited: None, deleted: false, text, body }
}

fn workspace(messages: Vec<Message>) -> Workspace {
    let head = Seq(10);
    Workspace {
        me: user(ME, 1, "Me"),
        session: "5d1c".into(),
        store: "8c1e".into(),
        head,
        rooms: vec![room(THERE, 3, "There"), room(HERE, 1, "General")],
        joined: vec![HERE, THERE],
        users: vec![user(LIN, 2, "Lin")],
        place: Place::Room {
            room: HERE,
            page: Page { messages, at_start: true, at_end: true, head },
            target: None,
            key: ClientKey([7; 16]).to_string(),
        },
    }
}

fn boot(workspace: Workspace) -> Boot {
    let view = View::Workspace(Box::new(workspace));
    Boot { lang: Lang::En, theme: Theme::System, zone: Zone::utc(), now: 0, build: "b".into(), view }
}

/// The state of a page with two messages; the owner keeps its signals alive.
fn page() -> (Owner, AppState) {
    let owner = Owner::new();
    owner.set();
    let state = AppState::from_boot(boot(workspace(vec![message(4, LIN), message(5, ME)]))).unwrap();
    (owner, state)
}

fn rows(state: &AppState) -> Vec<RowHandle> {
    state.view.get_untracked().unwrap().rows.get_untracked()
}

fn texts(state: &AppState) -> Vec<String> {
    let text = |row: &Row| match &row.content {
        Content::Plain(text) => text.clone(),
        Content::Body(Body(blocks)) => match &blocks[..] {
            [Block::P(spans)] => match &spans[..] {
                [Span::Text(text)] => text.clone(),
                _ => panic!("one span"),
            },
            _ => panic!("one paragraph"),
        },
    };
    rows(state).iter().map(|handle| handle.row.with_untracked(text)).collect()
}

#[test]
fn the_door_has_no_state() {
    let boot = Boot { view: View::Enter, ..boot(workspace(Vec::new())) };
    assert!(AppState::from_boot(boot).is_none());
}

#[test]
fn a_page_is_drawn_from_its_value_alone() {
    let (_owner, state) = page();
    assert_eq!(texts(&state), ["4", "5"]);
    assert_eq!(state.rooms.get_untracked().iter().map(|room| room.id).collect::<Vec<_>>(), [HERE, THERE]);
    assert_eq!(state.user_name(LIN).get_untracked(), "Lin");
    assert_eq!(state.user_name(ME).get_untracked(), "Me");
    assert_eq!(state.route.get_untracked(), Route::Room(HERE));
}

#[test]
fn an_event_changes_one_row_and_leaves_the_others_their_handles() {
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
fn a_pending_message_becomes_the_confirmed_one_in_the_same_row() {
    let (_owner, state) = page();
    let mine = message(11, ME);
    state.room(HERE, |room| room.outbox.push(mine.key, "typed".into(), 20));
    state.draw(HERE);
    assert_eq!(texts(&state), ["4", "5", "typed"]);
    let pending = rows(&state).pop().unwrap();
    assert_eq!(pending.row.with_untracked(|row| row.delivery), Delivery::Pending { slow: false });
    state.apply(Event::Message(mine.clone()));
    state.apply(Event::Message(mine));
    assert_eq!(texts(&state), ["4", "5", "11"]);
    assert_eq!(pending.row.with_untracked(|row| (row.id, row.delivery)), (Some(MessageId(11)), Delivery::Sent));
}

#[test]
fn a_message_that_a_kept_outbox_still_holds_is_not_shown_twice() {
    let (_owner, state) = page();
    state.room(HERE, |room| room.outbox.push(message(5, ME).key, "5".into(), 5));
    state.draw(HERE);
    assert_eq!(texts(&state), ["4", "5"]);
}

#[test]
fn a_deleted_message_leaves_the_list() {
    let (_owner, state) = page();
    let gone = Message { seq: Seq(12), deleted: true, text: String::new(), body: Body::default(), ..message(4, LIN) };
    state.apply(Event::Message(gone));
    assert_eq!(texts(&state), ["5"]);
}

#[test]
fn a_room_takes_its_newest_name_only() {
    let (_owner, state) = page();
    state.apply(Event::Room(room(THERE, 12, "Elsewhere")));
    state.apply(Event::Room(room(THERE, 3, "There")));
    state.apply(Event::Room(room(RoomId(2), 13, "Between")));
    let names: Vec<_> = state.rooms.get_untracked().into_iter().map(|room| room.name).collect();
    assert_eq!(names, ["General", "Between", "Elsewhere"]);
}

#[test]
fn a_stranger_s_name_arrives_where_it_is_shown() {
    let (_owner, state) = page();
    let name = state.user_name(UserId(9));
    assert_eq!(name.get_untracked(), "");
    assert_eq!(state.inner.with(|inner| inner.wanted.contains(UserId(9))), Some(true));
    state.apply(Event::User(user(UserId(9), 14, "Ada")));
    assert_eq!(name.get_untracked(), "Ada");
    assert_eq!(state.inner.with(|inner| inner.wanted.is_empty()), Some(true));
    state.apply(Event::User(user(UserId(9), 13, "Old")));
    assert_eq!(name.get_untracked(), "Ada");
}

#[test]
fn who_loses_a_room_loses_what_was_known_of_it() {
    let (_owner, state) = page();
    let member = |seq, joined| Event::Member(Member { seq: Seq(seq), room: HERE, user: ME, joined });
    state.apply(member(12, false));
    assert_eq!(state.route.get_untracked(), Route::NotJoined(HERE));
    assert!(state.view.with_untracked(Option::is_none));
    assert!(state.room(HERE, |_| ()).is_none());
    assert!(!state.joined.with_untracked(|joined| joined.contains(HERE)));
    state.apply(member(11, true));
    assert!(!state.joined.with_untracked(|joined| joined.contains(HERE)), "an older change is not taken");
}

#[test]
fn somebody_else_s_membership_is_not_mine() {
    let (_owner, state) = page();
    state.apply(Event::Member(Member { seq: Seq(12), room: HERE, user: LIN, joined: false }));
    assert_eq!(state.route.get_untracked(), Route::Room(HERE));
}

#[test]
fn a_short_interruption_is_not_told_and_a_long_one_is_and_its_end_too() {
    use LinkState::*;
    assert_eq!(Online.down().up(), Online);
    assert_eq!((Online.down(), Online.down().patience()), (Interrupted, Some(5_000)));
    let long = Online.down().waited();
    assert_eq!((long, long.down(), long.patience()), (Reconnecting, Reconnecting, None));
    assert_eq!((long.up(), long.up().patience(), long.up().waited()), (Back, Some(2_000), Online));
    assert_eq!(Back.down(), Interrupted);
    assert_eq!([Ended.down(), Ended.up(), Ended.waited()], [Ended; 3], "only entering again helps");
}
