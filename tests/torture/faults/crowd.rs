//! F18: a crowd comes, asks much, reads nothing, and goes. The memory it took goes back to the system.

use crate::{
    http::{ANSWER_TIMEOUT, Client},
    options::print,
    scenario::enter,
    server::{Server, Setup},
    wire::{encode, form_headers, request},
};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Socket, Type};
use std::{
    io::Write,
    net::{SocketAddr, TcpStream},
    thread::sleep,
    time::{Duration, Instant},
};

const STREAMS: usize = 1_500;
const ASKING: usize = 500;

/// Asks on a connection of its own, and reads nothing of the answer.
fn ask(address: SocketAddr, request: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    socket.connect(&address.into()).unwrap();
    let mut socket: TcpStream = socket.into();
    socket.write_all(request.as_bytes()).unwrap();
    socket
}

/// Opens the streams and asks for the pages.
fn crowd(address: SocketAddr, cookie: &str, streams: usize, asking: usize) -> Vec<TcpStream> {
    let form = "room=1&limit=100";
    let stream = request("GET", "/events", address, cookie, "", "");
    let page = request("POST", "/api/messages/page", address, cookie, &form_headers(form), form);
    let all = (0..streams).map(|_| &stream).chain((0..asking).map(|_| &page));
    all.map(|asked| ask(address, asked)).collect()
}

/// Waits until the resident memory is at most `most` bytes; returns what it was last.
fn until_resident(server: &Server, most: u64) -> u64 {
    let began = Instant::now();
    loop {
        let resident = server.resident();
        if resident <= most || began.elapsed() > ANSWER_TIMEOUT {
            return resident;
        }
        sleep(Duration::from_millis(200));
    }
}

#[test]
fn f18_memory_goes_back_after_a_crowd_has_gone() {
    // This process holds the other ends.
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let dir = tempfile::tempdir().unwrap();
    let server = Setup::new(dir.path()).set("RILL_STREAMS_PER_SESSION", 0).start();
    let address = server.setup.address;
    let (cookie, _) = enter(address, "Host").expect("somebody enters");
    let mut host = Client::new(address, &cookie);
    for n in 0..150 {
        let text = format!("{n} {}", encode("y").repeat(4_000));
        let fields = [("room", "1"), ("key", &format!("{n:032x}")), ("text", &text)];
        assert_eq!(host.post("/api/messages/send", &fields).expect("an answer").status, 200);
    }
    // What a server has after some use: its threads, caches and statements.
    for _ in 0..3 {
        drop(crowd(address, &cookie, 50, 20));
        for _ in 0..20 {
            assert_eq!(host.post("/api/messages/page", &[("room", "1"), ("limit", "100")]).expect("an answer").status, 200);
        }
        sleep(Duration::from_millis(500));
    }
    let before = server.resident();
    let come = crowd(address, &cookie, STREAMS, ASKING);
    let began = Instant::now();
    while server.figure("streams ") < STREAMS as u64 {
        assert!(began.elapsed() < ANSWER_TIMEOUT, "not all streams open; {}", server.setup.log_tail());
        sleep(Duration::from_millis(50));
    }
    sleep(Duration::from_secs(1));
    let crowded = server.resident();
    drop(come);
    let after = until_resident(&server, before + before / 2);
    print(&format!("f18: {} MB before, {} MB with a crowd, {} MB after it", before >> 20, crowded >> 20, after >> 20));
    assert!(after <= before + before / 2, "{before} bytes before, {after} after");
    assert_eq!(server.figure("streams "), 0);
}
