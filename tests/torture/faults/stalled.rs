//! F13: readers that stop reading, read one byte a second, are suspended as a process, or vanish without closing. Memory stays
//! bounded, other readers are unaffected, and vanished readers are noticed.

use crate::{
    http::ANSWER_TIMEOUT,
    reader::Habit,
    scenario::{People, Scenario, enter},
    wire::Wire,
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
/// The bytes that one stalled stream may use: 64 KB taken from the ring, HTTP buffers, and as much again for the allocator. A
/// queue for each stream would hold 20 MB and more.
const EACH: u64 = 256 << 10;
/// The bytes that the load itself may use: database caches, the ring, the allocator.
const LOAD: u64 = 48 << 20;

/// Opens a stream with a receive buffer of 1 KB and reads nothing.
fn stalled(address: SocketAddr, cookie: &str, query: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(1_024).unwrap();
    socket.connect(&address.into()).unwrap();
    let mut socket: TcpStream = socket.into();
    write!(socket, "GET /events{query} HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n").unwrap();
    socket
}

/// Drops all packets for a peer, so that nothing is acknowledged any more, as when a machine vanishes.
fn cut_off(socket: &TcpStream) {
    /// BPF's `ret #0`: drop the packet.
    const DROP: SockFilter = SockFilter::new(6, 0, 0, 0);
    SockRef::from(socket).attach_filter(&[DROP]).unwrap();
}

/// A process that opens a stream and is then suspended.
struct Stopped(Child);

impl Stopped {
    fn start(address: SocketAddr, cookie: &str) -> Self {
        let (host, port) = (address.ip(), address.port());
        let script = format!(
            "exec 3<>/dev/tcp/{host}/{port}; \
             printf 'GET /events HTTP/1.1\\r\\nhost: {address}\\r\\ncookie: {cookie}\\r\\n\\r\\n' >&3; exec cat <&3"
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
        // Both fail only when the process has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn f13_memory_is_bounded_and_vanished_readers_are_noticed_when_readers_stall() {
    let mut people =
        People { habits: vec![Habit::Steady, Habit::Restless, Habit::Paused, Habit::Paused, Habit::Slow], ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 3), 4_000);
    let scenario =
        Scenario::start("f13", &people, |setup| setup.set("RILL_RING_BYTES", "1 MB").set("RILL_STREAMS_PER_SESSION", 0));
    let address = scenario.shared.address;
    let (cookie, _) = enter(address, "Sloth").expect("a slow reader enters");
    scenario.wait_for_messages(200);
    let before = (scenario.server.memory(), scenario.server.figure("streams "));
    scenario.shared.paused.store(true, Ordering::Relaxed);
    let silent: Vec<TcpStream> = (0..SILENT).map(|_| stalled(address, &cookie, "")).collect();
    let trickling: Vec<TcpStream> = (0..TRICKLING).map(|_| stalled(address, &cookie, "")).collect();
    let mut gone: Vec<TcpStream> = (0..GONE).map(|_| stalled(address, &cookie, "")).collect();
    let stopped: Vec<Stopped> = (0..STOPPED).map(|_| Stopped::start(address, &cookie)).collect();
    let all = (SILENT + TRICKLING + GONE + STOPPED) as u64;
    scenario.wait_until("all streams are open", |_| scenario.server.figure("streams ") + 5 >= before.1 + all);
    for socket in &mut gone {
        // The stream is open when its first byte arrives.
        let mut byte = [0];
        socket.set_read_timeout(Some(ANSWER_TIMEOUT)).unwrap();
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
                    // One byte, the end, or nothing yet.
                    let _ = socket.read(&mut [0]);
                }
                sleep(Duration::from_secs(1));
            }
        });
        scenario.wait_for_messages(5_000);
        let after = scenario.server.memory();
        scenario.shared.paused.store(false, Ordering::Relaxed);
        let (grown, may) = (after.saturating_sub(before.0), all * EACH + LOAD);
        crate::options::print(&format!("f13: {} MB before, {} MB with {all} stalled streams", before.0 >> 20, after >> 20));
        let noticed = || {
            scenario.wait_until("vanished readers are noticed", |_| {
                scenario.server.figure("streams ") + GONE as u64 <= before.1 + all + 5
            })
        };
        // A panic here must not leave the thread above running.
        let checked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            assert!(grown <= may, "I7: {grown} bytes more, {may} are bounded");
            noticed();
        }));
        over.store(true, Ordering::Relaxed);
        if let Err(panic) = checked {
            std::panic::resume_unwind(panic);
        }
    });
    // A new stream is served as usual.
    let (_, stream) = scenario.client().listen(None).expect("an answer");
    assert_eq!(stream.status, 200);
    drop((silent, trickling, gone, stopped));
    scenario.finish().assert_valid();
}

