//! Read marks over HTTP: who is told, what pages and answers bring, and the plain forms.

use super::{app::TestApp, html, person::Person, person::WAYS};
use crate::{
    features::{
        messages::model::Page,
        subscriptions::model::{Level, Subscription, effective_read},
    },
    model::{
        error::{AppError, Code, Reason},
        ids::RoomId,
        initial_data::Workspace,
        things::Event,
    },
};

const READ: &str = "/api/rooms/read";
const READ_ALL: &str = "/api/rooms/read_all";
const SUBSCRIBE: &str = "/api/rooms/subscribe";

async fn read(person: &Person, room: u64, n: u64, basis: &str) -> Subscription {
    person.post(READ, &[("room", &room.to_string()), ("n", &n.to_string()), ("basis", basis)]).await.ok()
}

/// Up to where each room is read, as a client makes it of what it fetches; only those with something unread.
async fn unread(person: &Person) -> Vec<(u64, u64)> {
    let fetched: Workspace = person.post("/api/workspace/fetch", &[]).await.ok();
    let mark = |one: &Subscription| {
        let own = fetched.beside.own_messages.iter().find(|own| own.room == one.room).map(|own| (own.id, own.n));
        let last = fetched.rooms.iter().find(|room| room.id == one.room).map_or(0, |room| room.last_n);
        Some((one.room.0, effective_read(one.seq, one.read, own))).filter(|(_, read)| *read < last)
    };
    fetched.beside.subscriptions.iter().filter_map(mark).collect()
}

#[tokio::test]
async fn mark_comes_on_all_streams_of_its_person_and_in_what_they_fetch() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    for n in 0..4 {
        mei.send(1, &n.to_string()).await;
    }
    assert_eq!((unread(&lin).await, unread(&mei).await), (vec![(1, 0)], vec![]));
    for way in WAYS {
        let (mut one, mut two, mut other) = (lin.by(way).stream().await, lin.by(way).stream().await, mei.by(way).stream().await);
        for n in [3, 1] {
            let mark = read(&lin, 1, n, "").await;
            assert_eq!((mark.room, mark.read, mark.level), (RoomId(1), n, Level::All));
            for stream in [&mut one, &mut two] {
                assert_eq!(stream.change().await, Event::Subscription(mark.clone()));
            }
            assert_eq!(unread(&lin).await, [(1, n)]);
        }
        let sent = lin.send(1, "for all").await;
        assert_eq!((other.change().await, unread(&lin).await), (Event::Message(sent), vec![]));
    }
    assert_eq!(lin.post(READ_ALL, &[]).await.body, "null");
}

#[tokio::test]
async fn subscription_has_every_field_of_the_wire() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let answer = lin.post(SUBSCRIBE, &[("room", "1"), ("level", "mentions"), ("muted_until", "4711"), ("hidden", "true")]).await;
    let fields: serde_json::Value = answer.json();
    let expected = serde_json::json!({
        "seq": fields["seq"], "room": 1, "read": 0, "level": "mentions", "muted_until": 4711, "favourite": false, "hidden": true,
        "mentions": [],
    });
    assert_eq!(fields, expected);
    let cleared: serde_json::Value = lin.post(SUBSCRIBE, &[("room", "1"), ("muted_until", "")]).await.json();
    assert_eq!((cleared.get("muted_until"), &cleared["level"]), (None, &serde_json::json!("mentions")));
}

#[tokio::test]
async fn another_tab_does_not_undo_a_mark_that_was_moved_down() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    for n in 0..4 {
        mei.send(1, &n.to_string()).await;
    }
    let known = read(&lin, 1, 4, "").await;
    let lowered = read(&lin, 1, 2, "").await;
    assert_eq!(read(&lin, 1, 4, &known.seq.to_string()).await, lowered, "the report of a tab that had not heard of it");
    assert_eq!(app.head(), lowered.seq.0);
    assert_eq!(read(&lin, 1, 4, &lowered.seq.to_string()).await.read, 4);
}

