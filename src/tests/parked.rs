//! A stream that waits is no task: what the dispatcher does for it. The clock is the test's: it jumps to the next moment somebody
//! waits for.

use super::{
    app::Builder,
    store_fixture::{self, fresh_session},
};
use crate::{
    database::failpoint::arm,
    features::people::names,
    model::ids::{GENERAL, UserId},
    server::state::Process,
    stream::{
        delivery::{dispatcher, parked::Driven, socket::drive, workers::Workers},
        event_stream::{Cursor, EventStream},
        hub::{Hub, Owner},
        sse::PING,
        subscription::Subscription,
    },
};
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    runtime::Handle,
    sync::mpsc::{self, error::TryRecvError},
    time::sleep,
};

/// A server without a listener, whose dispatcher runs here.
struct Quiet {
    app: Process,
    /// While set, a worker that makes a stream a task panics, and clears it.
    trap: Arc<AtomicBool>,
    lin: UserId,
    _dir: TempDir,
}

/// The reader's end of a stream.
struct Reader {
    socket: TcpStream,
    got: String,
    over: mpsc::Receiver<()>,
}

impl Quiet {
    async fn start() -> Self {
        Self::with(Workers::default()).await
    }

    async fn with(workers: Workers) -> Self {
        let dir = TempDir::new().unwrap();
        let app = crate::server::start::open(
            Builder::default().set("ring_frames", 16).set("streams_per_session", 0).config(dir.path()),
        )
        .await
        .unwrap();
        let inbox = app.hub.inbox();
        let (trap, runtime) = (Arc::new(AtomicBool::new(false)), Handle::current());
        let springs = trap.clone();
        let up = move |driven| {
            let by_worker = thread::current().name().is_some_and(|name| name.starts_with("streams-worker"));
            assert!(!by_worker || !springs.swap(false, Ordering::Relaxed), "as the test has asked for");
            runtime.spawn(drive(driven));
        };
        let poller = Some(inbox.poller().unwrap());
        tokio::spawn(dispatcher::supervise(app.hub.clone(), poller, workers, up, dispatcher::pause_after));
        inbox.begins();
        let name = names::check("Lin").unwrap();
        let lin = crate::features::accounts::store::add_person(&app.db, &app.hooks, name, fresh_session()).await.unwrap().id;
        Self { app, trap, lin, _dir: dir }
    }

    fn hub(&self) -> &Arc<Hub> {
        &self.app.hub
    }

    /// A stream of Lin's that waits, with what it said first taken away.
    async fn stream(&self, lasts: Duration) -> Reader {
        let mut reader = self.stream_from(Cursor::Head, lasts).await;
        assert!(reader.take().contains("event: hello"));
        reader
    }

    async fn stream_from(&self, cursor: Cursor, lasts: Duration) -> Reader {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (ours, _) = listener.accept().unwrap();
        socket.set_nonblocking(true).unwrap();
        ours.set_nonblocking(true).unwrap();
        let owner = Owner { user: self.lin, session: "tag".into(), address: [127, 0, 0, 1].into() };
        let place = Subscription::open(self.hub(), owner).unwrap();
        let (db, stream_config) = (self.app.db.clone(), &self.app.stream_config);
        let stream = EventStream::open(place, db, stream_config, "tag", lasts, cursor, None).await.unwrap();
        let (alive, over) = mpsc::channel(1);
        drive(Driven::new(ours, stream, Box::new(alive))).await;
        Reader { socket, got: String::new(), over }
    }

    /// The same while the clock is the test's: else it would run on while the store works.
    async fn send_at_once(&self, text: &str) {
        tokio::time::resume();
        self.send(text).await;
        tokio::time::pause();
    }

    async fn send(&self, text: &str) {
        let (key, body) = (store_fixture::fresh_key(), crate::features::messages::markup::parse(text));
        let new =
            crate::features::messages::store::NewMessage { room: GENERAL, author: self.lin, key, text: text.to_owned(), body };
        crate::features::messages::store::send(&self.app.db, &self.app.hooks, new).await.unwrap();
    }
}

impl Reader {
    /// Waits until it has got `wanted`, or its stream is over.
    async fn until(&mut self, wanted: &str) -> bool {
        let waiting = async {
            loop {
                let got = self.take();
                if got.contains(wanted) {
                    return true;
                }
                self.got = got;
                if self.over.try_recv() == Err(TryRecvError::Disconnected) {
                    return self.take().contains(wanted);
                }
                sleep(Duration::from_millis(1)).await;
            }
        };
        // Before a `ping` would make good what was lost.
        tokio::time::timeout(PING / 2, waiting).await.expect("neither told nor ended")
    }

