//! Mark and wake under every kind of interleaving: the real hub, dispatcher, slots and streams over types that let `shuttle`
//! switch threads before each operation (`sync/stepped.rs`). No wake is lost, no frame is lost, none comes twice, and nothing
//! comes after the end of a session. A lost wake shows as a deadlock, or as a run without an end.

use super::{
    delivery::{dispatcher, parked::Driven, socket::drive, workers::Workers},
    event_stream::{Cursor, EventStream, StreamConfig},
    hub::{Caps, Hub, Owner},
    subscription::{Subscription, Taken},
    sync::stepped,
};
use crate::{
    database::{Audience, Change, Database},
    features::{
        messages::model::{Body, Message},
        server::SOURCES,
    },
    model::{
        ids::{GENERAL, RoomId, Seq, UserId},
        things::Event,
    },
    tests::{samples, store_fixture::Fixture},
};
use shuttle::{Config, MaxSteps, Runner, future, scheduler::RandomScheduler, thread};
use std::{
    future::{poll_fn, ready},
    io::{ErrorKind, Read},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    runtime::{Builder, Runtime},
    sync::mpsc,
};

/// Schedules tried for each promise.
const ROUNDS: usize = 1_000;
/// Where each takes the kernel's time too.
const FEW_ROUNDS: usize = 40;
/// Far more steps than any of these takes; a run that takes more turns in circles.
const STEPS: usize = 200_000;

const LIN: UserId = UserId(1);
const MEI: UserId = UserId(2);
const QUIET: RoomId = RoomId(2);
/// Where the hubs here begin.
const HEAD: Seq = Seq(1);

fn interleave(rounds: usize, work: impl Fn() + Send + Sync + 'static) {
    let mut config = Config::new();
    (config.stack_size, config.max_steps) = (1 << 20, MaxSteps::FailAfter(STEPS));
    stepped(|| {
        Runner::new(RandomScheduler::new_from_seed(7, rounds), config).run(work);
    });
}

fn hub(frames: usize) -> Arc<Hub> {
    let members = vec![(GENERAL, LIN), (GENERAL, MEI), (QUIET, LIN)];
    Arc::new(Hub::new(HEAD, Vec::new(), members, frames, 1 << 20, Caps { per_session: 0, per_address: 0 }))
}

fn owner(user: UserId) -> Owner {
    Owner { user, session: format!("session of {user}").into(), address: [127, 0, 0, 1].into() }
}

/// Three of these are more than a stream takes at once.
const LONG: usize = super::subscription::TAKE / 2 - 1_000;

fn message(seq: u64, room: RoomId, size: usize) -> Change {
    let message = Message { room, body: Body::default(), ..samples::message(seq, &"x".repeat(size)) };
    Change { event: Event::Message(message), audience: Audience::Room(room) }
}

/// What is said, a commit an entry; the last is for everybody, and more than goes at once.
fn commits() -> [Vec<Change>; 4] {
    let short = |seq, room| message(seq, room, 1);
    let long = [6, 7, 8].map(|seq| message(seq, GENERAL, LONG));
    [vec![short(2, GENERAL)], vec![short(3, QUIET), short(4, GENERAL)], vec![short(5, QUIET)], long.into()]
}

/// The numbers of [`commits`] that somebody may see, above a cursor.
fn seen_by(user: UserId, after: u64) -> Vec<u64> {
    let all: &[u64] = if user == LIN { &[2, 3, 4, 5, 6, 7, 8] } else { &[2, 4, 6, 7, 8] };
    all.iter().copied().filter(|seq| *seq > after).collect()
}

/// Ids of the durable frames in what a stream has said.
fn ids(text: &str) -> Vec<u64> {
    let frames = text.split("\n\n").filter(|frame| !frame.contains("event:"));
    frames.filter_map(|frame| frame.lines().find_map(|line| line.strip_prefix("id: "))?.parse().ok()).collect()
}

/// Runs the dispatcher of a hub, for as long as anything runs.
fn carry(hub: &Arc<Hub>) {
    hub.inbox().begins();
    let up = |driven| drop(future::spawn(drive(driven)));
    let dispatching = hub.clone();
    drop(future::spawn(async move { dispatcher::run(dispatching, &mut None, Workers::default(), up, |_| ready(())).await }));
}

/// What lies on disk, before the hub hears of it.
type Disk = Arc<Mutex<Vec<Change>>>;

