//! F13: readers that stop reading, read a byte now and then, are stopped as a process, or are gone without a word. The server's
//! memory stays bounded, everybody else reads on, and who is gone is noticed.

use crate::{
    http::PATIENCE,
    reader::Habit,
    wire::Wire,
    world::{People, World, enter},
};
use rustix::process::{Pid, Signal, kill_process};
use socket2::{Domain, SockFilter, SockRef, Socket, Type};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread::sleep,
    time::Duration,
};

const SILENT: usize = 60;
const TRICKLING: usize = 20;
const GONE: usize = 20;
const STOPPED: usize = 4;
/// What one stalled stream may cost: 64 KB that were taken from the ring and not yet written, buffers of HTTP, and as much again
/// for what the allocator keeps. A queue for each would hold all that was said: 20 MB and more.
const EACH: u64 = 256 << 10;
/// What the load itself may cost: caches of the database, the ring, an allocator that grows.
const LOAD: u64 = 48 << 20;

/// Opens a stream over a socket with a receive buffer of 1 KB, and reads nothing of it.
fn stalled(address: SocketAddr, cookie: &str, query: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(1_024).unwrap();
    socket.connect(&address.into()).unwrap();
    let mut socket: TcpStream = socket.into();
    write!(socket, "GET /events{query} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n").unwrap();
    socket
}

/// Takes a peer off the net without a word: whatever arrives for it is dropped unseen, and nothing is acknowledged any more.
fn cut_off(socket: &TcpStream) {
    /// BPF's `ret #0`: keep no byte of the packet.
    const DROP: SockFilter = SockFilter::new(6, 0, 0, 0);
    SockRef::from(socket).attach_filter(&[DROP]).unwrap();
}

/// A process that reads a stream; stopped, so that it does not.
struct Stopped(Child);

impl Stopped {
    fn start(address: SocketAddr, cookie: &str) -> Self {
        let (host, port) = (address.ip(), address.port());
        let script = format!(
            "exec 3<>/dev/tcp/{host}/{port}; printf 'GET /events HTTP/1.1\\r\\nhost: {address}\\r\\ncookie: {cookie}\\r\\n\\r\\n' >&3; \
             exec cat <&3"
        );
        let mut command = Command::new("bash");
        let child = command.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("bash");
        Self(child)
    }

    fn stop(&self) {
        kill_process(Pid::from_raw(self.0.id() as i32).unwrap(), Signal::STOP).unwrap();
    }
}

impl Drop for Stopped {
    fn drop(&mut self) {
        // Fails only where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn f13_stalled_readers_cost_little_and_harm_nobody_and_the_gone_are_noticed() {
    let mut people =
        People { habits: vec![Habit::Steady, Habit::Restless, Habit::Held, Habit::Held, Habit::Slow], ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 3), 4_000);
    let world = World::start("f13", &people, |setup| setup.set("RILL_RING_BYTES", "1 MB").set("RILL_STREAMS_PER_SESSION", 0));
    let address = world.shared.address;
    let (cookie, _) = enter(address, "Sloth").expect("somebody slow");
    world.flow(200);
    let before = (world.server.memory(), world.server.figure("streams "));
    world.shared.hold.store(true, Ordering::Relaxed);
    let silent: Vec<TcpStream> = (0..SILENT).map(|_| stalled(address, &cookie, "")).collect();
    let trickling: Vec<TcpStream> = (0..TRICKLING).map(|_| stalled(address, &cookie, "")).collect();
    let mut gone: Vec<TcpStream> = (0..GONE).map(|_| stalled(address, &cookie, "")).collect();
    let stopped: Vec<Stopped> = (0..STOPPED).map(|_| Stopped::start(address, &cookie)).collect();
    let all = (SILENT + TRICKLING + GONE + STOPPED) as u64;
    world.wait("all of them are streams", |_| world.server.figure("streams ") + 5 >= before.1 + all);
    for socket in &mut gone {
        // Until here it was a stream like any other.
        let mut byte = [0];
        socket.read_exact(&mut byte).unwrap();
        cut_off(socket);
    }
    stopped.iter().for_each(Stopped::stop);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                for mut socket in &trickling {
                    let _ = socket.set_read_timeout(Some(Duration::from_millis(1)));
                    // A byte, or the end, or nothing yet.
                    let _ = socket.read(&mut [0]);
                }
                sleep(Duration::from_secs(1));
            }
        });
        world.flow(5_000);
        let after = world.server.memory();
        world.shared.hold.store(false, Ordering::Relaxed);
        let (grown, may) = (after.saturating_sub(before.0), all * EACH + LOAD);
        crate::options::say(&format!("f13: {} MB before, {} MB with {all} stalled streams", before.0 >> 20, after >> 20));
        let noticed =
            || world.wait("who is gone is noticed", |_| world.server.figure("streams ") + GONE as u64 <= before.1 + all + 5);
        // Nothing here may leave the thread above running.
        let judged = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            assert!(grown <= may, "I7: {grown} bytes more, {may} are bounded");
            noticed();
        }));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = judged {
            std::panic::resume_unwind(panic);
        }
    });
    // Whoever comes now is served as if nothing were.
    let (_, stream) = world.client().listen(None).expect("an answer");
    assert_eq!(stream.status, 200);
    drop((silent, trickling, gone, stopped));
    world.finish().must_be_good();
}

