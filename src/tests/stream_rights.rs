//! What each person sees on the stream: members only, from joining on; a deleted body nowhere.

use super::app::TestApp;
use crate::{features::rooms::model::Member, model::things::Event};

#[tokio::test]
async fn a_rooms_messages_reach_its_members_only() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Quiet").await;
    let (mut inside, mut outside) = (lin.stream().await, mei.stream().await);
    let start = app.head();
    lin.send(room, "a secret").await;
    lin.send(1, "for all").await;
    assert_eq!(inside.texts(2).await, ["a secret", "for all"]);
    assert_eq!(outside.text().await, "for all");
    assert_eq!(mei.stream_after(start).await.text().await, "for all", "nor by a resume from the ring");
    let app = app.restart_with(|builder| builder.set("ring_frames", 1)).await;
    let mut stream = app.again(&mei).stream_after(0).await;
    assert_eq!(stream.text().await, "for all", "nor from the store");
    assert!(!stream.raw().concat().contains("secret"));
}

#[tokio::test]
async fn joining_brings_the_membership_and_then_what_is_said() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await;
    let (mut lins, mut meis) = (lin.stream().await, mei.stream().await);
    lin.send(room, "before Mei").await;
    let member = mei.join(room).await;
    let with = lin.send(room, "with Mei").await;
    // Her subscription comes from the store, and with it what the room's members know already; a client fetches the room anyway.
    let mut heard = meis.until(with.seq).await;
    heard.retain(|event| event.seq() >= member.seq);
    let first = heard.remove(0);
    assert!(matches!(&first, Event::Member(own) if own.seq == member.seq && own.joined && own.as_of.is_some()), "{first:?}");
    let subscription = heard.remove(0);
    assert!(
        matches!(&subscription, Event::Subscription(own) if own.read == 1 && own.seq.0 == member.seq.0 + 1),
        "{subscription:?}"
    );
    assert_eq!(heard, [Event::Message(with)]);
    assert_eq!(lins.text().await, "before Mei");
    assert_eq!(lins.change().await, Event::Member(member.clone()), "the room is told");
    let again = mei.join(room).await;
    assert_eq!(Member { as_of: None, ..again }, Member { as_of: None, ..member }, "joining again changes nothing");
    lin.send(1, "next").await;
    assert_eq!(lins.texts(2).await, ["with Mei", "next"]);
}

#[tokio::test]
async fn everybody_hears_of_rooms_names_and_people() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut stream = mei.stream().await;
    let room = lin.create_room("Plans").await;
    assert!(matches!(stream.change().await, Event::Room(created) if created.id.0 == room && created.name == "Plans"));
    let renamed = lin.rename(room, "Better plans").await;
    assert_eq!(stream.change().await, Event::Room(renamed.clone()));
    assert_eq!(lin.rename(room, "Better plans").await, renamed, "the same name again tells nobody");
    let ada = app.enter("Ada").await;
    assert!(matches!(stream.change().await, Event::User(user) if user.id == ada.id && user.name == "Ada"));
    assert!(matches!(stream.change().await, Event::Member(member) if member.user == ada.id && member.room.0 == 1));
}

#[tokio::test]
async fn a_deleted_text_is_in_no_replay_and_on_no_page() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let start = app.head();
    let mut live = mei.stream().await;
    let sent = lin.send(1, "xyzzy-secret **word**").await;
    let after = lin.send(1, "after").await;
    assert_eq!(live.texts(2).await, ["xyzzy-secret **word**", "after"]);
    let gone = lin.delete(sent.id).await;
    assert!(gone.deleted && gone.text.is_empty() && gone.body.is_empty() && gone.seq > after.seq);
    assert_eq!((gone.id, gone.n), (sent.id, sent.n));
    assert_eq!(live.change().await, Event::Message(gone.clone()), "the newest state, told live");
    assert!(!live.raw().last().unwrap().contains("xyzzy"));
    assert_eq!(lin.delete(sent.id).await, gone, "deleting again changes nothing");

    let mut from_ring = mei.stream_after(start).await;
    assert_eq!(from_ring.until(gone.seq).await, [Event::Message(after), Event::Message(gone.clone())]);
    let page = mei.page(1).await;
    assert!(page.messages.contains(&gone));
    let html = mei.get("/rooms/1").await.body;
    let app = app.restart_with(|builder| builder.set("ring_frames", 1)).await;
    let mei = app.again(&mei);
    let mut from_store = mei.stream_after(start).await;
    from_store.until(gone.seq).await;
    let api = mei.post("/api/messages/page", &[("room", "1")]).await.body;
    for (place, text) in [("ring", from_ring.raw().concat()), ("store", from_store.raw().concat()), ("html", html), ("page", api)]
    {
        assert!(text.contains("after") && !text.contains("xyzzy"), "{place}: {text}");
    }
}

#[tokio::test]
async fn no_text_can_make_an_event_of_its_own() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    for text in [
        "a\n\nevent: x\rdata: {}\n\nid: 999999\r\n\r\nretry: 1\n\nb",
        "\u{feff}a\u{2028}b\u{2029}c\u{85}d",
        "a\u{b}b\u{c}c\u{1b}[31m",
    ] {
        let sent = lin.send(1, text).await;
        let frame = stream.next().await;
        assert_eq!(frame.change(), Event::Message(sent.clone()));
        let raw = stream.raw().pop().unwrap();
        assert_eq!(raw, format!("id: {}\ndata: {}\n\n", sent.seq, frame.data), "one id, one line of data");
    }
    lin.send(1, "next").await;
    assert_eq!(stream.text().await, "next");
}
