//! Requests as bytes: heads and bodies in strange forms, and the answer that each gets.

use super::{
    answer::Answer,
    app::{TestApp, html},
    person::Person,
};
use crate::model::error::{AppError, Code, Reason};
use reqwest::Method;

/// A post by `person` with further lines of the head.
fn post(app: &TestApp, person: &Person, lines: &str) -> String {
    format!(
        "POST /api/auth/me HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\n{lines}\r\n",
        app.address, person.cookie
    )
}

#[tokio::test]
async fn bytes_that_are_no_text_are_malformed_wherever_they_stand() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let send = async |body: &[u8]| {
        let request = lin.request(Method::POST, "/api/messages/send").header("accept", "application/json");
        Answer::of(request.header("content-type", "application/x-www-form-urlencoded").body(body.to_vec())).await
    };
    for body in [&b"room=1&text=ok&\xff=1"[..], b"\xff", b"\xff=\xfe&\x80", b"room=1&%ff=2", b"a\xed\xa0\x80=1", b"text=\xc3("] {
        let error: AppError = send(body).await.error();
        assert_eq!((error.code, error.reason), (Code::BadInput, Some(Reason::Malformed)), "{body:?}");
    }
    let mut state = 1_u64;
    for length in 1..200 {
        let byte = |_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        };
        let body: Vec<u8> = (0..length).map(byte).collect();
        let answer = send(&body).await;
        assert!((400..500).contains(&answer.status) && answer.code() == Code::BadInput, "{body:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_encoded_body_is_told_what_is_taken() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (name, value) in [("content-encoding", "gzip"), ("content-encoding", "br"), ("content-type", "application/json")] {
        let answer = Answer::of(lin.request(Method::POST, "/api/messages/send").header(name, value).body("{}")).await;
        assert_eq!(answer.code(), Code::ContentType, "{name}");
        assert_eq!(
            (answer.header("accept"), answer.header("accept-encoding")),
            ("application/x-www-form-urlencoded", "identity")
        );
    }
    let plain = post(&app, &lin, "content-encoding: identity\r\ncontent-length: 0\r\nconnection: close\r\n");
    assert!(app.raw(plain, "").await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_number_has_no_sign() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for limit in ["+1", "-1", " 1", "1.0"] {
        let error = lin.post("/api/messages/page", &[("room", "1"), ("limit", limit)]).await.error();
        assert_eq!((error.field.as_deref(), error.reason), (Some("limit"), Some(Reason::Malformed)), "{limit:?}");
    }
}

#[tokio::test]
async fn a_transfer_coding_is_chunked_once_or_refused() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (codings, status) in [
        ("transfer-encoding: chunked\r\n", "200"),
        ("transfer-encoding: Chunked\r\n", "200"),
        ("transfer-encoding: gzip, chunked\r\n", "400"),
        ("transfer-encoding: chunked, chunked\r\n", "400"),
        ("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "400"),
    ] {
        let answer = app.raw(post(&app, &lin, &format!("{codings}connection: close\r\n")) + "0\r\n\r\n", "").await;
        assert_eq!(answer.get(9..12), Some(status), "{codings}: {answer}");
    }
}

#[tokio::test]
async fn a_head_is_bounded_in_bytes_and_in_lines() {
    let app = TestApp::start().await;
    let with = |lines: String| format!("GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n{lines}\r\n");
    // Of the whole head, to its empty line.
    let largest = 32 * 1024 - with("x: \r\n".to_owned()).len();
    for (lines, status) in [
        ("x: y\r\n".repeat(62), "200"),
        ("x: y\r\n".repeat(63), "431"),
        (format!("x: {}\r\n", "y".repeat(30 * 1024)), "200"),
        (format!("x: {}\r\n", "y".repeat(largest)), "200"),
        (format!("x: {}\r\n", "y".repeat(largest + 1)), "431"),
        (format!("x: {}\r\n", "y".repeat(200 * 1024)), "431"),
    ] {
        let answer = app.raw(with(lines), "").await;
        assert_eq!(answer.get(9..12), Some(status), "{answer}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_taken_is_refused_before_it_comes() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let answer = app.raw(post(&app, &lin, "expect: 100-continue\r\ncontent-length: 5000000\r\n"), "").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    // Without a session no body is read, however much of it is announced.
    let stranger = post(&app, &lin, "content-length: 60000\r\n").replace("rill_session", "none");
    let answer = app.raw(stranger, "not_entered").await;
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("www-authenticate: Cookie"), "{answer}");
}

#[tokio::test]
async fn a_stream_of_http_1_0_says_that_it_ends_with_the_connection() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let request = format!("GET /events HTTP/1.0\r\ncookie: {}\r\nconnection: keep-alive\r\n\r\n", lin.cookie);
    let answer = app.raw(request, "event: hello").await;
    assert!(answer.contains("\r\nconnection: close\r\n") && !answer.contains("keep-alive"), "{answer}");
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones_in_the_form_that_is_read() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (method, path, allowed) in
        [(Method::GET, "/api/auth/me", "POST"), (Method::DELETE, "/rooms/1", "GET,HEAD"), (Method::POST, "/events", "GET,HEAD")]
    {
        let json = Answer::of(lin.request(method.clone(), path)).await;
        assert_eq!((json.code(), json.header("allow")), (Code::MethodNotAllowed, allowed), "{path}");
        let page = Answer::of(html(lin.request(method, path))).await;
        assert_eq!((page.status, page.header("content-type"), page.header("allow")), (405, "text/html; charset=utf-8", allowed));
    }
}

#[tokio::test]
async fn whatever_coding_a_client_accepts_it_gets_an_answer() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (accepted, coding) in
        [("identity;q=0", ""), ("*;q=0", ""), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("*", "br"), ("br;q=0.1, gzip;q=1", "gzip")]
    {
        let page = Answer::of(lin.request(Method::GET, "/rooms/1").header("accept-encoding", accepted)).await;
        assert_eq!((page.status, page.header("content-encoding")), (200, coding), "{accepted}");
        let request = super::app::form(lin.request(Method::POST, "/api/rooms/join"), "room=1");
        assert_eq!(Answer::of(request.header("accept-encoding", accepted)).await.status, 200, "{accepted}");
    }
}
