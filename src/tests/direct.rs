//! Direct rooms over HTTP and on live streams.

use super::{app::TestApp, person::Person};
use crate::{
    features::rooms::model::{Member, Room, RoomKind, RoomList},
    model::{
        error::{Code, Reason},
        ids::UserId,
        things::Event,
    },
};

async fn open(person: &Person, users: &str) -> Room {
    person.post("/api/rooms/direct", &[("users", users)]).await.ok()
}

#[tokio::test]
async fn direct_room_comes_live_to_its_other_people_and_by_a_resume() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let (start, mut stream) = (app.head(), mei.stream().await);
    let room = open(&lin, "2").await;
    assert_eq!((room.kind, &room.people[..]), (RoomKind::Direct, &[lin.id, mei.id][..]));
    assert_eq!(open(&mei, "1").await, room);
    assert_eq!(open(&mei, "1,2").await, room, "oneself is in it anyway");
    let sent = lin.send(room.id.0, "only you").await;
    let mut streams = [&mut stream, &mut mei.stream_after(start).await];
    for stream in &mut streams {
        let known = loop {
            match stream.change().await {
                Event::Member(Member { user, joined: true, as_of: Some(room), .. }) if user == mei.id => break room,
                Event::Message(message) => panic!("{message:?} before its room"),
                _ => {}
            }
        };
        assert_eq!((known.people, known.kind), (room.people.clone(), RoomKind::Direct));
        assert_eq!(stream.text().await, "only you");
    }
    let (reply, page) = (mei.send(room.id.0, "and you").await, lin.page(room.id.0).await);
    assert_eq!(page.messages.iter().map(|message| message.id).collect::<Vec<_>>(), [sent.id, reply.id]);
    mei.post("/api/pins/set", &[("message", &sent.id.to_string()), ("on", "true")]).await;
    let favourite = mei.post("/api/rooms/subscribe", &[("room", &room.id.to_string()), ("favourite", "true")]).await;
    assert_eq!(favourite.status, 200);
    assert_eq!(lin.page(room.id.0).await.pins.len(), 1);
}

#[tokio::test]
async fn opening_a_direct_room_takes_nobody_else_too_many_or_a_made_up_one() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for number in 2..=11 {
        app.enter(&format!("Person {number}")).await;
    }
    let notes: Room = lin.post("/api/rooms/direct", &[]).await.ok();
    assert_eq!((&notes.people[..], open(&lin, "").await, open(&lin, "1").await), (&[lin.id][..], notes.clone(), notes.clone()));
    let full = open(&lin, "2,3,4,5,6,7,8,9,10,2").await;
    assert_eq!(full.people.len(), 10);
    for (users, reason) in [("2,3,4,5,6,7,8,9,10,11", Reason::TooLong), ("x", Reason::Malformed), ("2,,3", Reason::Malformed)] {
        let error = lin.post("/api/rooms/direct", &[("users", users)]).await.error();
        assert_eq!((error.code, error.field.as_deref(), error.reason), (Code::BadInput, Some("users"), Some(reason)));
    }
    assert_eq!(lin.post("/api/rooms/direct", &[("users", "77")]).await.code(), Code::NotFound);
    let kind = lin.post("/api/rooms/create", &[("name", "x"), ("kind", "direct")]).await.error();
    assert_eq!((kind.code, kind.field.as_deref()), (Code::BadInput, Some("kind")));
    let plain = lin.post_html("/api/rooms/direct", &[("users", "2")]).await;
    assert_eq!((plain.status, plain.location()), (302, "/rooms/4"));
}

#[tokio::test]
async fn direct_rooms_that_are_there_count_for_no_rate() {
    let app = TestApp::with("posts_per_second", 100).set("post_burst", 1_000).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    for _ in 0..60 {
        open(&lin, &mei.id.to_string()).await;
    }
    for n in 0..29 {
        lin.create_room(&format!("Room {n}")).await;
    }
    assert_eq!(lin.post("/api/rooms/direct", &[]).await.code(), Code::TooFast, "a new one is a room like any other");
    open(&lin, &mei.id.to_string()).await;
}

