//! F15: few descriptors. Who is there stays and can post, who comes is served or told that there is no room, and when the
//! crowd has gone everything is as before.

use crate::{
    http::Client,
    reader::Habit,
    world::{People, World, enter},
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::Duration,
};

/// More than the server has descriptors for.
const CROWD: usize = 400;

/// Brings the crowd, looks at how those feel who were there before, and lets it go.
pub fn crowd(world: &World, turn: u64) {
    let address = world.shared.address;
    let (cookie, _) = enter(address, &format!("Crowd {turn}")).expect("somebody with many tabs");
    let mut guest = Client::new(address, &enter(address, &format!("Guest {turn}")).expect("a guest").0);
    assert_eq!(guest.post("/api/auth/me", &[]).expect("an answer").status, 200);
    let mut crowd: Vec<TcpStream> = Vec::new();
    for _ in 0..CROWD {
        let mut socket = TcpStream::connect(address).unwrap();
        // Whoever is closed at once may notice it here.
        let _ = write!(socket, "GET /events HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n");
        crowd.push(socket);
    }
    world.flow(100);
    let (mut answered, mut refused) = (0, 0);
    for socket in &mut crowd {
        socket.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        let mut head = [0; 12];
        // Served, refused in words, or closed where too many were to be told at once.
        if socket.read_exact(&mut head).is_ok() {
            assert!(&head == b"HTTP/1.1 200" || &head == b"HTTP/1.1 503", "{}", String::from_utf8_lossy(&head));
            answered += usize::from(&head == b"HTTP/1.1 200");
            refused += usize::from(&head == b"HTTP/1.1 503");
        }
    }
    assert!((50..256).contains(&answered), "{answered} of them have a stream");
    assert!(refused > 0, "nobody was told that there is no room");
    let page = guest.post("/api/messages/page", &[("room", "1")]).expect("an answer");
    let left = guest.post("/api/auth/leave", &[]).expect("an answer");
    assert_eq!((page.status, left.status), (200, 200), "who is there can do everything");
    world.flow(100);
    drop(crowd);
    world.wait("the next one is served again", |_| {
        Client::new(address, "").get("/healthz").is_ok_and(|answer| answer.status == 200)
    });
    sleep(Duration::from_millis(100));
}

#[test]
fn f15_without_descriptors_old_connections_and_the_database_live_on() {
    let people = People { habits: vec![Habit::Steady, Habit::Steady, Habit::Slow], leaver: false, ..People::default() };
    let few = ["sh", "-c", r#"ulimit -n 256 && exec "$@""#, "sh"];
    let world = World::start("f15", &people, |setup| setup.within(&few).set("RILL_STREAMS_PER_SESSION", 0));
    for turn in 0..3 {
        crowd(&world, turn);
    }
    let report = world.finish().must_be_good();
    // Each has the stream that told the world it stands, and the one it went on with.
    assert_eq!((report.streams, report.cut, report.unknown), (2 * people.habits.len(), 0, 0), "{report}");
}