#[test]
fn f13_a_stalled_reader_gets_missed_events_or_a_reset_when_it_reads_again() {
    let mut people = People { habits: vec![Habit::Paused, Habit::Paused, Habit::Paused], ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_000);
    // The load exceeds the ring, the socket buffers and the replay.
    let small = |setup: crate::server::Setup| {
        setup.set("RILL_RING_FRAMES", 16).set("RILL_RING_BYTES", "64 KB").set("RILL_REPLAY_EVENTS", 100)
    };
    let mut scenario = Scenario::start("f13-return", &people, small);
    for _ in 0..3 {
        scenario.shared.paused.store(true, Ordering::Relaxed);
        scenario.wait_for_messages(700);
        // The connections break while the readers are paused, so they resume from far behind.
        scenario.server.kill();
        scenario.server.restart();
        scenario.wait_for_messages(300);
        scenario.shared.paused.store(false, Ordering::Relaxed);
        scenario.wait_for_messages(100);
    }
    let report = scenario.finish().assert_valid();
    assert!(report.reset > 0, "{report}");
}

#[test]
fn f13_memory_is_bounded_when_a_crowd_resumes_from_far_behind_and_reads_nothing() {
    /// The number of resuming streams.
    const RESUMING: usize = 100;
    let mut people = People { habits: vec![Habit::Steady], leaver: false, ..People::default() };
    (people.pace.pause, people.pace.padding) = ((0, 0), 7_900);
    let scenario =
        Scenario::start("f13-far", &people, |setup| setup.set("RILL_RING_FRAMES", 16).set("RILL_STREAMS_PER_SESSION", 0));
    let address = scenario.shared.address;
    let (cookie, _) = enter(address, "Sloth").expect("a slow reader enters");
    scenario.wait_for_messages(600);
    let before = scenario.server.memory();
    let crowd: Vec<TcpStream> = (0..RESUMING).map(|_| stalled(address, &cookie, "?after=1")).collect();
    scenario.wait_until("all streams are open", |_| scenario.server.figure("streams ") >= RESUMING as u64);
    scenario.wait_for_messages(200);
    let grown = scenario.server.memory().saturating_sub(before);
    crate::options::print(&format!(
        "f13-far: {} MB before, {} MB more with {RESUMING} from far behind",
        before >> 20,
        grown >> 20
    ));
    assert!(grown <= RESUMING as u64 * EACH + LOAD, "I7: {grown} bytes more");
    drop(crowd);
    scenario.finish().assert_valid();
}

#[test]
fn cut_off_peer_receives_nothing() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (mut here, _) = listener.accept().unwrap();
    here.write_all(b"a").unwrap();
    let mut peer = Wire::over(peer, ANSWER_TIMEOUT).unwrap();
    assert_eq!(peer.piece().unwrap(), Some(b"a".to_vec()));
    cut_off(&peer.socket);
    here.write_all(b"b").unwrap();
    peer.socket.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(peer.piece().is_err());
}

/// Runs all tests of this file.
pub fn all() {
    f13_memory_is_bounded_and_vanished_readers_are_noticed_when_readers_stall();
    f13_a_stalled_reader_gets_missed_events_or_a_reset_when_it_reads_again();
    f13_memory_is_bounded_when_a_crowd_resumes_from_far_behind_and_reads_nothing();
}
