//! Posting: durable before it is acknowledged, one message for one key.

use super::{app::TestApp, store_fixture::fresh_key};
use crate::{features::messages::model::Message, model::error::Code};
use std::collections::HashSet;

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_power_went() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut sent = Vec::new();
    for i in 0..3 {
        sent.push(lin.send(1, &format!("**{i}**")).await);
        let after = app.after_power_loss().await;
        let page = after.again(&lin).page(1).await;
        assert_eq!(page.messages, sent);
        assert_eq!((page.at_start, page.at_end, page.head), (true, true, sent[i].seq));
    }
    let gone = lin.delete(sent[1].id).await;
    let room = lin.create_room("Plans").await;
    let after = app.after_power_loss().await;
    let lin = after.again(&lin);
    assert_eq!(lin.page(1).await.messages[1], gone);
    assert!(lin.page(room).await.messages.is_empty(), "the room and the membership are there too");
}

#[tokio::test]
async fn a_restart_changes_nothing_and_the_numbers_go_on() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "before").await;
    let store = app.app.db.store_id().to_owned();
    let app = app.restart().await;
    let lin = app.again(&lin);
    let next = lin.send(1, "after").await;
    assert_eq!((next.seq.0, next.n), (sent.seq.0 + 1, sent.n + 1));
    assert_eq!(lin.page(1).await.messages, [sent, next]);
    assert_eq!(app.app.db.store_id(), store);
}

#[tokio::test]
async fn a_resent_key_answers_the_same_message() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let key = fresh_key().to_string();
    let first: Message = lin.try_send(1, &key, "a text\r\nin lines").await.ok();
    let again: Message = lin.try_send(1, &key.to_uppercase(), "\n \r\na text\nin lines ").await.ok();
    assert_eq!(first, again, "the key in capitals and the text untidied are the same");
    let other: Message = mei.try_send(1, &key, "a text").await.ok();
    assert_ne!(other.id, first.id, "another person's key is another key");
    let app = app.restart().await;
    let later: Message = app.again(&lin).try_send(1, &key, "a text\nin lines").await.ok();
    assert_eq!(later, first);
    assert_eq!(app.count("SELECT count(*) FROM messages").await, 2);
}

#[tokio::test]
async fn twenty_sends_of_one_key_at_once_are_one_message() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    let key = fresh_key().to_string();
    let sends = (0..20).map(|_| lin.try_send(1, &key, "once"));
    let answers = futures_util::future::join_all(sends).await;
    let ids: HashSet<_> = answers.iter().map(|answer| answer.ok::<Message>().id).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.count("SELECT count(*) FROM messages").await, 1);
    lin.send(1, "next").await;
    assert_eq!(stream.texts(2).await, ["once", "next"], "and one event");
}

#[tokio::test]
async fn a_used_key_with_another_text_or_room_is_refused() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let room = lin.create_room("Plans").await;
    let key = fresh_key().to_string();
    let first: Message = lin.try_send(1, &key, "first").await.ok();
    let before = app.rows().await;
    assert_eq!(lin.try_send(1, &key, "second").await.code(), Code::KeyUsed);
    assert_eq!(lin.try_send(room, &key, "first").await.code(), Code::KeyUsed);
    assert_eq!(lin.page(1).await.messages, [first]);
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn the_key_of_a_deleted_message_answers_its_tombstone() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let key = fresh_key().to_string();
    let sent: Message = lin.try_send(1, &key, "gone").await.ok();
    let gone = lin.delete(sent.id).await;
    for text in ["gone", "another text"] {
        assert_eq!(lin.try_send(1, &key, text).await.ok::<Message>(), gone, "{text}");
    }
    assert_eq!(lin.page(1).await.messages, [gone]);
}

#[tokio::test]
async fn a_message_is_deleted_by_its_author_and_by_who_runs_the_room() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await;
    let (seen, unseen) = (lin.send(1, "seen").await, lin.send(room, "unseen").await);
    let before = app.rows().await;
    let delete = async |id: &str| mei.post("/api/messages/delete", &[("message", id)]).await.code();
    assert_eq!(delete(&seen.id.to_string()).await, Code::Forbidden);
    assert_eq!(delete(&unseen.id.to_string()).await, Code::NotFound, "what one may not see is not there");
    assert_eq!(delete("999999").await, Code::NotFound);
    for wrong in ["", "-1", "word", "18446744073709551616"] {
        assert_eq!(delete(wrong).await, Code::BadInput, "{wrong:?}");
    }
    assert_eq!(app.rows().await, before);
    mei.join(room).await;
    let of_mei = mei.send(room, "of Mei").await;
    assert_eq!(delete(&unseen.id.to_string()).await, Code::Forbidden, "she does not run the room");
    assert!(lin.delete(of_mei.id).await.deleted, "who runs it does");
}

