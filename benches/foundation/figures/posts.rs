//! One poster on an idle server: how long until a post is on disk and acknowledged, and until it has arrived at somebody else.

use crate::{
    common::{http::Client, process::Memory, server::Server},
    fixture::{Full, enter, open_room, say},
    table::{Budget, Table, percentile},
};
use std::{io, path::Path, sync::mpsc, thread, time::Instant};

const ROUNDS: usize = 5;
const POSTS: usize = 500;
const WARM: usize = 50;

pub fn measure(program: &Path, full: &Full, table: &mut Table) -> io::Result<()> {
    eprintln!("==> posts");
    let server = Server::start(program, &full.dir)?;
    let room = open_room(&server, &full.cookie, "bench")?;
    let mut poster = server.client(&full.cookie)?;
    for turn in 0..WARM {
        say(&mut poster, &room, turn)?;
    }
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut times = Vec::with_capacity(POSTS);
        for turn in 0..POSTS {
            let began = Instant::now();
            say(&mut poster, &room, turn)?;
            times.push(began.elapsed().as_secs_f64() * 1e3);
        }
        keep(times, &mut p50, &mut p99);
    }
    table.add("post acknowledged, on disk, one poster, p50", "ms", p50, Budget::AtMost(2.0));
    table.add("  p99", "ms", p99, Budget::None);
    arrivals(&server, &mut poster, &room, table)?;
    let after = Memory::of(server.pid()).map(|memory| memory.rss);
    table.add("memory after these posts: resident", "MB", after.into_iter().collect(), Budget::None);
    server.end()
}

/// From before the post is sent to its frame on another person's stream.
fn arrivals(server: &Server, poster: &mut Client, room: &str, table: &mut Table) -> io::Result<()> {
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
        let mut times = Vec::with_capacity(POSTS);
        for turn in 0..POSTS {
            let began = Instant::now();
            let key = say(poster, room, turn)?;
            loop {
                let (frame, at) = arrivals.recv().map_err(|_| io::Error::other("the stream broke"))?;
                if frame.contains(&key) {
                    times.push(at.duration_since(began).as_secs_f64() * 1e3);
                    break;
                }
            }
        }
        keep(times, &mut p50, &mut p99);
    }
    drop(arrivals);
    // One more frame lets the reader notice that nobody waits any more.
    say(poster, room, 0)?;
    reader.join().map_err(|_| io::Error::other("the reader panicked"))?;
    table.add("text to arrival on another's stream, p50", "ms", p50, Budget::None);
    table.add("  p99", "ms", p99, Budget::None);
    Ok(())
}

fn keep(mut times: Vec<f64>, p50: &mut Vec<f64>, p99: &mut Vec<f64>) {
    times.sort_by(f64::total_cmp);
    p50.push(percentile(&times, 50.0));
    p99.push(percentile(&times, 99.0));
}
