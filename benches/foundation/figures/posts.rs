//! One poster on an idle server: how long until a post is on disk and acknowledged, and until it has arrived at somebody else.

use crate::{
    common::{
        histogram::Histogram,
        http::Client,
        people::{enter, open_room},
        report::{Reach, Report},
        server::Server,
    },
    fixture::{Full, say},
};
use std::{io, path::Path, sync::mpsc, thread, time::Instant};

const ROUNDS: usize = 5;
const POSTS: usize = 500;
const WARM: usize = 50;

pub fn measure(program: &Path, full: &Full, report: &mut Report) -> io::Result<()> {
    eprintln!("==> posts");
    let server = Server::start(program, &full.dir)?;
    let room = open_room(&server, &full.cookie, "bench")?;
    let mut poster = server.client(&full.cookie)?;
    for turn in 0..WARM {
        say(&mut poster, &room, turn)?;
    }
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut times = Histogram::default();
        for turn in 0..POSTS {
            let began = Instant::now();
            say(&mut poster, &room, turn)?;
            times.add_since(began);
        }
        keep(&times, &mut p50, &mut p99);
    }
    report.ours("post acknowledged, on disk, one poster, p50", "ms", p50, Reach::AtMost(2.0));
    report.ours("  p99", "ms", p99, Reach::None);
    arrivals(&server, &mut poster, &room, report)?;
    server.end()
}

/// From before the post is sent to its frame on another person's stream.
fn arrivals(server: &Server, poster: &mut Client, room: &str, report: &mut Report) -> io::Result<()> {
    let cookie = enter(server, "Reader")?;
    server.client(&cookie)?.post("/api/rooms/join", &format!("room={room}"))?.ok()?;
    let mut stream = server.client(&cookie)?;
    stream.listen()?;
    stream.piece()?;
    let (arrived, arrivals) = mpsc::channel();
    // Ends when the receiver has gone, or with the server.
    let reader = thread::spawn(move || {
        let mut text = Vec::new();
        while let Ok(chunk) = stream.piece() {
            let now = Instant::now();
            text.extend(chunk);
            // A frame ends in an empty line.
            while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
                let frame: Vec<u8> = text.drain(..end + 2).collect();
                if arrived.send((String::from_utf8_lossy(&frame).into_owned(), now)).is_err() {
                    return;
                }
            }
        }
    });
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut times = Histogram::default();
        for turn in 0..POSTS {
            let began = Instant::now();
            let key = say(poster, room, turn)?;
            loop {
                let (frame, at) = arrivals.recv().map_err(|_| io::Error::other("the stream broke"))?;
                if frame.contains(&key) {
                    times.add(at.duration_since(began).as_nanos() as u64);
                    break;
                }
            }
        }
        keep(&times, &mut p50, &mut p99);
    }
    drop(arrivals);
    // One more frame lets the reader notice that nobody waits any more.
    say(poster, room, 0)?;
    reader.join().map_err(|_| io::Error::other("the reader panicked"))?;
    report.ours("text to arrival on another's stream, p50", "ms", p50, Reach::None);
    report.ours("  p99", "ms", p99, Reach::None);
    Ok(())
}

fn keep(times: &Histogram, p50: &mut Vec<f64>, p99: &mut Vec<f64>) {
    p50.push(times.percentile(50.0));
    p99.push(times.percentile(99.0));
}
