//! How a stream ends: by leaving, at once and for good, and nobody else's with it.

use super::{answer::Answer, app::TestApp, person::Way};
use crate::model::error::Code;
use reqwest::Method;

#[tokio::test]
async fn leaving_ends_the_sessions_streams_at_once_and_for_good() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let (mut one, mut two, mut other) = (lin.stream().await, lin.by(Way::Body).stream().await, mei.stream().await);
    let start = app.head();
    lin.leave().await;
    mei.send(1, "behind your back").await;
    for stream in [&mut one, &mut two] {
        let frames = stream.read_to_end().await;
        let bye = frames.last().expect("a bye");
        assert_eq!(bye.event, "bye");
        assert!((1_000..=5_000).contains(&bye.retry.unwrap()), "{bye:?}");
        assert!(!stream.raw().concat().contains("behind"), "nothing arrives after leaving");
    }
    let again = lin.request(Method::GET, &format!("/events?after={start}"));
    assert_eq!(Answer::of(again).await.code(), Code::NotEntered);
    assert_eq!(lin.post("/api/auth/me", &[]).await.code(), Code::NotEntered);
    assert_eq!(other.text().await, "behind your back", "another's stream goes on");
    app.until_streams(1).await;
}

#[tokio::test]
async fn leaving_also_ends_a_stream_that_is_still_catching_up() {
    let app = TestApp::with("ring_frames", 4).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let start = app.head();
    app.fill(mei.id, 1, (0..900).map(|i| format!("{i} {}", "x".repeat(7_000)))).await;
    let mut stream = lin.stream_after(start).await;
    lin.leave().await;
    mei.send(1, "behind your back").await;
    let frames = stream.read_to_end().await;
    assert_eq!(frames.last().unwrap().event, "bye");
    assert!(!stream.raw().concat().contains("behind"));
}

#[tokio::test]
async fn entering_anew_ends_the_streams_of_the_session_before() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    assert_eq!(lin.post("/api/auth/enter", &[("name", "Lin the second")]).await.status, 200);
    assert_eq!(stream.read_to_end().await.last().unwrap().event, "bye");
}

#[tokio::test]
async fn a_reader_that_goes_away_leaves_nothing_behind() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for _ in 0..5 {
        let streams = [lin.stream().await, lin.by(Way::Body).stream().await, lin.stream().await];
        app.until_streams(3).await;
        drop(streams);
        app.until_streams(0).await;
    }
}
