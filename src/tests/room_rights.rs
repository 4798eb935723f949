//! Rights in rooms over HTTP and on live streams: a private room is nowhere for others, and who is removed hears nothing more.

use super::{app::TestApp, person::WAYS};
use crate::{
    features::rooms::model::{Member, MemberList, MemberRole, Room, RoomKind, RoomList},
    model::{error::Code, initial_data::Workspace, things::Event},
};

async fn open_private(admin: &super::person::Person, name: &str, users: &str) -> Room {
    admin.post("/api/rooms/create", &[("name", name), ("kind", "private"), ("users", users)]).await.ok()
}

#[tokio::test]
async fn private_room_is_nowhere_for_somebody_outside() {
    nowhere_for_others(RoomKind::Private).await;
}

#[tokio::test]
async fn direct_room_is_nowhere_for_somebody_outside() {
    nowhere_for_others(RoomKind::Direct).await;
}

/// Opens a room of `kind` and asks for it in every way as somebody who is not in it, and who runs the workspace.
async fn nowhere_for_others(kind: RoomKind) {
    let app = TestApp::start().await;
    let (lin, mei, _ada) = (app.enter("Lin").await, app.enter("Mei").await, app.enter("Ada").await);
    app.app.db.write(|write| Ok(write.script("UPDATE users SET role = 1 WHERE id = 2")?)).await.unwrap();
    let (start, mut stream) = (app.head(), mei.stream().await);
    let room = match kind {
        RoomKind::Direct => lin.post("/api/rooms/direct", &[("users", "3")]).await.ok(),
        _ => open_private(&lin, "Xyzzy plans", "").await,
    };
    assert_eq!((room.kind, room.id.0), (kind, 2));
    let id = room.id.to_string();
    let sent = lin.send(2, "xyzzy").await;
    for path in
        ["/rooms/2".to_owned(), format!("/rooms/2/{}", sent.id), "/rooms/2/people".to_owned(), "/rooms/2?before=9".to_owned()]
    {
        let there = mei.get(&path).await;
        let nowhere = mei.get(&path.replace("/rooms/2", "/rooms/77")).await;
        assert_eq!(there.status, nowhere.status, "{path}");
        assert!(!there.body.to_lowercase().contains("xyzzy"), "{path}");
    }
    for path in ["/rooms", "/browse", "/browse?find=xyzzy", "/browse?archived=true", "/rooms/1", "/people/1"] {
        let body = mei.get(path).await.body;
        assert!(!body.contains("plans") && !body.contains("/rooms/2"), "{path}");
        let own = lin.get(path).await.body;
        // A direct room is called after who else is in it.
        let sign = if kind == RoomKind::Direct { "href=\"/rooms/2\"" } else { "Xyzzy plans" };
        let in_common = kind == RoomKind::Private && path == "/people/1";
        assert_eq!(own.contains(sign), in_common || path.starts_with("/rooms"), "{path}");
    }
    let calls: [(&str, Vec<(&str, &str)>); 12] = [
        ("messages/page", vec![]),
        ("messages/send", vec![("key", "00112233445566778899aabbccddeeff"), ("text", "hi")]),
        ("rooms/join", vec![]),
        ("rooms/leave", vec![]),
        ("rooms/rename", vec![("name", "x")]),
        ("rooms/update", vec![("topic", "x")]),
        ("rooms/archive", vec![("on", "true")]),
        ("rooms/add", vec![("users", "2")]),
        ("rooms/remove", vec![("user", "1")]),
        ("rooms/role", vec![("user", "2"), ("role", "admin")]),
        ("rooms/members", vec![]),
        ("pins/list", vec![]),
    ];
    for (path, fields) in calls {
        let call = async |room: &str| {
            let fields: Vec<_> = [("room", room)].into_iter().chain(fields.iter().copied()).collect();
            let answer = mei.post(&format!("/api/{path}"), &fields).await;
            (answer.status, answer.body)
        };
        assert_eq!(call(&id).await, call("77").await, "{path}: the same as a room that is not there");
        assert_eq!(call(&id).await.0, 404, "{path}");
    }
    let list: RoomList = mei.post("/api/rooms/list", &[]).await.ok();
    assert_eq!(list.items.len(), 1);
    let workspace: Workspace = mei.post("/api/workspace/fetch", &[]).await.ok();
    assert_eq!(workspace.rooms.len(), 1);
    // Nothing of it on a stream, live or resumed.
    lin.send(1, "end").await;
    for stream in [&mut stream, &mut mei.stream_after(start).await] {
        assert_eq!(stream.text().await, "end");
        assert!(!stream.raw().concat().to_lowercase().contains("xyzzy"));
        assert!(!stream.raw().concat().contains(r#""room":2"#));
    }
}

#[tokio::test]
async fn who_is_added_gets_the_room_and_who_is_removed_hears_nothing_more() {
    for way in WAYS {
        let app = TestApp::start().await;
        let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await.by(way));
        let start = app.head();
        let room = open_private(&lin, "Plans", "").await;
        let mut stream = mei.stream().await;
        let added: MemberList = lin.post("/api/rooms/add", &[("room", "2"), ("users", "2")]).await.ok();
        let Event::Member(member) = stream.change().await else { panic!("a membership") };
        assert_eq!(added.items, std::slice::from_ref(&member));
        assert_eq!(member.as_of, Some(room), "with the room itself");
        lin.send(2, "welcome").await;
        assert_eq!(stream.text().await, "welcome");
        let cursor = app.head();
        let removed: MemberList = lin.post("/api/rooms/remove", &[("room", "2"), ("user", "2")]).await.ok();
        lin.send(2, "she is gone").await;
        lin.post("/api/rooms/rename", &[("room", "2"), ("name", "Other plans")]).await;
        lin.send(1, "end").await;
        assert_eq!(stream.change().await, Event::Member(removed.items[0].clone()));
        assert_eq!(stream.text().await, "end");
        assert_eq!(mei.stream_after(cursor).await.text().await, "end", "nor by a resume");
        let app = app.restart_with(|builder| builder.set("ring_frames", 1)).await;
        let mei = app.again(&mei);
        let mut late = mei.stream_after(start).await;
        assert_eq!(late.text().await, "end", "nor from the store");
        let raw = stream.raw().concat() + &late.raw().concat();
        assert!(!raw.contains("she is gone") && !raw.contains("Other plans"), "{way:?}");
        assert_eq!(mei.get("/rooms/2").await.status, 404);
        assert_eq!(mei.post("/api/messages/page", &[("room", "2")]).await.code(), Code::NotFound);
    }
}

#[tokio::test]
async fn panel_of_a_room_adds_removes_and_changes_without_a_script() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    open_private(&lin, "Plans", "").await;
    let panel = lin.get("/rooms/2/people?find=me").await;
    assert_eq!(panel.status, 200, "{}", panel.body);
    assert!(panel.body.contains("/api/rooms/add") && panel.body.contains("Mei") && panel.body.contains("/api/rooms/update"));
    assert!(!lin.get("/rooms/2/people?find=nobody%25").await.body.contains("Mei"));
    let session = super::html::field(&panel.body, "/api/rooms/update", "session").unwrap();
    let back = ("back", "/rooms/2/people");
    let common = [("session", &*session), ("room", "2"), back];
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = common.iter().copied().chain(fields.iter().copied()).collect();
        let answer = lin.post_html(&format!("/api/rooms/{path}"), &fields).await;
        assert_eq!((answer.status, answer.location()), (302, "/rooms/2/people"), "{path}: {}", answer.body);
    };
    post("add", &[("users", "2")]).await;
    post("update", &[("name", "New plans"), ("topic", "What comes"), ("posting", "admins")]).await;
    post("role", &[("user", "2"), ("role", "admin")]).await;
    let seen = mei.get("/rooms/2/people").await.body;
    assert!(seen.contains("New plans") && seen.contains("What comes") && seen.contains("/api/rooms/archive"), "{seen}");
    post("archive", &[("on", "true")]).await;
    let seen = mei.get("/rooms/2/people").await.body;
    assert!(!seen.contains("/api/rooms/update") && !seen.contains("/api/rooms/add"), "archived: {seen}");
    assert!(mei.get("/rooms/2").await.body.contains("archived"));
    post("archive", &[("on", "false")]).await;
    let left = mei.post_html("/api/rooms/leave", &[("room", "2"), ("back", "/rooms")]).await;
    assert_eq!(left.location(), "/rooms");
    let people: MemberList = lin.post("/api/rooms/members", &[("room", "2")]).await.ok();
    assert!(matches!(people.items[..], [Member { role: MemberRole::Admin, .. }]));
    // A refusal shows what was typed again.
    lin.create_room("Taken").await;
    lin.create_room("Mine").await;
    let fields = [("room", "4"), ("name", "taken"), ("topic", "kept"), ("back", "/rooms/4/people")];
    let refused = lin.post_html("/api/rooms/update", &fields).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body.contains("kept") && refused.body.contains(r#"href="/rooms/3""#), "{}", refused.body);
}

