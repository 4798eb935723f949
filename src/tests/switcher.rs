//! The quick switcher over HTTP: which rooms are found, in which order, and by whom.

use super::{app::TestApp, person::Person};
use crate::{
    features::{
        rooms::model::Room,
        switcher::model::{FoundRooms, MAX_FOUND},
    },
    model::error::{Code, Reason},
};

async fn found(person: &Person, text: &str) -> Vec<u64> {
    let answer: FoundRooms = person.post("/api/rooms/find", &[("text", text)]).await.ok();
    answer.rooms.into_iter().map(|room| room.0).collect()
}

#[tokio::test]
async fn rooms_are_found_by_their_names_and_by_how_those_sound() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let hall = lin.create_room("公告大厅").await;
    let design = lin.create_room("Design").await;
    let redesign = lin.create_room("Redesign").await;
    let web = lin.create_room("Web design").await;
    for text in ["ggdt", "GongGao", "大厅", "  dating "] {
        assert_eq!(found(&lin, text).await, [hall], "{text}");
    }
    assert_eq!(found(&lin, "desi").await, [design, web, redesign], "beginnings, then words, then the rest");
    assert_eq!(found(&mei, "DESI").await, [design, web, redesign], "also rooms that one may join");
    mei.join(redesign).await;
    assert_eq!(found(&mei, "sign").await.first(), Some(&redesign), "one's own come first");
    assert_eq!((found(&lin, "").await, found(&lin, "nothing of the kind").await), (vec![], vec![]));
    lin.post("/api/rooms/archive", &[("room", &design.to_string()), ("on", "true")]).await;
    assert_eq!(found(&lin, "desi").await, [web, redesign]);
}

#[tokio::test]
async fn private_and_direct_rooms_are_found_by_their_people_alone() {
    let app = TestApp::start().await;
    let (lin, mei, eve) = (app.enter("Lin").await, app.enter("Mei 林").await, app.enter("Eve").await);
    let private: Room = lin.post("/api/rooms/create", &[("name", "Secret"), ("kind", "private")]).await.ok();
    let direct: Room = lin.post("/api/rooms/direct", &[("users", &mei.id.to_string())]).await.ok();
    assert_eq!((found(&lin, "secret").await, found(&eve, "secret").await), (vec![private.id.0], vec![]));
    for text in ["mei", "lin", "mei l"] {
        assert_eq!(found(&lin, text).await, [direct.id.0], "{text}: by the other's name");
    }
    assert_eq!(found(&mei, "lin").await, [direct.id.0]);
    assert_eq!((found(&mei, "mei").await, found(&eve, "lin").await), (vec![], vec![]), "not by one's own");
}

#[tokio::test]
async fn search_is_bounded_and_needs_a_session() {
    let app = TestApp::with("posts_per_second", 0).start().await;
    let lin = app.enter("Lin").await;
    for number in 0..MAX_FOUND + 5 {
        lin.create_room(&format!("Room {number}")).await;
    }
    assert_eq!(found(&lin, "room").await.len(), MAX_FOUND);
    let error = lin.post("/api/rooms/find", &[("text", &"x".repeat(65))]).await.error();
    assert_eq!((error.code, error.field.as_deref(), error.reason), (Code::BadInput, Some("text"), Some(Reason::TooLong)));
    assert_eq!(app.post("/api/rooms/find", &[("text", "x")]).await.code(), Code::NotEntered);
}
