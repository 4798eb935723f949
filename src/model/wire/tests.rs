//! Whatever `serde_json` writes for our types is read back as it was, and nothing else that comes can do harm.

use super::*;
use crate::{
    features::{
        messages::model::{Block, Body, Mentions, Message, Page, Span},
        people::model::User,
        rooms::model::{Member, Room, RoomKind},
        workspace::model::WorkspaceState,
    },
    i18n::Lang,
    model::{
        error::{AppError, Code, Reason},
        ids::{ClientKey, MessageId, RoomId, Seq, UserId},
        initial_data::{Boot, InitialScreen, Missing, RefusedForm, Theme, View, Workspace, Zone},
        things::{Event, PageData},
    },
};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

fn comes_back<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(value: &T) {
    for text in [serde_json::to_string(value).unwrap(), serde_json::to_string_pretty(value).unwrap()] {
        assert_eq!(read::<T>(&text).as_ref(), Some(value), "{text}");
        for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
            assert_eq!(read::<T>(&text[..end]), None, "cut off: {}", &text[..end]);
        }
        assert_eq!(read::<T>(&(text + "x")), None, "nothing may follow");
    }
}

fn message() -> Message {
    let words = |text: &str| vec![Span::Text(text.to_owned()), Span::Break, Span::Strong(vec![Span::Em(vec![])])];
    let link = Span::Link { href: "https://example.org/?a=1&b=\"2\"".to_owned(), body: words("\u{2028}</script>") };
    let body = vec![
        Block::P(vec![link, Span::Strike(words("é😀\u{0}\t\\")), Span::Code("{\"}".to_owned())]),
        Block::Code { lang: String::new(), text: "fn main() {}\n".to_owned() },
        Block::Code { lang: "rust".to_owned(), text: String::new() },
        Block::Quote(vec![Block::List { start: Some(7), items: vec![vec![Block::P(words("one"))], vec![]] }]),
        Block::List { start: None, items: vec![] },
        Block::P(vec![
            Span::Mention { user: Some(UserId(12)), room: false, here: false, text: "@bob".to_owned() },
            Span::Mention { user: None, room: true, here: false, text: "@room".to_owned() },
            Span::Mention { user: None, room: false, here: true, text: "@here".to_owned() },
        ]),
    ];
    Message {
        seq: Seq(9_007_199_254_740_991),
        id: MessageId(3),
        n: 1,
        room: RoomId(1),
        author: UserId(2),
        key: ClientKey([0xab; 16]),
        at: 1_785_801_600_000,
        edited: Some(1_785_801_600_001),
        deleted: true,
        text: "a\r\n\"b\" \\ 中文 😀".to_owned(),
        body: Body::from(body),
        mentions: Mentions { users: vec![UserId(12), UserId(2)], room: true, here: true },
    }
}

fn boot(place: InitialScreen) -> Boot {
    let workspace = Workspace {
        workspace: WorkspaceState::default(),
        me: User { seq: Seq(1), id: UserId(2), name: "Lin".to_owned(), hue: 9, ..User::default() },
        session: "s".to_owned(),
        store: "d".to_owned(),
        head: Seq(0),
        rooms: vec![Room {
            seq: Seq(1),
            id: RoomId(1),
            name: "General".to_owned(),
            creator: None,
            last: 3,
            last_n: 1,
            ..Room::default()
        }],
        joined: vec![RoomId(1), RoomId(2)],
        admin_of: vec![RoomId(2)],
        members: Vec::new(),
        subscriptions: Vec::new(),
        next: None,
        users: vec![],
        place,
        beside: PageData::default(),
    };
    Boot {
        lang: Lang::Zh,
        theme: Theme::Dark,
        zone: Zone { name: "America/St_Johns".to_owned(), offsets: vec![(0, -210), (5, i16::MAX)] },
        now: 1,
        build: String::new(),
        view: View::Workspace(Box::new(workspace)),
        refused: None,
    }
}

