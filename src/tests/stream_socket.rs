//! The stream as bytes on a socket: its head, what may stand before it on the connection, who gets it another way, and a
//! reader that takes nothing for a while.

use super::{
    app::{TEST_TIMEOUT, TestApp},
    person::Person,
};
use crate::{
    model::ids::{GENERAL, Seq},
    stream::sse::unchunked,
};
use socket2::{Domain, Socket, Type};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

struct Raw {
    socket: TcpStream,
    read: Vec<u8>,
}

impl Raw {
    async fn connect(app: &TestApp) -> Self {
        Self { socket: TcpStream::connect(app.address).await.unwrap(), read: Vec::new() }
    }

    async fn write(&mut self, text: &str) {
        self.socket.write_all(text.as_bytes()).await.unwrap();
    }

    /// Everything read so far, once `text` has been among it `times`.
    async fn until(&mut self, text: &str, times: usize) -> String {
        let reading = async {
            loop {
                let all = String::from_utf8_lossy(&self.read).into_owned();
                if all.matches(text).count() >= times {
                    return all;
                }
                assert_ne!(self.socket.read_buf(&mut self.read).await.unwrap(), 0, "the end before {text:?}: {all}");
            }
        };
        tokio::time::timeout(TEST_TIMEOUT, reading).await.expect("what was waited for")
    }
}

fn get(app: &TestApp, person: &Person, path: &str, version: &str, more: &str) -> String {
    format!("GET {path} HTTP/{version}\r\nhost: {}\r\ncookie: {}\r\n{more}\r\n", app.address, person.cookie)
}

#[tokio::test]
async fn the_first_request_of_a_connection_and_a_later_one_become_the_same_stream() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let (mut first, mut later) = (Raw::connect(&app).await, Raw::connect(&app).await);
    later.write(&get(&app, &lin, "/healthz", "1.1", "")).await;
    later.until("\r\n\r\nok", 1).await;
    let before = later.read.len();
    for raw in [&mut first, &mut later] {
        raw.write(&get(&app, &lin, "/events", "1.1", "")).await;
        raw.until("event: hello", 1).await;
    }
    lin.send(1, "over the wire").await;
    for (raw, from) in [(&mut first, 0), (&mut later, before)] {
        let all = raw.until("over the wire", 2).await;
        let (head, body) = all[from..].split_once("\r\n\r\n").unwrap();
        let head = head.to_ascii_lowercase();
        for wanted in [
            "http/1.1 200 ok\r\n",
            "\r\ncontent-type: text/event-stream\r\n",
            "\r\ncache-control: private, no-cache, no-transform\r\n",
            "\r\nx-accel-buffering: no\r\n",
            "\r\nx-content-type-options: nosniff\r\n",
            "\r\ncontent-security-policy: ",
            "\r\nconnection: close\r\n",
            "\r\ntransfer-encoding: chunked\r\n",
            "\r\nx-request-id: ",
        ] {
            assert_eq!(format!("{head}\r\n").matches(wanted).count(), 1, "{wanted:?} in {head}");
        }
        let date = head.split_once("\r\ndate: ").unwrap().1.split("\r\n").next().unwrap();
        assert!(date.ends_with(" gmt") && date.len() == 29, "{date}");
        assert!(!head.contains("content-length"), "{head}");
        let frames = unchunked(body.as_bytes());
        let frames = std::str::from_utf8(&frames).unwrap();
        assert!(frames.starts_with("retry: ") && frames.ends_with("}\n\n") && frames.contains("over the wire"), "{body}");
    }
    app.until_streams(2).await;
}

#[tokio::test]
async fn an_answer_asked_for_before_the_stream_in_the_same_breath_comes_whole() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (0..50).map(|i| format!("{i} {}", "x".repeat(7_000)))).await;
    let mut raw = Raw::connect(&app).await;
    let both = get(&app, &lin, "/rooms/1", "1.1", "") + &get(&app, &lin, "/events", "1.1", "");
    raw.write(&both).await;
    let all = raw.until("event: hello", 1).await;
    let (page, stream) = all.split_once("</html>").unwrap();
    assert!(page.contains("49 xxx") && stream.contains("text/event-stream"));
}

#[tokio::test]
async fn what_a_reader_sends_on_is_thrown_away_and_its_going_is_noticed() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut raw = Raw::connect(&app).await;
    raw.write(&get(&app, &lin, "/events", "1.1", "")).await;
    raw.until("event: hello", 1).await;
    raw.write(&get(&app, &lin, "/healthz", "1.1", "").repeat(200)).await;
    lin.send(1, "still there").await;
    assert!(!raw.until("still there", 2).await.contains("\r\n\r\nok"));
    drop(raw);
    app.until_streams(0).await;
}