#[tokio::test]
async fn private_choice_stays_when_the_name_of_a_new_room_is_refused() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let refused = lin.post_html("/api/rooms/create", &[("name", ""), ("kind", "private")]).await;
    assert_eq!(refused.status, 400);
    let box_ = super::html::tags(&refused.body).into_iter().find(|tag| tag.attribute("name") == "kind").unwrap();
    assert!(box_.attributes.iter().any(|(name, _)| name == "checked"), "{}", refused.body);
}

#[tokio::test]
async fn empty_topic_clears_one_that_is_left_out_stays_and_a_long_one_is_told_its_limit() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.create_room("Tea").await;
    let update = async |field: &str, value: &str| lin.post("/api/rooms/update", &[("room", "2"), (field, value)]).await;
    let topic = |room: Room| room.topic;
    assert_eq!(topic(update("topic", "Leaves").await.ok()), "Leaves");
    assert_eq!(topic(update("name", "Tea house").await.ok()), "Leaves");
    assert_eq!(topic(update("topic", "").await.ok()), "");
    assert!(update("topic", &"x".repeat(251)).await.error().message.contains("250"));
    assert!(update("name", "").await.error().message.contains("room"), "it is a room's name");
}

#[tokio::test]
async fn room_gets_another_admin_when_its_last_one_leaves_for_good() {
    let app = TestApp::start().await;
    let (lin, mei, ana) = (app.enter("Lin").await, app.enter("Mei").await, app.enter("Ana").await);
    open_private(&lin, "Plans", "2,3").await;
    assert_eq!(mei.post("/api/people/deactivate", &[("user", "2")]).await.status, 200);
    assert_eq!(lin.post("/api/people/deactivate", &[("user", "1")]).await.status, 200);
    let people: MemberList = ana.post("/api/rooms/members", &[("room", "2")]).await.ok();
    let admins: Vec<_> =
        people.items.iter().filter(|member| member.role == MemberRole::Admin).map(|member| member.user).collect();
    assert!(admins.contains(&ana.id), "not who has left: {people:?}");
    ana.create_room("Other").await;
    let gone = ana.post("/api/rooms/add", &[("room", "3"), ("users", "2")]).await;
    assert_eq!(gone.code(), Code::NotFound, "who has left cannot be added");
}