/// A stream as it goes over ring and store, without a socket: it takes, and waits when there is nothing.
async fn taken(place: Subscription, disk: Disk, last: u64) -> Vec<u64> {
    let (mut next, mut cursor, mut behind, mut got) = (0, HEAD, false, Vec::new());
    match place.resume(cursor) {
        Some(position) => next = position,
        None => behind = true,
    }
    while cursor.0 < last {
        if behind {
            let page: Vec<Change> = disk.lock().unwrap().iter().filter(|change| change.event.seq() > cursor).cloned().collect();
            let visible = page.iter().filter(|change| place.hub().may_see(place.user, change.audience));
            got.extend(visible.map(|change| change.event.seq().0));
            cursor = page.last().map_or(cursor, |change| change.event.seq());
            if let Some(position) = place.resume(cursor) {
                (next, behind) = (position, false);
            }
            continue;
        }
        match place.take(&mut next, cursor) {
            Taken::Ended(_) => break,
            Taken::Overrun => behind = true,
            Taken::Frames { bytes, seq, more, .. } => {
                got.extend(ids(std::str::from_utf8(&bytes).unwrap()));
                cursor = seq;
                if bytes.is_empty() && !more && cursor.0 < last {
                    poll_fn(|cx| place.slot.poll_woken(cx, None)).await;
                }
            }
        }
    }
    got
}

/// Two people take everything.
fn taking(frames: usize, carried: bool) {
    interleave(ROUNDS, move || {
        let (hub, disk) = (hub(frames), Disk::default());
        if carried {
            carry(&hub);
        }
        let readers = [LIN, MEI].map(|user| (user, Subscription::open(&hub, owner(user)).unwrap()));
        let readers = readers.map(|(user, place)| (user, future::spawn(taken(place, disk.clone(), 8))));
        let publisher = thread::spawn(move || {
            for commit in commits() {
                disk.lock().unwrap().extend(commit.iter().cloned());
                hub.publish(&commit);
            }
        });
        for (user, reader) in readers {
            assert_eq!(future::block_on(reader).unwrap(), seen_by(user, HEAD.0), "all of it, once, in order");
        }
        publisher.join().unwrap();
    });
}

#[test]
fn every_wake_arrives_and_every_frame_once_where_the_publisher_wakes() {
    taking(64, false);
}

#[test]
fn every_wake_arrives_and_every_frame_once_where_the_dispatcher_wakes() {
    taking(64, true);
}

#[test]
fn a_single_frame_is_enough_to_wake_a_dispatcher_that_is_about_to_sleep() {
    interleave(ROUNDS, || {
        let (hub, disk) = (hub(64), Disk::default());
        let place = Subscription::open(&hub, owner(LIN)).unwrap();
        let reader = future::spawn(taken(place, disk, 2));
        // Turns enough for it to wait: then the frame reaches it by the dispatcher or not at all.
        (0..60).for_each(|_| thread::sleep(Duration::ZERO));
        carry(&hub);
        hub.publish(&commits()[0]);
        assert_eq!(future::block_on(reader).unwrap(), [2]);
    });
}

#[test]
fn what_falls_out_of_the_ring_meanwhile_comes_from_the_store_once() {
    taking(2, true);
}

/// A socket and its other end.
fn socket() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (ours, _) = listener.accept().unwrap();
    for socket in [&ours, &peer] {
        socket.set_nonblocking(true).unwrap();
    }
    (ours, peer)
}

