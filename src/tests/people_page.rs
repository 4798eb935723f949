//! The people of a room: their number in pages of messages, and the page that lists them.

use super::{answer::Answer, app::TestApp, html, person::Person};
use crate::{
    features::{messages::model::Page, rooms::model::Room},
    model::ids::MessageId,
};
use reqwest::Method;

fn names(page: &Answer) -> Vec<String> {
    // Without those who can be added.
    let members = page.body.split("<section").next().unwrap_or_default();
    html::tags(members).into_iter().filter(|tag| tag.name == "bdi").map(|tag| tag.text).collect()
}

async fn in_chinese(person: &Person, path: &str) -> Answer {
    Answer::of(super::app::html(person.request(Method::GET, path)).header("accept-language", "zh")).await
}

#[tokio::test]
async fn people_of_a_room_are_listed_by_name_after_oneself() {
    let app = TestApp::start().await;
    let (zoe, ada, _) = (app.enter("zoe").await, app.enter("Ada").await, app.enter("<b>Bo</b>").await);
    let page = zoe.get("/rooms/1/people").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"));
    assert_eq!(names(&page), ["zoe", "<b>Bo</b>", "Ada"].map(String::from));
    html::nothing_broke_out(&page.body);
    assert!(page.body.contains("<h1>People in General</h1>") && page.body.contains("3 people"), "{}", page.body);
    assert!(html::tags(&page.body).iter().all(|tag| tag.name != "script"), "it needs none");
    let chinese = in_chinese(&zoe, "/rooms/1/people").await;
    assert!(chinese.body.contains("“General”的成员") && chinese.body.contains("3 人"), "{}", chinese.body);

    let own: Room = ada.post("/api/rooms/create", &[("name", "Own")]).await.ok();
    let path = format!("/rooms/{}/people", own.id);
    assert_eq!(names(&ada.get(&path).await), ["Ada"]);
    assert_eq!(zoe.get(&path).await.location(), format!("/rooms/{}", own.id), "who is not in it is asked there");
    assert_eq!(zoe.get("/rooms/99/people").await.location(), "/rooms/99");
    assert_eq!(app.get(&path).await.location(), "/enter");
    assert_eq!(ada.get(&format!("{path}/")).await.status, 308);
}

#[tokio::test]
async fn newest_messages_come_with_the_number_of_people() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "one").await;
    let page = async |fields: &[(&str, &str)]| -> Page {
        let fields: Vec<_> = [("room", "1")].into_iter().chain(fields.iter().copied()).collect();
        lin.post("/api/messages/page", &fields).await.ok()
    };
    assert_eq!(page(&[]).await.members, Some(1));
    app.enter("Mei").await;
    assert_eq!(page(&[]).await.members, Some(2));
    let MessageId(id) = sent.id;
    assert_eq!(page(&[("around", &id.to_string())]).await.members, Some(2));
    assert_eq!(page(&[("before", &id.to_string())]).await.members, None, "it is not counted with every page");
    let room = lin.get("/rooms/1").await;
    let link = html::find(&room.body, "a", "href", "/rooms/1/people").expect("a link to them");
    assert_eq!(link.attribute("aria-label"), "2 people");
}
