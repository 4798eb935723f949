//! The process: health, its data directory, connections over the cap, and the way out.

use super::{
    answer::Answer,
    app::{Builder, TEST_TIMEOUT, TestApp, encode},
};
use crate::{
    features::messages::model::Message,
    model::{
        error::{AppError, Code},
        lang::Lang,
    },
    request::services::Settings,
    server::{
        connections::Connections,
        router::outer_layers,
        serve::{HttpOptions, listen, serve},
        start,
    },
};
use axum::{Router, routing::get};
use reqwest::Method;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::watch,
};

#[tokio::test]
async fn it_says_that_it_is_well_and_its_figures_to_its_own_machine_only() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let _stream = lin.stream().await;
    let well = app.get("/healthz").await;
    assert_eq!((well.status, well.body.as_str()), (200, "ok"));
    let figures = app.get("/healthz?verbose").await.body;
    assert!(figures.starts_with("ok\nstreams 1\n") && figures.contains(&format!("\nhead {}\n", app.head())), "{figures}");
    for name in ["x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip", "via"] {
        let forwarded = app.request(Method::GET, "/healthz?verbose").header(name, "127.0.0.1");
        assert_eq!(Answer::of(forwarded).await.body, "ok", "{name}");
    }
    let by_name = app.request(Method::GET, "/healthz?verbose").header("host", "rill:3000");
    assert_eq!(Answer::of(by_name).await.body, "ok", "asked by a name that others know");
}

#[tokio::test]
async fn it_tells_no_figures_where_a_proxy_may_stand_in_between() {
    for (key, value) in [("public_url", "http://chat.example.org"), ("trusted_proxies", "127.0.0.1")] {
        let app = TestApp::with(key, value).start().await;
        assert_eq!(app.get("/healthz?verbose").await.body, "ok", "{key}");
        let token = std::fs::read_to_string(app.dir.path().join("rill.health")).unwrap();
        let with = async |token: &str| {
            let request = app.request(Method::GET, "/healthz?verbose").header("authorization", format!("Bearer {token}"));
            Answer::of(request.header("x-forwarded-for", "9.9.9.9")).await.body
        };
        assert!(with(&token).await.starts_with("ok\nstreams 0\n"), "who can read the data directory may know");
        assert_eq!((with("").await.as_str(), with(&"0".repeat(64)).await.as_str()), ("ok", "ok"));
    }
}

#[tokio::test]
async fn it_says_that_it_is_not_well_when_the_store_is_closed() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let db = app.app.db.clone();
    tokio::task::spawn_blocking(move || db.close()).await.unwrap();
    let answer = app.get("/healthz").await;
    assert_eq!((answer.code(), answer.header("retry-after").is_empty()), (Code::Busy, false));
    let page = lin.get("/rooms/1").await;
    assert_eq!((page.status, page.header("content-type")), (503, "text/html; charset=utf-8"));
    assert!(!page.header("retry-after").is_empty() && page.body.contains("The server is busy"));
    assert_eq!(lin.try_send(1, "00112233445566778899aabbccddeeff", "t").await.code(), Code::Busy);
    let kept = lin.post_html("/api/messages/send", &[("room", "1"), ("key", "00"), ("text", "kept")]).await;
    assert_eq!((kept.status, super::html::field(&kept.body, "/api/messages/send", "text").as_deref()), (503, Some("kept")));
    assert_eq!(Answer::of(lin.request(Method::GET, "/events")).await.code(), Code::Busy);
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused_by_name() {
    let app = TestApp::start().await;
    let error = start::open(Builder::default().config(app.dir.path())).await.err().expect("refused");
    assert!(error.contains(&*app.dir.path().to_string_lossy()), "{error}");
    app.enter("Lin").await;
    let dir = app.stop().await;
    assert!(start::open(Builder::default().config(dir.path())).await.is_ok(), "once the first has ended it is free");
}