#[test]
fn f13_one_that_reads_on_after_all_gets_what_it_missed_or_a_reset() {
    let mut people = People { habits: vec![Habit::Held, Habit::Held, Habit::Held], ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_000);
    // Far more than a ring, a socket and a replay can hold.
    let small = |setup: crate::server::Setup| {
        setup.set("RILL_RING_FRAMES", 16).set("RILL_RING_BYTES", "64 KB").set("RILL_REPLAY_EVENTS", 100)
    };
    let mut world = World::start("f13-return", &people, small);
    for _ in 0..3 {
        world.shared.hold.store(true, Ordering::Relaxed);
        world.flow(700);
        // While they do not read, their connections break: they come back from far behind.
        world.server.kill();
        world.server.restart();
        world.flow(300);
        world.shared.hold.store(false, Ordering::Relaxed);
        world.flow(100);
    }
    let report = world.finish().must_be_good();
    assert!(report.reset > 0, "{report}");
}

#[test]
fn f13_a_crowd_that_comes_from_far_behind_and_reads_nothing_costs_little() {
    /// Streams, and what each may cost at most: a stretch of the store, as texts and as frames.
    const COMING: usize = 100;
    let mut people = People { habits: vec![Habit::Steady], leaver: false, ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_900);
    let world = World::start("f13-far", &people, |setup| setup.set("RILL_RING_FRAMES", 16).set("RILL_STREAMS_PER_SESSION", 0));
    let address = world.shared.address;
    let (cookie, _) = enter(address, "Sloth").expect("somebody slow");
    world.flow(600);
    let before = world.server.memory();
    let crowd: Vec<TcpStream> = (0..COMING).map(|_| stalled(address, &cookie, "?after=1")).collect();
    world.wait("all of them are streams", |_| world.server.figure("streams ") >= COMING as u64);
    world.flow(200);
    let grown = world.server.memory().saturating_sub(before);
    crate::options::say(&format!("f13-far: {} MB before, {} MB more with {COMING} from far behind", before >> 20, grown >> 20));
    assert!(grown <= COMING as u64 * EACH + LOAD, "I7: {grown} bytes more");
    drop(crowd);
    world.finish().must_be_good();
}

/// The filter does what it is used for here.
#[test]
fn a_peer_that_is_cut_off_hears_nothing_any_more() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut here, _) = listener.accept().unwrap();
    here.write_all(b"a").unwrap();
    let mut peer = Wire::over(peer, PATIENCE).unwrap();
    assert_eq!(peer.piece().unwrap(), Some(b"a".to_vec()));
    cut_off(&peer.socket);
    here.write_all(b"b").unwrap();
    peer.socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(peer.piece().is_err());
}

/// All of them, one after the other.
pub fn all() {
    f13_stalled_readers_cost_little_and_harm_nobody_and_the_gone_are_noticed();
    f13_one_that_reads_on_after_all_gets_what_it_missed_or_a_reset();
    f13_a_crowd_that_comes_from_far_behind_and_reads_nothing_costs_little();
}
