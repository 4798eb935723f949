//! `workspace/fetch`: what a page that has missed changes asks for.

use super::{answer::Answer, app::TestApp, html};
use crate::model::{
    error::Code,
    ids::RoomId,
    initial_data::{InitialScreen, View, Workspace},
};

#[tokio::test]
async fn workspace_is_what_a_page_of_the_same_moment_shows_beside_messages() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await;
    lin.post("/api/rooms/subscribe", &[("room", &room.to_string()), ("favourite", "true")]).await;
    let fetched: Workspace = lin.post("/api/workspace/fetch", &[]).await.ok();
    let View::Workspace(page) = html::boot(&lin.get("/rooms").await.body).view else { panic!("the enter page") };
    assert_eq!(fetched, *page);
    assert_eq!((fetched.joined.len(), fetched.beside.subscriptions.len()), (2, 2));
    assert_eq!(fetched.place, InitialScreen::Rooms);
    let other: Workspace = mei.post("/api/workspace/fetch", &[]).await.ok();
    assert_eq!((other.me.name.as_str(), &other.joined[..]), ("Mei", &[RoomId(1)][..]));
    assert!(other.beside.subscriptions.len() == 1 && other.rooms == fetched.rooms);
}

/// The memberships in an answer, as (room, user, role), and what comes after them.
async fn memberships(person: &super::person::Person, fields: &[(&str, &str)]) -> (Vec<(u64, u64, String)>, serde_json::Value) {
    let answer = person.post("/api/workspace/fetch", fields).await;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    let of = |member: &serde_json::Value| {
        assert!(member["joined"] == true && member.get("as_of").is_none(), "{member}");
        let number = |name: &str| member[name].as_u64().unwrap();
        (number("room"), number("user"), member["role"].as_str().unwrap().to_owned())
    };
    (answer["members"].as_array().unwrap().iter().map(of).collect(), answer["next"].clone())
}

#[tokio::test]
async fn workspace_has_own_memberships_or_those_of_a_room_page_by_page() {
    let app = TestApp::start().await;
    let (lin, mei, ana) = (app.enter("Lin").await, app.enter("Mei").await, app.enter("Ana").await);
    lin.create_room("Plans").await;
    let row = |room, user, role: &str| (room, user, role.to_owned());
    let none = serde_json::Value::Null;
    assert_eq!(memberships(&lin, &[]).await, (vec![row(1, 1, "member"), row(2, 1, "admin")], none.clone()));
    assert_eq!(memberships(&mei, &[]).await, (vec![row(1, 2, "member")], none.clone()));
    let page = memberships(&ana, &[("room", "1"), ("limit", "2")]).await;
    assert_eq!(page, (vec![row(1, 1, "member"), row(1, 2, "member")], 2.into()));
    let rest = memberships(&ana, &[("room", "1"), ("limit", "2"), ("after", "2")]).await;
    assert_eq!(rest, (vec![row(1, 3, "member")], none));
    assert_eq!(mei.post("/api/workspace/fetch", &[("room", "2")]).await.code(), Code::NotFound);
}

#[tokio::test]
async fn workspace_has_ones_own_subscriptions() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let room = lin.create_room("Plans").await;
    app.enter("Mei").await.join(room).await;
    lin.post("/api/rooms/subscribe", &[("room", &room.to_string()), ("level", "mentions")]).await;
    let answer: serde_json::Value = lin.post("/api/workspace/fetch", &[]).await.json();
    let known = answer["subscriptions"].as_array().unwrap().iter().map(|one| (one["room"].clone(), one["level"].clone()));
    assert_eq!(known.collect::<Vec<_>>(), [(1.into(), "all".into()), (room.into(), "mentions".into())]);
}

#[tokio::test]
async fn workspace_is_given_to_nobody_without_a_session() {
    let app = TestApp::start().await;
    let answer: Answer = app.post("/api/workspace/fetch", &[]).await;
    assert_eq!(answer.code(), Code::NotEntered);
}

#[tokio::test]
async fn page_around_a_deleted_message_is_given_all_the_same() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut sent = Vec::new();
    for n in 0..5 {
        sent.push(lin.send(1, &n.to_string()).await);
    }
    lin.delete(sent[2].id).await;
    let page: crate::features::messages::model::Page =
        lin.post("/api/messages/page", &[("room", "1"), ("around", &sent[2].id.to_string())]).await.ok();
    assert_eq!(page.messages.iter().filter(|message| !message.deleted).count(), 4);
}
