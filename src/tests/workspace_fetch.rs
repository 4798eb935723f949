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
    assert_eq!((fetched.joined.len(), fetched.beside.subscriptions.len()), (2, 1));
    assert_eq!(fetched.place, InitialScreen::Rooms);
    let other: Workspace = mei.post("/api/workspace/fetch", &[]).await.ok();
    assert_eq!((other.me.name.as_str(), &other.joined[..]), ("Mei", &[RoomId(1)][..]));
    assert!(other.beside.subscriptions.is_empty() && other.rooms == fetched.rooms);
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
