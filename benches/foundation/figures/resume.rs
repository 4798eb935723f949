//! A resume from the database: somebody in many rooms comes back after changes that the ring no longer holds.

use crate::{
    common::{
        histogram::Histogram,
        people::{enter, open_room},
        report::{Reach, Report},
        server::Server,
    },
    fixture::say,
};
use std::{io, path::Path, time::Instant};

const ROOMS: usize = 300;
const CHANGES: usize = 500;
const ROUNDS: usize = 5;
const RESUMES: usize = 20;

pub fn measure(program: &Path, data: &Path, report: &mut Report) -> io::Result<()> {
    eprintln!("==> resume");
    let server = Server::start_with(program, data, &[("RILL_RING_FRAMES", "64")])?;
    let (writer, reader) = (enter(&server, "Writer")?, enter(&server, "Reader")?);
    let mut reading = server.client(&reader)?;
    let (mut rooms, mut cursor) = (Vec::with_capacity(ROOMS), 0);
    for n in 0..ROOMS {
        let room = open_room(&server, &writer, &format!("room {n}"))?;
        let joined = reading.post("/api/rooms/join", &format!("room={room}"))?.ok()?;
        cursor = number(joined.text(), "\"seq\":")?;
        rooms.push(room);
    }
    let mut writing = server.client(&writer)?;
    for turn in 0..CHANGES {
        say(&mut writing, &rooms[turn % ROOMS], turn)?;
    }
    let last = format!("id: {}\n", cursor + CHANGES as u64);
    let (mut p50, mut p99) = (Vec::new(), Vec::new());
    // The first round only warms up.
    for round in 0..=ROUNDS {
        let mut times = Histogram::default();
        for _ in 0..RESUMES {
            let mut stream = server.client(&reader)?;
            let began = Instant::now();
            stream.listen_after(cursor)?;
            let mut text = Vec::new();
            while !text.windows(last.len()).any(|part| part == last.as_bytes()) {
                // Only what is new can hold the end.
                let kept = text.len().saturating_sub(last.len());
                text.drain(..kept);
                text.extend(stream.piece()?);
            }
            times.add_since(began);
        }
        if round > 0 {
            p50.push(times.percentile(50.0));
            p99.push(times.percentile(99.0));
        }
    }
    report.ours(format!("resume from the database, {ROOMS} rooms, {CHANGES} changes, p50"), "ms", p50, Reach::None);
    report.ours("  p99", "ms", p99, Reach::None);
    server.end()
}

/// The number behind `name` in an answer.
fn number(text: &str, name: &str) -> io::Result<u64> {
    let digits = text.split_once(name).map(|(_, rest)| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default());
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| io::Error::other(format!("no {name} in {text}")))
}
