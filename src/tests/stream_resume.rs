//! Going on after a drop: from the ring, from the store, after a restart, in pages while others go on posting.

use super::{
    app::TestApp,
    person::{Person, WAYS},
    sse::{Frame, Stream},
};
use crate::{
    features::rooms::model::Member,
    model::{
        ids::Seq,
        things::{Event, Hello, Thing},
    },
};
use reqwest::Method;
use std::collections::HashSet;

async fn resumed(person: &Person, path: &str, last_event_id: Option<u64>) -> (Frame, Stream) {
    let mut request = person.request(Method::GET, path);
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id.to_string());
    }
    let mut stream = Stream::open(request).await;
    let hello = stream.next().await;
    assert_eq!(hello.event, "hello");
    (hello, stream)
}

#[tokio::test]
async fn a_resume_goes_on_after_its_cursor_in_order_and_once_each() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut sent = Vec::new();
    for i in 0..20 {
        sent.push(lin.send(1, &i.to_string()).await);
    }
    let after = sent[4].seq.0;
    let wanted: Vec<String> = (5..20).map(|i| i.to_string()).collect();
    for (path, header) in [
        ("/events".to_owned(), Some(after)),
        (format!("/events?after={after}"), None),
        ("/events?after=1".to_owned(), Some(after)),
    ] {
        let (hello, mut stream) = resumed(&lin, &path, header).await;
        assert_eq!(hello.id, after.to_string(), "the header wins over the address: {path}");
        assert_eq!(hello.json::<Hello>().head, sent[19].seq);
        assert_eq!(stream.texts(15).await, wanted, "{path}");
        assert!(stream.is_quiet());
    }
}

#[tokio::test]
async fn every_send_is_one_event_on_every_members_stream() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut streams = Vec::new();
    for way in WAYS {
        streams.extend([lin.by(way).stream().await, mei.by(way).stream().await]);
    }
    for i in 0..30 {
        let sent = lin.send(1, &format!("message {i}")).await;
        for stream in &mut streams {
            assert_eq!(stream.change().await, Event::Message(sent.clone()));
        }
    }
}

/// Everything up to `head`, without what a room says of its last message: that is a hint as of some moment.
async fn replay(person: &Person, head: Seq) -> Vec<Event> {
    let mut changes = person.stream_after(0).await.until(head).await;
    for change in &mut changes {
        match change {
            Event::Room(room) => (room.last, room.last_n) = (0, 0),
            // The room is what it was when that was published, or is when it is read.
            Event::Member(Member { as_of, .. }) => *as_of = None,
            _ => {}
        }
    }
    changes
}

#[tokio::test]
async fn ring_and_store_replay_the_same_also_after_a_restart() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = mei.create_room("Plans").await;
    lin.join(room).await;
    mei.create_room("Not Lin's").await;
    let gone = lin.send(1, "gone soon").await;
    for i in 0..10 {
        lin.send(1 + u64::from(i % 2 == 0) * (room - 1), &format!("**{i}** `x`")).await;
    }
    lin.delete(gone.id).await;
    mei.rename(room, "Better plans").await;
    let head = app.app.hub.head();

    let from_ring = replay(&lin, head).await;
    let app = app.restart().await;
    let refilled = replay(&app.again(&lin), head).await;
    let app = app.restart_with(|builder| builder.set("ring_frames", 2)).await;
    let from_store = replay(&app.again(&lin), head).await;

    assert_eq!(from_ring, from_store);
    assert_eq!(refilled, from_store);
    let things: HashSet<Thing> = from_store.iter().map(Event::thing).collect();
    assert_eq!(things.len(), from_store.len(), "each thing once, in its newest state");
    assert!(from_store.len() > 15);
}

#[tokio::test]
async fn more_than_a_page_is_replayed_whole_while_posting_goes_on() {
    const BEFORE: usize = 1_200;
    let app = TestApp::with("ring_frames", 64).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let start = app.head();
    app.fill(lin.id, 1, (0..BEFORE).map(|i| i.to_string())).await;
    let posting = tokio::spawn(async move {
        for i in BEFORE..BEFORE + 200 {
            lin.send(1, &i.to_string()).await;
        }
    });
    let mut readers = Vec::new();
    for (after, way) in [(start, WAYS[0]), (start + 400, WAYS[0]), (start + 700, WAYS[1])] {
        readers.push((after, mei.by(way).stream_after(after).await));
    }
    for (after, mut stream) in readers {
        let first = (after - start) as usize;
        let wanted: Vec<String> = (first..BEFORE + 200).map(|i| i.to_string()).collect();
        assert_eq!(stream.texts(wanted.len()).await, wanted, "nothing lost, nothing doubled");
    }
    posting.await.unwrap();
}

#[tokio::test]
async fn a_reader_that_falls_out_of_the_ring_reads_on_from_the_store() {
    let app = TestApp::with("ring_frames", 4).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut stream = mei.stream().await;
    // Far more than the socket's buffers, so that the ring overruns while nobody reads.
    let texts: Vec<String> = (0..900).map(|i| format!("{i} {}", "x".repeat(7_000))).collect();
    app.fill(lin.id, 1, texts.iter().cloned()).await;
    assert!(stream.texts(texts.len()).await == texts, "nothing lost, nothing doubled, in order");
}

#[tokio::test]
async fn a_stream_of_a_quiet_room_stays_whole_when_the_ring_moves_on() {
    let app = TestApp::with("ring_frames", 4).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let busy = lin.create_room("Busy").await;
    let mut stream = mei.stream().await;
    app.fill(lin.id, busy, (0..50).map(|i| i.to_string())).await;
    lin.send(1, "for Mei").await;
    assert_eq!(stream.text().await, "for Mei");
}

#[tokio::test]
async fn dropping_and_coming_back_at_any_place_loses_and_doubles_nothing() {
    let app = TestApp::with("ring_frames", 32).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut stream = mei.stream().await;
    let posting = tokio::spawn(async move {
        for i in 0..150 {
            lin.send(1, &i.to_string()).await;
        }
    });
    let (mut got, mut cursor) = (Vec::new(), 0);
    while got.len() < 150 {
        let Event::Message(message) = stream.change().await else { continue };
        got.push(message.text);
        cursor = message.seq.0.max(cursor);
        if got.len() % 7 == 0 {
            stream = mei.stream_after(cursor).await;
        }
    }
    posting.await.unwrap();
    assert_eq!(got, (0..150).map(|i| i.to_string()).collect::<Vec<_>>());
}