#[tokio::test]
async fn its_own_people_are_forbidden_what_others_do_not_find() {
    let app = TestApp::start().await;
    let (lin, mei, ana) = (app.enter("Lin").await, app.enter("Mei").await, app.enter("Ana").await);
    let room = open(&lin, "2").await.id.to_string();
    let calls: [(&str, &[(&str, &str)]); 7] = [
        ("add", &[("users", "3")]),
        ("remove", &[("user", "2")]),
        ("join", &[]),
        ("leave", &[]),
        ("role", &[("user", "2"), ("role", "admin")]),
        ("update", &[("topic", "x")]),
        ("archive", &[("on", "true")]),
    ];
    let head = app.head();
    for (call, fields) in calls {
        let fields: Vec<_> = [("room", &*room)].into_iter().chain(fields.iter().copied()).collect();
        let asked = async |person: &Person| person.post(&format!("/api/rooms/{call}"), &fields).await.code();
        let found = [asked(&lin).await, asked(&mei).await, asked(&ana).await];
        assert_eq!(found, [Code::Forbidden, Code::Forbidden, Code::NotFound], "{call}");
    }
    assert_eq!(app.head(), head, "nothing has changed");
    let list: RoomList = ana.post("/api/rooms/list", &[]).await.ok();
    assert_eq!(list.items.len(), 1);
}

#[tokio::test]
async fn direct_room_with_somebody_who_has_left_is_read_only() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    app.enter("Ana").await;
    let room = open(&lin, "2").await.id.0;
    lin.send(room, "hello").await;
    assert_eq!(mei.post("/api/people/deactivate", &[("user", "2")]).await.status, 200);
    let refused = lin.try_send(room, "00112233445566778899aabbccddeeff", "still there?").await;
    assert_eq!(refused.code(), Code::Forbidden);
    assert_eq!(lin.page(room).await.messages.len(), 1);
    assert_eq!(open(&lin, "2").await.id.0, room, "it is the same one");
    assert_eq!(lin.post("/api/rooms/direct", &[("users", "2,3")]).await.code(), Code::NotFound, "and no new one");
    assert_eq!(open(&lin, "3").await.people, [UserId(1), UserId(3)]);
}

#[tokio::test]
async fn direct_room_has_the_names_of_its_people_from_the_first_byte() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    app.enter("Ana").await;
    for users in ["2", "2,3", ""] {
        open(&lin, users).await;
    }
    let list = lin.get("/rooms").await.body;
    for name in ["Mei", "Mei and Ana", "Notes to yourself"] {
        assert!(list.contains(&format!(">{name}</bdi>")), "{name}: {list}");
    }
    assert!(!mei.get("/rooms").await.body.contains(">Notes to yourself</bdi>"));
    for (path, title) in [("/rooms/2", "Lin · Rill"), ("/rooms/3", "Lin and Ana · Rill")] {
        let page = mei.get(path).await;
        assert!(page.status == 200 && page.body.contains(&format!("<title translate=\"no\">{title}</title>")), "{}", page.body);
    }
    let panel = mei.get("/rooms/3/people").await.body;
    assert!(panel.contains("People in Lin and Ana") && !panel.contains("/api/rooms/"), "nothing to change: {panel}");
}

