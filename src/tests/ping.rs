//! What a stream says when nothing happens. The clock is the test's: it jumps to the next moment somebody waits for.

use super::{
    app::Builder,
    store_fixture::{self, fresh_session},
};
use crate::{
    features::people::names,
    model::ids::{GENERAL, UserId},
    server::state::Process,
    stream::{
        event_stream::{Cursor, EventStream},
        hub::Owner,
        sse::PING,
        subscription::Subscription,
    },
};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::Instant;

async fn app(dir: &TempDir, ring_frames: u32) -> Process {
    crate::server::start::open(Builder::default().set("ring_frames", ring_frames).config(dir.path())).await.unwrap()
}

async fn enter(app: &Process, name: &str) -> UserId {
    let name = names::check(name).unwrap();
    crate::features::accounts::store::add_person(&app.db, &app.hooks, name, fresh_session()).await.unwrap().id
}

async fn send(app: &Process, author: UserId, room: crate::model::ids::RoomId, text: &str) {
    let (key, body) = (store_fixture::fresh_key(), crate::features::messages::markup::parse(text));
    let new = crate::features::messages::store::NewMessage { room, author, key, text: text.to_owned(), body };
    crate::features::messages::store::send(&app.db, &app.hooks, new).await.unwrap();
}

async fn stream(app: &Process, user: UserId) -> EventStream {
    stream_for(app, user, Duration::from_secs(3600)).await
}

async fn stream_for(app: &Process, user: UserId, lasts: Duration) -> EventStream {
    let owner = Owner { user, session: "tag".into(), address: [127, 0, 0, 1].into() };
    let place = Subscription::open(&app.hub, owner).unwrap();
    let mut stream =
        EventStream::open(place, app.db.clone(), &app.stream_config, "tag", lasts, Cursor::Head, None).await.unwrap();
    assert!(next(&mut stream).await.contains("event: hello"));
    stream
}

async fn next(stream: &mut EventStream) -> String {
    String::from_utf8(stream.next().await.expect("the stream goes on").to_vec()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_pings_in_its_interval_and_what_is_said_counts() {
    let dir = TempDir::new().unwrap();
    let app = app(&dir, 64).await;
    let lin = enter(&app, "Lin").await;
    let mut stream = stream(&app, lin).await;
    for _ in 0..3 {
        let before = Instant::now();
        assert_eq!(next(&mut stream).await, "event: ping\ndata: {}\n\n");
        let waited = before.elapsed();
        assert!(waited <= PING + std::time::Duration::from_millis(2) && waited >= PING.mul_f64(0.99), "{waited:?}");
    }
    tokio::time::advance(PING.mul_f64(0.8)).await;
    send(&app, lin, GENERAL, "hello").await;
    assert!(next(&mut stream).await.contains("\"text\":\"hello\""));
    let before = Instant::now();
    assert_eq!(next(&mut stream).await, "event: ping\ndata: {}\n\n");
    assert!(before.elapsed() >= PING.mul_f64(0.99), "a message is as good as a ping");
}

#[tokio::test(start_paused = true)]
async fn a_ping_moves_the_cursor_before_it_falls_out_of_the_ring() {
    let dir = TempDir::new().unwrap();
    let app = app(&dir, 16).await;
    let (lin, mei) = (enter(&app, "Lin").await, enter(&app, "Mei").await);
    let room = crate::features::rooms::store::create(&app.db, &app.hooks, lin, "Busy".to_owned()).await.unwrap().id;
    let mut stream = stream(&app, mei).await;
    for i in 0..10 {
        send(&app, lin, room, &i.to_string()).await;
    }
    let head = app.hub.head();
    assert_eq!(next(&mut stream).await, format!("event: ping\nid: {head}\ndata: {{}}\n\n"));
    assert_eq!(next(&mut stream).await, "event: ping\ndata: {}\n\n", "once is enough");
    send(&app, lin, room, "one more").await;
    assert_eq!(next(&mut stream).await, "event: ping\ndata: {}\n\n", "a little behind is fine");
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_when_its_session_has_grown_too_old() {
    let dir = TempDir::new().unwrap();
    let app = app(&dir, 64).await;
    let lin = enter(&app, "Lin").await;
    let mut stream = stream_for(&app, lin, Duration::from_secs(20)).await;
    assert_eq!(next(&mut stream).await, "event: ping\ndata: {}\n\n");
    assert!(next(&mut stream).await.contains("event: bye"));
    assert!(stream.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn at_the_end_every_stream_says_bye_at_a_moment_of_its_own() {
    let dir = TempDir::new().unwrap();
    let app = app(&dir, 64).await;
    let lin = enter(&app, "Lin").await;
    let mut streams = Vec::new();
    for _ in 0..20 {
        streams.push(stream(&app, lin).await);
    }
    app.hub.close();
    let closed = Instant::now();
    let ends = streams.iter_mut().map(|stream| async move {
        let bye = next(stream).await;
        assert!(bye.contains("event: bye\n") && bye.starts_with("retry: "), "{bye}");
        assert_eq!(stream.next().await, None);
        closed.elapsed()
    });
    let mut ends = futures_util::future::join_all(ends).await;
    assert!(ends.iter().all(|end| *end <= app.stream_config.shutdown_spread));
    ends.sort();
    ends.dedup();
    assert!(ends.len() > 10, "spread, so that they do not all come back at once: {ends:?}");
}
