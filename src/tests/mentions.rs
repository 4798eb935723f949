//! Mentions over HTTP: whom a message names, what its tree says, and which unread messages name somebody.

use super::{app::TestApp, person::Person};
use crate::{
    features::{
        messages::model::{Mentions, Message, Page},
        subscriptions::model::Subscription,
    },
    model::{
        ids::{MessageId, UserId},
        initial_data::Workspace,
        things::Event,
    },
};

async fn unread(person: &Person, room: u64) -> Vec<MessageId> {
    let fetched: Workspace = person.post("/api/workspace/fetch", &[]).await.ok();
    let of_room = |one: Subscription| (one.room.0 == room).then_some(one.mentions);
    fetched.beside.subscriptions.into_iter().find_map(of_room).expect("a subscription")
}

async fn read(person: &Person, room: u64, n: u64) -> Subscription {
    person.post("/api/rooms/read", &[("room", &room.to_string()), ("n", &n.to_string())]).await.ok()
}

fn users(ids: &[u64]) -> Mentions {
    Mentions { users: ids.iter().map(|id| UserId(*id)).collect(), ..Mentions::default() }
}

#[tokio::test]
async fn person_is_named_by_handle_and_by_name_and_the_tree_says_whom() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei Ó").await);
    app.app.db.write(|write| Ok(write.script("UPDATE users SET handle = 'mei' WHERE id = 2")?)).await.unwrap();
    for (text, said) in [("hi @Mei, ok?", "@Mei"), ("hi @\"Mei Ó\", ok?", "@Mei Ó"), ("你好\u{ff20}mei, ok?", "\u{ff20}mei")]
    {
        let answer = lin
            .post("/api/messages/send", &[("room", "1"), ("key", &super::store_fixture::fresh_key().to_string()), ("text", text)])
            .await;
        let json: serde_json::Value = answer.json();
        assert_eq!(json["mentions"], serde_json::json!({"users": [2]}));
        assert_eq!(json["body"][0]["p"][1], serde_json::json!({"m": {"user": 2, "t": said}}));
        let sent: Message = answer.ok();
        let page: Page = mei.page(1).await;
        assert_eq!(page.messages.last(), Some(&sent), "read from the store it is the same");
        let html = mei.get("/rooms/1").await.body;
        assert!(html.contains("class=\"message first mentions-me\"") || html.contains("message mentions-me"), "{html}");
        assert!(html.contains("<a class=\"mention\" translate=\"no\" href=\"/people/2\">"), "{html}");
        assert!(!lin.get("/rooms/1").await.body.contains("mentions-me"), "the row of somebody else is not marked");
    }
}

#[tokio::test]
async fn names_of_people_outside_and_names_that_several_have_stay_text() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let tea = lin.create_room("Tea").await;
    let outside = lin.send(tea, "@\"Mei\" and @\"Lin\"#2 and @\"Nobody\"").await;
    assert_eq!(outside.mentions, users(&[]));
    mei.join(tea).await;
    assert_eq!(lin.send(tea, "@\"Mei\" and `@\"Mei\"`").await.mentions, users(&[2]));
    app.app.db.write(|write| Ok(write.script("UPDATE users SET name = 'Mei' WHERE id = 1")?)).await.unwrap();
    assert_eq!(lin.send(tea, "@\"Mei\" and @\"Mei\"#2").await.mentions, users(&[2]));
    // Whom a stored message names does not change with names.
    assert_eq!(mei.page(tea).await.messages[0].mentions, users(&[]));
}

#[tokio::test]
async fn everybody_is_named_by_those_who_may() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let tea = lin.create_room("Tea").await;
    mei.join(tea).await;
    let sent = mei.send(tea, "@room and @here: tea").await;
    assert_eq!((sent.mentions.room, sent.mentions.here), (true, true));
    assert_eq!((unread(&lin, tea).await, unread(&mei, tea).await), (vec![sent.id], vec![]));
    lin.post("/api/rooms/update", &[("room", &tea.to_string()), ("posting", "admins")]).await;
    assert!(lin.send(tea, "@room").await.mentions.room);
    assert!(mei.send(1, "@room @here").await.mentions.is_empty(), "in General its admins alone");
}

#[tokio::test]
async fn unread_mentions_follow_reading_deletion_and_ones_own_messages() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut stream = mei.stream().await;
    let mut named = Vec::new();
    for n in 0..3 {
        named.push(lin.send(1, &format!("{n} @\"Mei\"")).await);
        lin.send(1, "and so on").await;
    }
    let ids: Vec<MessageId> = named.iter().map(|message| message.id).collect();
    assert_eq!((unread(&mei, 1).await, unread(&lin, 1).await), (ids.clone(), vec![]));
    for _ in 0..6 {
        stream.change().await;
    }
    let mark = read(&mei, 1, named[0].n).await;
    assert_eq!(mark.mentions, ids[1..]);
    assert_eq!(stream.change().await, Event::Subscription(mark));
    lin.post("/api/messages/delete", &[("message", &ids[1].to_string())]).await;
    let Event::Message(tombstone) = stream.change().await else { panic!("the tombstone") };
    assert!(tombstone.deleted && tombstone.mentions.is_empty());
    assert_eq!(unread(&mei, 1).await, ids[2..]);
    mei.send(1, "on it").await;
    assert_eq!(unread(&mei, 1).await, [], "who writes has read what stands above");
    assert_eq!(read(&mei, 1, 0).await.mentions, [ids[0], ids[2]], "marked unread from the start");
    assert_eq!(read(&mei, 1, 99).await.mentions, []);
}

#[tokio::test]
async fn subscription_names_the_newest_hundred() {
    let app = TestApp::with("posts_per_minute", 0).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut ids = Vec::new();
    for _ in 0..103 {
        ids.push(lin.send(1, "@\"Mei\"").await.id);
    }
    assert_eq!(unread(&mei, 1).await, ids[3..]);
    assert_eq!(read(&mei, 1, 1).await.mentions, ids[3..]);
    assert_eq!(read(&mei, 1, 10).await.mentions, ids[10..]);
}