    /// What has come since the last time.
    fn take(&mut self) -> String {
        let mut buffer = [0; 4096];
        loop {
            match self.socket.read(&mut buffer) {
                Ok(0) => return std::mem::take(&mut self.got),
                Ok(n) => self.got.push_str(std::str::from_utf8(&buffer[..n]).unwrap()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return std::mem::take(&mut self.got),
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_waiting_stream_pings_in_its_interval_and_what_is_said_counts() {
    let quiet = Quiet::start().await;
    let mut lin = quiet.stream(Duration::from_secs(3_600)).await;
    sleep(PING - Duration::from_secs(1)).await;
    assert_eq!(lin.take(), "");
    sleep(Duration::from_secs(3)).await;
    assert_eq!(lin.take(), "16\r\nevent: ping\ndata: {}\n\n\r\n");
    sleep(PING * 2 + Duration::from_secs(3)).await;
    assert_eq!(lin.take().matches("event: ping").count(), 2, "and again");
    quiet.send_at_once("said").await;
    sleep(PING - Duration::from_secs(2)).await;
    let said = lin.take();
    assert!(said.contains("\"said\"") && !said.contains("ping"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_begins_later_has_its_own_time() {
    let quiet = Quiet::start().await;
    let mut first = quiet.stream(Duration::from_secs(3_600)).await;
    sleep(PING / 2).await;
    let mut second = quiet.stream(Duration::from_secs(3_600)).await;
    sleep(PING / 2 + Duration::from_secs(2)).await;
    assert_eq!((first.take().matches("ping").count(), second.take().matches("ping").count()), (1, 0));
    sleep(PING / 2).await;
    assert_eq!((first.take().matches("ping").count(), second.take().matches("ping").count()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_over_by_age_ends_its_waiting_stream_though_messages_come() {
    let quiet = Quiet::start().await;
    let mut lin = quiet.stream(PING * 2).await;
    for _ in 0..6 {
        sleep(PING / 2).await;
        quiet.send_at_once("x").await;
    }
    assert_eq!(lin.over.recv().await, None);
    let all = lin.take();
    assert!(all.ends_with("event: bye\ndata: {}\n\n\r\n0\r\n\r\n") && all.matches("\"x\"").count() >= 2, "{all}");
}

#[tokio::test]
async fn a_reader_that_goes_is_noticed_at_once_and_one_that_talks_stays() {
    let quiet = Quiet::start().await;
    let (mut talks, mut goes) = (quiet.stream(Duration::from_secs(3_600)).await, quiet.stream(Duration::from_secs(3_600)).await);
    // More than is read of one reader at a time, and then the end, which no ping or message gives away.
    for reader in [&mut talks, &mut goes] {
        reader.socket.write_all(&[b'x'; 24_000]).unwrap();
    }
    drop(goes.socket);
    assert_eq!(tokio::time::timeout(PING / 2, goes.over.recv()).await, Ok(None));
    assert_eq!(quiet.hub().figures().0, 1);
    quiet.send("still there").await;
    while !talks.take().contains("still there") {
        sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn waiting_streams_are_cut_with_what_carries_them() {
    let quiet = Quiet::start().await;
    let mut lin = quiet.stream(Duration::from_secs(3_600)).await;
    quiet.hub().cut();
    assert_eq!(lin.over.recv().await, None);
    assert_eq!(quiet.hub().figures().0, 0);
}

#[tokio::test]
async fn many_streams_get_everything_once_and_in_order_from_all_hands() {
    let quiet = Quiet::with(Workers::new(2, 8).unwrap()).await;
    let mut readers = Vec::new();
    for _ in 0..100 {
        readers.push(quiet.stream(Duration::from_secs(3_600)).await);
    }
    let before = quiet.hub().head().0;
    for n in 0..30 {
        quiet.send(&format!("message {n}")).await;
    }
    let wanted: Vec<u64> = (before + 1..=before + 30).collect();
    for reader in &mut readers {
        let mut all = String::new();
        while all.matches("data: ").count() < wanted.len() {
            all.push_str(&reader.take());
            sleep(Duration::from_millis(1)).await;
        }
        let ids: Vec<u64> = all.lines().filter_map(|line| line.strip_prefix("id: ")?.parse().ok()).collect();
        assert_eq!(ids, wanted);
    }
}

#[tokio::test]
async fn a_panic_of_the_dispatcher_ends_waiting_streams_and_what_they_missed_is_resumed() {
    let quiet = Quiet::start().await;
    let mut lin = quiet.stream(Duration::from_secs(3_600)).await;
    let before = quiet.hub().head();
    // The dispatcher runs on this thread.
    arm("taken");
    quiet.send("taken and not written").await;
    assert!(!lin.until("taken and not written").await, "the stream is over");
    let mut lin = quiet.stream_from(Cursor::After(before), Duration::from_secs(3_600)).await;
    assert!(lin.until("taken and not written").await);
    quiet.send("the dispatcher goes on").await;
    assert!(lin.until("the dispatcher goes on").await);
}

#[tokio::test]
async fn a_panic_of_a_worker_leaves_no_stream_that_waits_in_vain() {
    let quiet = Quiet::with(Workers::new(2, 8).unwrap()).await;
    let mut readers = Vec::new();
    for _ in 0..100 {
        readers.push(quiet.stream(Duration::from_secs(3_600)).await);
    }
    quiet.trap.store(true, Ordering::Relaxed);
    // An own thing is read from the database, which takes a task. Until a worker was the one to make it.
    while quiet.trap.load(Ordering::Relaxed) {
        store_fixture::publish_own(&quiet.app.db, GENERAL, quiet.lin).await;
        sleep(Duration::from_millis(20)).await;
    }
    quiet.send("after the panic").await;
    for reader in &mut readers {
        reader.until("after the panic").await;
    }
    let mut next = quiet.stream(Duration::from_secs(3_600)).await;
    quiet.send("to all who come").await;
    assert!(next.until("to all who come").await);
}
