//! Sizes, content types, methods and rates: refused with words, and the client can read them.

use super::{
    answer::Answer,
    app::{TEST_TIMEOUT, TestApp, encode, form, json},
    store_fixture::fresh_key,
};
use crate::{features::messages::model::Message, model::error::Code};
use reqwest::{Body, Method};
use std::collections::HashSet;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const SEND: &str = "/api/messages/send";

#[tokio::test]
async fn too_large_a_body_is_refused_and_the_answer_arrives() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let before = app.rows().await;
    for size in [200_000, 3_000_000] {
        let body = encode(&[("room", "1"), ("key", &fresh_key().to_string()), ("text", &"x".repeat(size))]);
        let whole = lin.post_raw(SEND, &body).await;
        assert_eq!(whole.code(), Code::TooLarge, "with its length, {size}");

        let pieces: Vec<_> = body.into_bytes().chunks(10_000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
        let streamed = Body::wrap_stream(futures_util::stream::iter(pieces));
        let request = json(form(lin.request(Method::POST, SEND), "")).body(streamed);
        assert_eq!(Answer::of(request).await.code(), Code::TooLarge, "in chunks, {size}");
    }
    let elsewhere = lin.post("/api/rooms/create", &[("name", &"x".repeat(70_000))]).await;
    assert_eq!(elsewhere.code(), Code::TooLarge);
    assert_eq!(app.rows().await, before);
    lin.send(1, "alive").await;
}

#[tokio::test]
async fn a_client_that_writes_everything_before_it_reads_sees_the_refusal_too() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let host = app.address;
    let chunk = format!("{:x}\r\n{}\r\n", 100_000, "x".repeat(100_000));
    let chunked = format!("transfer-encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(35));
    let whole = format!("content-length: 3500000\r\n\r\n{}", "x".repeat(3_500_000));
    for rest in [chunked, whole] {
        let kind = "content-type: application/x-www-form-urlencoded";
        let request =
            format!("POST {SEND} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\nconnection: close\r\n{kind}\r\n{rest}", lin.cookie);
        let mut socket = TcpStream::connect(host).await.unwrap();
        socket.write_all(request.as_bytes()).await.expect("the server reads on");
        let mut answer = String::new();
        tokio::time::timeout(TEST_TIMEOUT, socket.read_to_string(&mut answer)).await.expect("an answer").unwrap();
        assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("\"too_large\""), "{answer}");
    }
}

#[tokio::test]
async fn the_largest_message_fits_however_it_is_written() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    // Four bytes a character, three signs a byte: 96 kB.
    let sent = lin.send(1, &"😀".repeat(8_000)).await;
    assert_eq!(sent.text.chars().count(), 8_000);
}

#[tokio::test]
async fn another_content_type_is_refused() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let before = app.rows().await;
    let json_body = r#"{"room":"1","key":"00112233445566778899aabbccddeeff","text":"t"}"#;
    let plain = "room=1&key=00112233445566778899aabbccddeeff&text=t";
    for (kind, body) in [
        ("application/json", json_body),
        ("multipart/form-data; boundary=x", "--x\r\ncontent-disposition: form-data; name=\"text\"\r\n\r\nt\r\n--x--\r\n"),
        ("multipart/form-data", plain),
        ("text/plain", plain),
        ("text/plain; application/x-www-form-urlencoded", plain),
        ("application/x-www-form-urlencodedx", plain),
        ("", plain),
    ] {
        let request = lin.request(Method::POST, SEND).header("content-type", kind).body(body);
        let answer = Answer::of(json(request)).await;
        assert_eq!(answer.code(), Code::ContentType, "{kind}");
    }
    let untyped = Answer::of(json(lin.request(Method::POST, SEND).body(plain))).await;
    assert_eq!(untyped.code(), Code::ContentType);
    assert_eq!(app.rows().await, before);
    let fine =
        lin.request(Method::POST, SEND).header("content-type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8").body(plain);
    Answer::of(json(fine)).await.ok::<Message>();
}

#[tokio::test]
async fn a_function_answers_post_only_and_an_unknown_one_is_not_there() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let before = app.rows().await;
    let paths: HashSet<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() >= 11 && paths.contains(SEND), "{paths:?}");
    for path in paths {
        for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = Answer::of(json(lin.request(method.clone(), &format!("{path}?room=1&name=x&text=y")))).await;
            assert_eq!(answer.code(), Code::MethodNotAllowed, "{method} {path}");
        }
    }
    for path in ["/api/nothing", "/api/messages/send/", "/api/messages//send", "/api/%6dessages/send"] {
        assert_eq!(lin.post(path, &[]).await.code(), Code::NotFound, "{path}");
    }
    assert_eq!(app.rows().await, before);
}

#[tokio::test]
async fn posting_too_fast_says_when_to_come_again() {
    let app = TestApp::with("posts_per_second", 1).set("post_burst", 3).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let mut refused = None;
    // A refill is one in a second, and so is what a slow machine may let through.
    for i in 0..200 {
        let answer = lin.try_send(1, &fresh_key().to_string(), &i.to_string()).await;
        if answer.status != 200 {
            refused = Some((i, answer));
            break;
        }
    }
    let (sent, answer) = refused.expect("a refusal");
    assert!(sent >= 3, "the burst passes");
    let error = answer.error();
    assert_eq!((error.code, error.retry_after), (Code::TooFast, Some(1)));
    assert_eq!(answer.header("retry-after"), "1");
    mei.send(1, "another person is not held up").await;
}

#[tokio::test]
async fn nought_turns_the_rate_off_and_so_nothing_is_refused() {
    let app = TestApp::with("posts_per_second", 0).set("post_burst", 1).start().await;
    let lin = app.enter("Lin").await;
    for i in 0..100 {
        lin.send(1, &i.to_string()).await;
    }
}

#[tokio::test]
async fn entering_too_fast_from_one_address_is_refused() {
    let app = TestApp::with("enters_per_minute", 2).start().await;
    app.enter("Lin").await;
    app.enter("Mei").await;
    let over = app.post("/api/auth/enter", &[("name", "Ada")]).await;
    let error = over.error();
    assert_eq!(error.code, Code::TooFast);
    assert_eq!(over.header("retry-after"), error.retry_after.unwrap().to_string());
    // An address that anybody may claim in a header is not believed.
    let request = form(app.request(Method::POST, "/api/auth/enter"), "name=Ada").header("x-forwarded-for", "9.9.9.9");
    assert_eq!(Answer::of(json(request)).await.code(), Code::TooFast);
}