#[tokio::test]
async fn an_older_client_gets_its_stream_from_the_answers_body_and_head_holds_none() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut old = Raw::connect(&app).await;
    old.write(&get(&app, &lin, "/events", "1.0", "")).await;
    assert!(old.until("event: hello", 1).await.starts_with("HTTP/1.0 200 OK\r\n"));
    lin.send(1, "for the old").await;
    let all = old.until("for the old", 2).await;
    assert!(all.contains("\r\n\r\nretry: ") && !all.contains("chunked"), "to the end of the connection, without chunks: {all}");
    let mut head = Raw::connect(&app).await;
    head.write(&get(&app, &lin, "/events", "1.1", "").replacen("GET", "HEAD", 1)).await;
    let answer = head.until("\r\n\r\n", 1).await.to_ascii_lowercase();
    assert!(answer.contains("text/event-stream") && !answer.contains("content-length"), "{answer}");
    // The connection goes on.
    head.write(&get(&app, &lin, "/healthz", "1.1", "")).await;
    head.until("\r\n\r\nok", 1).await;
    app.until_streams(1).await;
}

/// A reader whose own kernel takes little, so that what it does not read stays at the server's.
async fn narrow(app: &TestApp, person: &Person) -> Raw {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(&app.address.into()).unwrap();
    socket.set_nonblocking(true).unwrap();
    let mut raw = Raw { socket: TcpStream::from_std(socket.into()).unwrap(), read: Vec::new() };
    raw.write(&get(app, person, "/events", "1.1", "")).await;
    raw.until("event: hello", 1).await;
    raw
}

/// Posts `n` messages of `size` characters while a reader reads nothing; then it reads all of them, each once and in order.
async fn stall(ring_frames: u32, n: u64, size: usize) {
    let app = TestApp::with("ring_frames", ring_frames).start().await;
    let lin = app.enter("Lin").await;
    let mut raw = narrow(&app, &lin).await;
    let start = app.head();
    for round in 0..4 {
        app.fill(lin.id, GENERAL.0, (0..n).map(|i| format!("{round}-{i} {}", "x".repeat(size)))).await;
        if round == 1 {
            // A few frames, and a part of one: what has begun is finished, not said again.
            while raw.read.len() < 20_000 {
                raw.socket.read_buf(&mut raw.read).await.unwrap();
            }
        }
    }
    let all = raw.until(&format!("id: {}\n", app.head()), 1).await;
    let ids: Vec<Seq> = all.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
    let wanted: Vec<Seq> = (start..=start + 4 * n).map(Seq).collect();
    assert_eq!(ids, wanted, "hello's own id, then every change once and in order");
    raw.until("\n\n", all.matches("\n\n").count()).await;
    let texts = all.lines().filter(|line| line.starts_with("data: {\"type\":\"message\"")).count();
    assert!(texts as u64 >= 4 * n - 1);
}

#[tokio::test]
async fn a_reader_that_stalls_gets_everything_once_and_in_order_from_the_ring() {
    stall(8_192, 150, 1_000).await;
}

#[tokio::test]
async fn a_reader_that_stalls_gets_everything_once_and_in_order_from_the_store() {
    stall(16, 150, 1_000).await;
}

#[tokio::test]
async fn a_frame_larger_than_any_buffer_is_finished_however_long_it_takes() {
    stall(64, 12, 7_900).await;
}

#[tokio::test]
async fn a_reader_that_takes_nothing_does_not_hold_up_the_end_of_its_session() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let _stalled = narrow(&app, &lin).await;
    app.fill(mei.id, GENERAL.0, (0..300).map(|i| format!("{i} {}", "x".repeat(7_000)))).await;
    app.until_streams(1).await;
    lin.leave().await;
    // The kernel would hold on to it for a minute, and for ever where the other one says that it is there.
    app.until_streams(0).await;
}

#[tokio::test]
async fn a_stream_that_says_goodbye_ends_with_the_last_chunk() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut raw = Raw::connect(&app).await;
    raw.write(&get(&app, &lin, "/events", "1.1", "")).await;
    raw.until("event: hello", 1).await;
    lin.leave().await;
    let all = raw.until("\r\n0\r\n\r\n", 1).await;
    assert!(all.ends_with("event: bye\ndata: {}\n\n\r\n0\r\n\r\n"), "{all}");
}
