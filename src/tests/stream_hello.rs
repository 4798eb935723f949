//! How a stream begins: its headers, `hello`, the cursor, and who may open one.

use super::{answer::Answer, app::TestApp, sse::Stream};
use crate::model::{error::Code, things::Hello};
use reqwest::Method;

#[tokio::test]
async fn hello_comes_first_with_the_head_as_its_id() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "before").await;
    let mut stream = Stream::open(lin.request(Method::GET, "/events")).await;
    let frame = stream.next().await;
    let hello: Hello = frame.json();
    assert_eq!((frame.event.as_str(), frame.id), ("hello", sent.seq.to_string()));
    assert_eq!((hello.head, hello.me, hello.store.as_str()), (sent.seq, lin.id, app.app.db.store_id()));
    assert!(!lin.cookie.contains(&hello.session) && !hello.session.is_empty());
    let retry = frame.retry.expect("a retry");
    assert!((1_000..=5_000).contains(&retry), "{retry}");
    lin.send(1, "after").await;
    assert_eq!(stream.text().await, "after", "what came before the head is no news");
}

#[tokio::test]
async fn the_page_and_the_stream_name_the_session_alike() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let me: crate::features::accounts::api::Me = lin.post("/api/auth/me", &[]).await.ok();
    let mut stream = Stream::open(lin.request(Method::GET, "/events")).await;
    assert_eq!(stream.next().await.json::<Hello>().session, me.session);
    assert_eq!((me.id, me.name), (lin.id, lin.name));
}

#[tokio::test]
async fn a_stream_is_not_cached_transformed_nor_compressed() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let stream = Stream::open(lin.request(Method::GET, "/events").header("accept-encoding", "br, gzip")).await;
    let header = |name: &str| stream.headers.get(name).map_or("", |value| value.to_str().unwrap());
    assert_eq!(header("content-type"), "text/event-stream");
    assert_eq!(header("cache-control"), "private, no-cache, no-transform");
    assert_eq!(header("x-accel-buffering"), "no");
    assert_eq!((header("content-encoding"), header("content-length")), ("", ""));
    assert_eq!(header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn head_answers_the_head_alone_and_holds_no_stream() {
    let app = TestApp::with("streams_per_session", 1).start().await;
    let lin = app.enter("Lin").await;
    for _ in 0..3 {
        let answer = Answer::of(lin.request(Method::HEAD, "/events")).await;
        assert_eq!((answer.status, answer.header("content-type"), answer.body.as_str()), (200, "text/event-stream", ""));
    }
    app.until_streams(0).await;
    lin.stream().await;
}

#[tokio::test]
async fn without_a_session_there_is_no_stream() {
    let app = TestApp::start().await;
    for cookie in ["", "rill_session=", "rill_session=0000", &format!("rill_session={}", "0".repeat(64))] {
        let answer = Answer::of(app.request(Method::GET, "/events").header("cookie", cookie)).await;
        assert_eq!(answer.code(), Code::NotEntered, "{cookie}");
    }
}

#[tokio::test]
async fn only_our_own_pages_may_listen() {
    let app = TestApp::with("public_url", "http://chat.example.org").start().await;
    let lin = app.enter("Lin").await;
    let refused = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "http://chat.example.org.evil.example"),
        ("origin", &format!("https://{}", app.address)),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ];
    for (name, value) in refused {
        let answer = Answer::of(lin.request(Method::GET, "/events").header(name, value)).await;
        assert_eq!(answer.code(), Code::CrossSite, "{name}: {value}");
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    app.until_streams(0).await;
    for origin in [&app.url, "http://chat.example.org"] {
        let request = lin.request(Method::GET, "/events").header("origin", origin).header("sec-fetch-site", "same-origin");
        assert_eq!(Stream::open(request).await.next().await.event, "hello", "{origin}");
    }
}

#[tokio::test]
async fn a_stream_over_the_cap_of_its_session_is_told_when_to_come_again() {
    let app = TestApp::with("streams_per_session", 2).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let first = lin.stream().await;
    let _second = lin.stream().await;
    let over = Answer::of(lin.request(Method::GET, "/events")).await;
    assert_eq!(over.error().code, Code::Busy);
    assert_eq!(over.error().retry_after.unwrap().to_string(), over.header("retry-after"));
    let _other = mei.stream().await;
    drop(first);
    app.until_streams(2).await;
    lin.stream().await;
}

#[tokio::test]
async fn a_stream_over_the_cap_of_its_address_is_refused() {
    let app = TestApp::with("streams_per_address", 2).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let _streams = (lin.stream().await, mei.stream().await);
    let over = Answer::of(lin.request(Method::GET, "/events")).await;
    assert_eq!((over.status, over.code()), (503, Code::Busy));
}