#[tokio::test]
async fn closed_direct_room_is_not_listed_until_the_next_message() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = open(&lin, "2").await.id;
    let is_listed = async |path: &str| {
        let page = lin.get(path).await.body;
        let address = format!("/rooms/{room}");
        super::html::tags(&page).iter().any(|tag| tag.attribute("class") == "room" && tag.attribute("href") == address)
    };
    assert!(is_listed("/rooms").await);
    let page = lin.get(&format!("/rooms/{room}")).await.body;
    assert!(page.contains("name=\"hidden\" value=\"true\""), "a form closes it: {page}");
    let fields = [("room", &*room.to_string()), ("hidden", "true"), ("back", "/rooms")];
    assert_eq!(lin.post_html("/api/rooms/subscribe", &fields).await.location(), "/rooms");
    assert!(!is_listed("/rooms").await && !is_listed("/rooms/1").await);
    assert!(is_listed(&format!("/rooms/{room}")).await, "while it is shown");
    assert_eq!(open(&lin, "2").await.id, room);
    mei.send(room.0, "are you there?").await;
    assert!(is_listed("/rooms").await);
}

#[tokio::test]
async fn people_are_found_chosen_and_written_to_without_a_script() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    app.enter("Ana").await;
    let all = lin.get("/people").await.body;
    assert!(all.contains(">Mei</bdi>") && all.contains(">Ana</bdi>") && !all.contains(">Lin</bdi>"), "{all}");
    assert!(all.contains("Notes to yourself"));
    let found = lin.get("/people?find=me").await.body;
    assert!(found.contains(">Mei</bdi>") && !found.contains(">Ana</bdi>"), "{found}");
    let chosen = lin.get("/people?with=2,77,1").await.body;
    assert!(chosen.contains("href=\"/people?with=2,3\"") && chosen.contains("name=\"users\" value=\"2\""), "{chosen}");
    let both = lin.get("/people?with=2,3").await.body;
    let session = super::html::field(&both, "/api/rooms/direct", "session").unwrap();
    assert_eq!(super::html::field(&both, "/api/rooms/direct", "users").as_deref(), Some("2,3"));
    let opened = lin.post_html("/api/rooms/direct", &[("users", "2,3"), ("session", &session)]).await;
    assert_eq!((opened.status, opened.location()), (302, "/rooms/2"));

    let room = lin.create_room("Tea").await;
    let card = mei.get("/people/1").await.body;
    assert!(card.contains("<h1>Lin</h1>") && card.contains(">General</bdi>") && !card.contains(">Tea</bdi>"), "{card}");
    mei.join(room).await;
    assert!(mei.get("/people/1").await.body.contains(">Tea</bdi>"));
    assert_eq!(super::html::field(&card, "/api/rooms/direct", "users").as_deref(), Some("1"));
    assert_eq!(mei.get("/people/77").await.status, 404);
    let row = mei.page(1).await;
    assert!(row.messages.is_empty());
    lin.send(1, "hello").await;
    assert!(mei.get("/rooms/1").await.body.contains("href=\"/people/1\""), "the name at a message leads there");
    lin.post("/api/people/deactivate", &[("user", "1")]).await;
    let left = mei.get("/people/1").await.body;
    assert!(left.contains("deactivated") && !left.contains("/api/rooms/direct"), "{left}");
    assert!(mei.get("/rooms/2").await.body.contains("Somebody here has left"));
}

#[tokio::test]
async fn guest_finds_only_those_who_share_a_room() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let ana = app.enter("Ana").await;
    let sql = "UPDATE users SET role = 4 WHERE id = 3; UPDATE members SET joined = 0 WHERE user_id = 3";
    app.app.db.write(move |write| Ok(write.script(sql)?)).await.unwrap();
    let room = lin.create_room("Tea").await;
    lin.post("/api/rooms/add", &[("room", &room.to_string()), ("users", "3")]).await;
    let list = ana.get("/people").await.body;
    assert!(list.contains(">Lin</bdi>") && !list.contains(">Mei</bdi>"), "{list}");
    assert!(!ana.get("/people?with=2").await.body.contains("Mei"));
    assert_eq!((ana.get("/people/1").await.status, ana.get("/people/2").await.status), (200, 404));
    assert_eq!(ana.post("/api/rooms/direct", &[("users", &mei.id.to_string())]).await.code(), Code::NotFound);
}
