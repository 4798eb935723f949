//! F15: few file descriptors. Streams are served or refused with 503, requests find a place beside them, and the server recovers
//! when the crowd has left.

use crate::{
    http::Client,
    reader::Habit,
    scenario::{People, Scenario, enter},
};
use std::{
    cell::RefCell,
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::Duration,
};

/// More than the server has descriptors for.
const CROWD: usize = 400;

/// Opens the crowd's streams, checks that requests are answered, and closes the crowd.
pub fn crowd(scenario: &Scenario, turn: u64) {
    let address = scenario.shared.address;
    let (cookie, _) = enter(address, &format!("Crowd {turn}")).expect("the crowd enters");
    let mut guest = Client::new(address, &enter(address, &format!("Guest {turn}")).expect("a guest").0);
    assert_eq!(guest.post("/api/auth/me", &[]).expect("an answer").status, 200);
    let mut crowd: Vec<TcpStream> = Vec::new();
    for _ in 0..CROWD {
        let mut socket = TcpStream::connect(address).unwrap();
        // The write fails when the server has closed the connection at once.
        let _ = write!(socket, "GET /events HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n");
        crowd.push(socket);
    }
    scenario.wait_for_messages(100);
    let (mut answered, mut refused) = (0, 0);
    for socket in &mut crowd {
        socket.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let mut head = [0; 12];
        // Served, refused with 503, or closed when too many refusals were pending.
        if socket.read_exact(&mut head).is_ok() {
            assert!(&head == b"HTTP/1.1 200" || &head == b"HTTP/1.1 503", "{}", String::from_utf8_lossy(&head));
            answered += usize::from(&head == b"HTTP/1.1 200");
            refused += usize::from(&head == b"HTTP/1.1 503");
        }
    }
    assert!((50..256).contains(&answered), "{answered} of them have a stream");
    assert!(refused > 0, "no stream was refused with 503");
    // A connection that waits between requests may be closed for others; a new one finds a place beside the streams.
    let guest = RefCell::new(guest);
    for (path, fields) in [("/api/messages/page", &[("room", "1")][..]), ("/api/auth/leave", &[])] {
        scenario.wait_until(&format!("{path} is answered while streams are refused"), |_| {
            guest.borrow_mut().post(path, fields).is_ok_and(|answer| [200, 401].contains(&answer.status))
        });
    }
    let after = guest.borrow_mut().post("/api/auth/me", &[]);
    assert!(after.is_err() || after.is_ok_and(|answer| answer.status == 401), "the session has ended");
    scenario.wait_for_messages(100);
    drop(crowd);
    scenario.wait_until("a new connection is served again", |_| {
        Client::new(address, "").get("/healthz").is_ok_and(|answer| answer.status == 200)
    });
    sleep(Duration::from_millis(100));
}

#[test]
fn f15_existing_connections_and_the_database_work_when_descriptors_run_out() {
    let people = People { habits: vec![Habit::Steady, Habit::Steady, Habit::Slow], leaver: false, ..People::default() };
    let few = ["sh", "-c", r#"ulimit -n 256 && exec "$@""#, "sh"];
    let scenario = Scenario::start("f15", &people, |setup| setup.wrapped_by(&few).set("RILL_STREAMS_PER_SESSION", 0));
    for turn in 0..3 {
        crowd(&scenario, turn);
    }
    let report = scenario.finish().assert_valid();
    // Each reader has the stream that it opened first, and the one with which it resumed.
    assert_eq!((report.streams, report.cut, report.unknown), (2 * people.habits.len(), 0, 0), "{report}");
}