/// What has come so far, added to `got`; true at the end.
fn read(peer: &mut TcpStream, got: &mut String) -> bool {
    let mut buffer = [0; 64 << 10];
    loop {
        match peer.read(&mut buffer) {
            Ok(0) => return true,
            Ok(n) => got.push_str(std::str::from_utf8(&buffer[..n]).unwrap()),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Reads until what has come is enough. Without an end where a wake was lost: nobody else moves the stream.
fn read_until(peer: &mut TcpStream, got: &mut String, enough: impl Fn(&str) -> bool) {
    let mut looked = None;
    // Checked only when more has come, as this runs at every step.
    while looked.replace(got.len()) == Some(got.len()) || !enough(got) {
        assert!(!read(peer, got), "{got}");
        thread::sleep(Duration::ZERO);
    }
}

/// Opens a real stream from the head and drives it until it waits; then it is the dispatcher's. It is over once `alive` is
/// dropped.
async fn driven(hub: Arc<Hub>, db: Database, user: UserId, socket: TcpStream, alive: mpsc::Sender<()>) {
    let stream_config = StreamConfig { build: "dev".into(), sources: SOURCES, replay: 1_000, shutdown_spread: Duration::ZERO };
    let place = Subscription::open(&hub, owner(user)).unwrap();
    let lasts = Duration::from_secs(3_600);
    let stream = EventStream::open(place, db, &stream_config, "tag", lasts, Cursor::Head, None).await.unwrap();
    drive(Driven::new(socket, stream, Box::new(alive))).await;
}

/// Opens a stream of `user`: the end of its socket, and what ends when it is over.
fn open(hub: &Arc<Hub>, db: &Database, user: UserId) -> (TcpStream, mpsc::Receiver<()>) {
    let ((ours, peer), (alive, over)) = (socket(), mpsc::channel(1));
    drop(future::spawn(driven(hub.clone(), db.clone(), user, ours, alive)));
    (peer, over)
}

/// Waits until a stream is over.
fn wait(mut over: mpsc::Receiver<()>) {
    assert_eq!(future::block_on(over.recv()), None);
}

/// The cursor that `hello` told.
fn hello(got: &str) -> Option<u64> {
    got.split("\n\n").next()?.lines().find_map(|line| line.strip_prefix("id: "))?.parse().ok()
}

/// The last of more long messages than a socket holds.
const MANY: u64 = 20;

/// Runs `work` with a store, and with a runtime for sockets and timers, which nothing drives: only wakes may move a stream.
fn with_sockets(rounds: usize, work: impl Fn(Arc<Hub>, &Database, &Runtime) + Send + Sync + 'static) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    // Its threads are real ones: nothing here reads from it but the number that is committed, and who it is.
    let store = Fixture::new();
    interleave(rounds, move || {
        let _entered = runtime.enter();
        let hub = hub(64);
        carry(&hub);
        work(hub, &store.db, &runtime);
    });
}

#[test]
fn a_stream_on_a_socket_that_opens_meanwhile_gets_everything_after_its_hello_once() {
    with_sockets(ROUNDS, |hub, db, _| {
        let mut all = Vec::new();
        for user in [LIN, MEI] {
            let (peer, over) = open(&hub, db, user);
            all.push((user, peer, over));
        }
        let said = hub.clone();
        let publisher = thread::spawn(move || commits().iter().for_each(|commit| said.publish(commit)));
        for (user, mut peer, end) in all {
            let mut got = String::new();
            read_until(&mut peer, &mut got, |got| hello(got).is_some_and(|after| ids(got).len() == seen_by(user, after).len()));
            hub.end_session(&owner(user).session);
            wait(end);
            assert!(read(&mut peer, &mut got) && got.contains("event: bye"), "{got}");
            assert_eq!(ids(&got), seen_by(user, hello(&got).unwrap()), "all of it, once, in order");
        }
        publisher.join().unwrap();
    });
}

#[test]
fn a_reader_that_has_stalled_gets_all_of_it_once_when_it_reads_on() {
    with_sockets(FEW_ROUNDS, |hub, db, runtime| {
        let (mut peer, over) = open(&hub, db, LIN);
        // What it leaves in the kernel is bounded on both sides, so that the stream has to stop in the middle of a frame.
        socket2::SockRef::from(&peer).set_recv_buffer_size(16 << 10).unwrap();
        let mut got = String::new();
        read_until(&mut peer, &mut got, |got| hello(got).is_some());
        let said = hub.clone();
        let publisher = thread::spawn(move || (2..=MANY).for_each(|seq| said.publish(&[message(seq, GENERAL, LONG)])));
        // It reads nothing meanwhile, and then at once what is there.
        publisher.join().unwrap();
        hub.publish(&[message(MANY + 1, GENERAL, 1)]);
        let last = format!("id: {}\n", MANY + 1);
        while !(got.ends_with("\n\n\r\n") && got.contains(&last)) {
            let before = got.len();
            assert!(!read(&mut peer, &mut got));
            // Tells the stream that there is room again; it wakes whoever waits for that, and nobody else.
            runtime.block_on(tokio::task::yield_now());
            thread::sleep(Duration::ZERO);
            if got.len() == before {
                // The kernel takes its own time over what is on its way.
                std::thread::sleep(Duration::from_micros(50));
            }
        }
        hub.end_session(&owner(LIN).session);
        wait(over);
        assert_eq!(ids(&got), (2..=MANY + 1).collect::<Vec<_>>());
    });
}

#[test]
fn an_end_that_comes_meanwhile_is_heard_and_nothing_said_after_it_is_told() {
    with_sockets(ROUNDS, |hub, db, _| {
        let (mut peer, over) = open(&hub, db, LIN);
        let mut got = String::new();
        // Ending a session reaches the streams that are there.
        read_until(&mut peer, &mut got, |got| hello(got).is_some());
        let said = hub.clone();
        let publisher = thread::spawn(move || commits()[..2].iter().for_each(|commit| said.publish(commit)));
        hub.end_session(&owner(LIN).session);
        let ended = hub.head();
        publisher.join().unwrap();
        commits()[2..].iter().for_each(|commit| hub.publish(commit));
        wait(over);
        assert!(read(&mut peer, &mut got), "{got}");
        let last = ids(&got).last().copied().unwrap_or_default();
        assert!(last <= ended.0, "{last} was said after {ended}: {got}");
        assert_eq!(got.matches("event: bye").count(), 1);
        assert_eq!(ids(&got), (2..=last).collect::<Vec<_>>());
    });
}

#[test]
fn a_goodbye_to_all_is_heard_by_who_is_busy_and_by_who_waits() {
    with_sockets(ROUNDS, |hub, db, _| {
        let (mut peer, over) = open(&hub, db, MEI);
        let said = hub.clone();
        let publisher = thread::spawn(move || commits().iter().for_each(|commit| said.publish(commit)));
        let mut got = String::new();
        read_until(&mut peer, &mut got, |got| hello(got).is_some());
        hub.close();
        wait(over);
        publisher.join().unwrap();
        assert!(read(&mut peer, &mut got) && got.contains("event: bye"), "{got}");
        let after = hello(&got).unwrap();
        assert!(seen_by(MEI, after).starts_with(&ids(&got)), "in order, up to the bye: {got}");
    });
}