#[tokio::test]
async fn reading_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Tea").await.to_string();
    let refused = async |path: &str, fields: &[(&str, &str)]| mei.post(path, fields).await.json::<AppError>();
    let bad = |field: &str, reason| (Code::BadInput, Some(field.to_owned()), Some(reason));
    for (path, fields, expected) in [
        (READ, &[("n", "1")][..], bad("room", Reason::Missing)),
        (READ, &[("room", "1")], bad("n", Reason::Missing)),
        (READ, &[("room", "1"), ("n", "-1")], bad("n", Reason::Malformed)),
        (READ, &[("room", "1"), ("n", "1"), ("basis", "x")], bad("basis", Reason::Malformed)),
        (READ, &[("room", &room), ("n", "1")], (Code::NotFound, None, None)),
        (SUBSCRIBE, &[("room", "1"), ("level", "some")], bad("level", Reason::Malformed)),
        (SUBSCRIBE, &[("room", "1"), ("muted_until", "soon")], bad("muted_until", Reason::Malformed)),
        (SUBSCRIBE, &[("room", "1"), ("hidden", "1")], bad("hidden", Reason::Malformed)),
    ] {
        let error = refused(path, fields).await;
        assert_eq!((error.code, error.field, error.reason), expected, "{fields:?}");
    }
    assert_eq!(app.post(READ, &[("room", "1"), ("n", "1")]).await.code(), Code::NotEntered);
}

#[tokio::test]
async fn plain_page_marks_what_is_new_and_reads_nothing() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = mei.create_room("Tea").await;
    lin.join(room).await;
    for n in 1..=80 {
        mei.send(room, &format!("message {n}.")).await;
    }
    let path = format!("/rooms/{room}");
    for _ in 0..2 {
        let page = lin.get(&path).await.body;
        let html = html::unmarked(&page);
        let (before, after) = html.split_once("<li class=\"new\">").expect("the line above what is new");
        assert!(!before.contains("message 1.") && after.contains("message 1."), "the page begins there");
        assert!(!after.contains("message 80."), "and is as long as any");
        let list = html::unmarked(&lin.get("/rooms").await.body);
        assert!(list.contains("class=\"unread\"") && list.contains(", unread"), "in the list of rooms too");
    }
    let room = room.to_string();
    let form = lin.post_html(READ, &[("room", &room), ("n", "60")]).await;
    assert_eq!((form.status, form.location()), (302, &*path));
    let html = html::unmarked(&lin.get(&path).await.body);
    let (before, after) = html.split_once("<li class=\"new\">").expect("the line");
    assert!(before.contains("message 60.") && after.contains("message 61.") && after.contains("message 80."));
    let form = lin.post_html(READ_ALL, &[]).await;
    assert_eq!((form.status, form.location()), (302, "/rooms"));
    assert!(!html::unmarked(&lin.get(&path).await.body).contains("<li class=\"new\">"));
}

#[tokio::test]
async fn page_of_what_is_unread_is_the_newest_or_around_the_first_of_it() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = mei.create_room("Tea").await;
    lin.join(room).await;
    let mut sent = Vec::new();
    for n in 1..=60 {
        // Numbers of other rooms stand between.
        mei.send(1, "elsewhere").await;
        sent.push(mei.send(room, &n.to_string()).await);
    }
    mei.delete(sent[9].id).await;
    for (n, first, last) in
        [("0", 1, 6), ("9", 6, 15), ("44", 41, 50), ("54", 51, 60), ("55", 51, 60), ("60", 51, 60), ("999", 51, 60)]
    {
        let fields = [("room", &*room.to_string()), ("unread", n), ("limit", "10")];
        let page: Page = lin.post("/api/messages/page", &fields).await.ok();
        let ordinals: Vec<u64> = page.messages.iter().map(|message| message.n).collect();
        assert_eq!((ordinals[0], *ordinals.last().unwrap(), page.at_end), (first, last, last == 60), "{n}");
    }
}