#[tokio::test]
async fn a_data_directory_that_cannot_be_used_is_named_with_the_reason() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("a-file");
    std::fs::write(&file, "not a directory").unwrap();
    for wrong in [file.clone(), file.join("below")] {
        let error = start::open(Builder::default().config(&wrong)).await.err().expect("refused");
        assert!(error.contains("a-file"), "{error}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "not a directory");
}

#[tokio::test]
async fn at_the_end_twenty_streams_say_bye() {
    let app = TestApp::with("shutdown_seconds", 20).start().await;
    let mut streams = Vec::new();
    for i in 0..10 {
        let person = app.enter(&format!("Person {i}")).await;
        streams.extend([person.stream().await, person.stream().await]);
    }
    let stopping = tokio::spawn(app.stop());
    for stream in &mut streams {
        let frames = stream.read_to_end().await;
        assert_eq!(frames.last().map(|frame| frame.event.as_str()), Some("bye"), "ended, not cut");
    }
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_post_under_way_at_the_end_is_answered_and_kept() {
    let app = TestApp::with("shutdown_seconds", 20).start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    let body = encode(&[("room", "1"), ("key", "00112233445566778899aabbccddeeff"), ("text", "last words")]);
    let (first, second) = body.split_at(10);
    let head = format!(
        "POST /api/messages/send HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{first}",
        app.address,
        lin.cookie,
        body.len()
    );
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    // Answered on another connection after it, so the server has begun to read ours.
    lin.send(1, "before").await;
    let stopping = tokio::spawn(app.restart());
    assert_eq!(stream.read_to_end().await.last().unwrap().event, "bye");
    socket.write_all(second.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(TEST_TIMEOUT, socket.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{answer}");
    let sent: Message = serde_json::from_str(body).unwrap();
    let app = stopping.await.unwrap();
    assert_eq!(app.again(&lin).page(1).await.messages.last(), Some(&sent));
}

#[tokio::test]
async fn a_connection_over_the_cap_is_told_so() {
    let app = TestApp::with("max_connections", 1).start().await;
    let lin = app.enter("Lin").await;
    // The client's one connection becomes the stream.
    let stream = lin.stream().await;
    for _ in 0..20 {
        let over = app.get("/healthz").await;
        assert_eq!((over.code(), over.header("retry-after")), (Code::Busy, "5"));
    }
    drop(stream);
    let waiting = async {
        while app.get("/healthz").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("the place is free again");
}

#[tokio::test]
async fn silent_connections_make_room_for_who_asks() {
    for (key, value) in [("max_connections", 4), ("connections_per_address", 4)] {
        let app = TestApp::with(key, value).start().await;
        let mut silent = Vec::new();
        for _ in 0..100 {
            silent.push(TcpStream::connect(app.address).await.unwrap());
        }
        let half = b"GET /healthz HT";
        silent.last_mut().unwrap().write_all(half).await.unwrap();
        let lin = app.enter("Lin").await;
        let mut stream = lin.stream().await;
        for _ in 0..100 {
            silent.push(TcpStream::connect(app.address).await.unwrap());
        }
        lin.send(1, "still there").await;
        assert_eq!(stream.text().await, "still there", "{key}: no stream gives its place away");
    }
}

#[tokio::test]
async fn a_panic_is_an_answer_and_the_connection_lives() {
    async fn broken() {
        panic!("a secret of the implementation");
    }
    let router =
        outer_layers(Router::new().route("/broken", get(broken)).route("/fine", get(async || "fine")), Settings::default());
    let listener = listen(([127, 0, 0, 1], 0).into()).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (_end, ending) = watch::channel(false);
    let options = HttpOptions { header_timeout: TEST_TIMEOUT, body_grace: TEST_TIMEOUT, graceful_timeout: TEST_TIMEOUT };
    tokio::spawn(serve(listener, router, Connections::new(1, 0, Vec::new()), options, None, ending));
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for _ in 0..3 {
        let answer = Answer::of(client.get(format!("{url}/broken"))).await;
        let error: AppError = answer.error();
        assert_eq!((error.code, answer.header("x-content-type-options")), (Code::Internal, "nosniff"));
        assert!(!answer.body.contains("secret"));
        let zh = Answer::of(client.get(format!("{url}/broken")).header("accept-language", "zh-CN")).await;
        assert_eq!(zh.error().words(Lang::Zh), zh.json::<serde_json::Value>()["message"], "in the language of the request");
        // With one connection allowed, this is the same one.
        assert_eq!(Answer::of(client.get(format!("{url}/fine"))).await.body, "fine");
    }
}

#[tokio::test]
async fn a_body_that_never_comes_does_not_hold_up_the_end() {
    let app = TestApp::with("shutdown_seconds", 30).start().await;
    let lin = app.enter("Lin").await;
    let head = format!(
        "POST /api/messages/send HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 1000\r\n\r\nroom=1",
        app.address, lin.cookie
    );
    let mut socket = TcpStream::connect(app.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    // Answered on another connection after it, so the server has begun to read ours.
    lin.send(1, "before").await;
    let began = std::time::Instant::now();
    app.stop().await;
    assert!(began.elapsed() < Duration::from_secs(15), "{:?}", began.elapsed());
}

#[tokio::test]
async fn who_asks_and_does_not_read_is_busy_after_a_bound() {
    let app = TestApp::with("unread_bytes_per_session", 1_000_000).start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (0..50).map(|n| format!("{n} {}", "x".repeat(7_000)))).await;
    let body = "room=1&limit=100";
    let head = format!(
        "POST /api/messages/page HTTP/1.1\r\nhost: {}\r\ncookie: {}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{body}",
        app.address,
        lin.cookie,
        body.len()
    );
    // Some hundred kilobytes each, of which a socket takes a part.
    let mut sockets = Vec::new();
    let asking = async {
        loop {
            let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            socket.set_recv_buffer_size(4 * 1024).unwrap();
            socket.connect(&app.address.into()).unwrap();
            socket.set_nonblocking(true).unwrap();
            let mut socket = TcpStream::from_std(socket.into()).unwrap();
            // All but the beginning of each answer stays unread.
            let mut begin = [0; 12];
            for _ in 0..20 {
                socket.write_all(head.as_bytes()).await.unwrap();
            }
            socket.read_exact(&mut begin).await.unwrap();
            sockets.push(socket);
            if begin == *b"HTTP/1.1 503" {
                return;
            }
            assert_eq!(begin, *b"HTTP/1.1 200");
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, asking).await.expect("refused at last");
    assert!(sockets.len() < 200, "{}", sockets.len());
    let page = lin.get("/rooms/1").await;
    assert!(page.status == 503 && page.body.contains("The server is busy."), "a person sees a page: {}", page.body);
    drop(sockets);
    let reading = async {
        while lin.post("/api/messages/page", &[("room", "1"), ("limit", "100")]).await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, reading).await.expect("who reads is served again");
}

#[tokio::test]
async fn noise_in_the_database_is_called_damage_at_the_start() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (0..200).map(|n| format!("{n} {}", "text ".repeat(100)))).await;
    let dir = app.stop().await;
    let path = dir.path().join("rill.db");
    let whole = std::fs::read(&path).unwrap();
    for from in [4_096, 40_960, whole.len() - 20_480] {
        let mut noisy = whole.clone();
        noisy[from..from + 20_480].iter_mut().enumerate().for_each(|(at, byte)| *byte = (at * 31 % 251) as u8);
        std::fs::write(&path, noisy).unwrap();
        // Noise that nothing reads at the start may stay undetected until it is read.
        if let Err(sentence) = start::open(Builder::default().config(dir.path())).await {
            assert!(sentence.contains("rill.db") && sentence.contains("damaged"), "{from}: {sentence}");
            assert!(sentence.contains("restore it from a backup"), "{from}: {sentence}");
        } else {
            assert_ne!(from, 4_096, "the first pages are read at once");
        }
        let _ = std::fs::remove_file(path.with_extension("db-wal"));
    }
}