#[tokio::test]
async fn only_who_opened_a_room_renames_it() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await.to_string();
    mei.join(room.parse().unwrap()).await;
    let before = app.rows().await;
    let rename = async |room: &str, name: &str| mei.post("/api/rooms/rename", &[("room", room), ("name", name)]).await.error();
    assert_eq!(rename(&room, "Mine").await.code, Code::Forbidden);
    assert_eq!(rename("1", "Mine").await.code, Code::Forbidden, "General is nobody's");
    assert_eq!(rename("77", "Mine").await.code, Code::NotFound);
    assert_eq!(rename("word", "Mine").await.field.as_deref(), Some("room"));
    assert_eq!(rename(&room, "a\u{202e}b").await.field.as_deref(), Some("name"));
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn history_comes_in_pages_that_meet() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (1..=130).map(|i| i.to_string())).await;
    let page = async |fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("room", "1")].iter().chain(fields).copied().collect();
        lin.post("/api/messages/page", &fields).await
    };
    let ns = |page: &crate::features::messages::model::Page| {
        (page.messages.first().map_or(0, |m| m.n), page.messages.last().map_or(0, |m| m.n))
    };
    let newest: crate::features::messages::model::Page = page(&[]).await.ok();
    assert_eq!((ns(&newest), newest.at_start, newest.at_end), ((81, 130), false, true));
    let first = newest.messages[0].id.to_string();
    let older: crate::features::messages::model::Page = page(&[("before", &first), ("limit", "100")]).await.ok();
    assert_eq!((ns(&older), older.at_start, older.at_end), ((1, 80), true, false));
    let newer: crate::features::messages::model::Page =
        page(&[("after", &older.messages[9].id.to_string()), ("limit", "5")]).await.ok();
    assert_eq!(ns(&newer), (11, 15));
    let around: crate::features::messages::model::Page = page(&[("around", &first), ("limit", "10")]).await.ok();
    assert!(ns(&around).0 < 81 && ns(&around).1 > 81 && around.messages.len() == 10);
    for (wrong, field) in
        [(("limit", "101"), "limit"), (("limit", "0"), "limit"), (("before", "x"), "before"), (("around", "-1"), "around")]
    {
        assert_eq!(page(&[wrong]).await.error().field.as_deref(), Some(field));
    }
    assert_eq!(page(&[("before", &first), ("after", &first)]).await.code(), Code::BadInput);
}

#[tokio::test]
async fn rooms_are_listed_in_pages_by_id() {
    use crate::{features::rooms::model::RoomList, model::error::Reason};
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    for name in ["Tea", "Plans", "Quiet"] {
        lin.create_room(name).await;
    }
    let list = async |fields: &[(&str, &str)]| mei.post("/api/rooms/list", fields).await;
    let page = async |fields: &[(&str, &str)]| {
        let RoomList { items, next } = list(fields).await.ok();
        (items.iter().map(|room| (room.id.0, room.name.clone())).collect::<Vec<_>>(), next.map(|id| id.0))
    };
    let named = |id: u64, name: &str| (id, name.to_owned());
    let all = [named(1, "General"), named(2, "Tea"), named(3, "Plans"), named(4, "Quiet")];
    assert_eq!(page(&[]).await, (all.to_vec(), None));
    assert_eq!(page(&[("limit", "2")]).await, (all[..2].to_vec(), Some(2)));
    assert_eq!(page(&[("after", "2"), ("limit", "2")]).await, (all[2..].to_vec(), None));
    assert_eq!(page(&[("after", "4")]).await, (Vec::new(), None));
    assert!(!list(&[]).await.body.contains("next"), "missing at the end");
    for (field, value) in [("limit", "0"), ("limit", "101"), ("limit", "+1"), ("after", "x"), ("after", "-1")] {
        let error = list(&[(field, value)]).await.error();
        assert_eq!((error.field.as_deref(), error.reason), (Some(field), Some(Reason::Malformed)), "{field}={value}");
    }
}