#[test]
fn what_the_server_writes_comes_back() {
    let page = Page { messages: vec![message(), message()], at_start: true, at_end: false, head: Seq(9), ..Page::default() };
    let room = InitialScreen::Room { room: RoomId(1), page, target: Some(MessageId(3)), key: "k".to_owned() };
    let missing = InitialScreen::Missing(Missing::Room(RoomId(7)));
    for place in [room, InitialScreen::Rooms, InitialScreen::NotJoined { room: RoomId(2) }, missing] {
        comes_back(&boot(place));
    }
    comes_back(&Boot { view: View::Enter, lang: Lang::En, theme: Theme::System, ..boot(InitialScreen::Rooms) });
    let error = AppError::bad_input("name", Reason::TooLong).spoken(Lang::Zh);
    let refused =
        Some(RefusedForm { path: "/api/auth/enter".to_owned(), name: "a\"b".to_owned(), kind: RoomKind::Private, error });
    comes_back(&Boot { refused, ..boot(InitialScreen::Rooms) });
    comes_back(&AppError::retry(Code::StorageFull, 30));
    comes_back(&AppError::bad_input("text", Reason::TooLong).spoken(Lang::Zh));
}

#[test]
fn what_a_newer_server_adds_is_passed_over() {
    let text = r#"{"new":{"deep":[1.5e-3,{"a":"]}\""},null,true]},"seq":4,"room":5,"more":-1,"user":6,"joined":true,"x":[]}"#;
    let member: Member = read(text).expect("unknown fields are no error");
    assert_eq!((member.seq, member.room, member.user, member.joined), (Seq(4), RoomId(5), UserId(6), true));
}

#[test]
fn what_is_not_of_our_making_is_refused() {
    for wrong in ["", "nul", "-1", "1.0", "1e3", "99999999999999999999", "\"1\"", "[1", "1 1", "+1"] {
        assert_eq!(read::<u64>(wrong), None, "{wrong}");
    }
    for wrong in
        ["\"", "\"\\\"", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\"]
    {
        assert_eq!(read::<String>(wrong), None, "{wrong}");
    }
    for wrong in ["[1 2]", "[1,]", "[,1]", "[1,2", "{}", "[1]]"] {
        assert_eq!(read::<Vec<u64>>(wrong), None, "{wrong}");
    }
    for wrong in ["\"dusk\"", "{\"dark\":1}", "{\"dark\"}", "{}", "3"] {
        assert_eq!(read::<Theme>(wrong), None, "{wrong}");
    }
    assert_eq!(read::<(u64, i16)>("[1,2,3]"), None);
    assert_eq!(read::<Body>(&(r#"[{"quote":"#.repeat(100_000) + "[]")), None, "nesting ends before the stack does");
}

proptest! {
    #[test]
    fn every_text_comes_back(text in any::<String>()) {
        comes_back(&vec![text]);
        }

    #[test]
    fn no_input_does_harm(text in r#"[\[\]{}":,\\a-z0-9 ud-]{0,40}"#) {
        let _ = read::<Boot>(&text);
        prop_assert_eq!(read::<Vec<String>>(&text), serde_json::from_str(&text).ok());
        prop_assert_eq!(read::<Vec<u32>>(&text), serde_json::from_str(&text).ok());
    }
}

#[test]
fn an_event_is_read_by_its_kind() {
    let user = User { seq: Seq(4), id: UserId(2), name: "Lin".to_owned(), hue: 9, ..User::default() };
    let room = Room {
        seq: Seq(1),
        id: RoomId(1),
        name: "R".to_owned(),
        creator: Some(UserId(2)),
        last: 3,
        last_n: 1,
        ..Room::default()
    };
    let member = Member { seq: Seq(1), room: RoomId(1), user: UserId(2), joined: false, ..Member::default() };
    for event in [Event::Message(message()), Event::Room(room), Event::Member(member), Event::User(user)] {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(Event::read(&text), Some(event), "{text}");
    }
    assert_eq!(Event::read(r#"{"type":"poll","seq":1}"#), None);
    assert_eq!(Event::read(r#"{"seq":1}"#), None);
}
