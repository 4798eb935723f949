//! Memory of a server that does nothing: bare, with open streams, with a full data directory behind it.

use crate::{
    common::{http::Client, place::Place, process::Memory, server::Server},
    fixture::{Full, MESSAGES, enter},
    table::{Budget, Table},
};
use std::{io, path::Path, thread::sleep, time::Duration};

const ROUNDS: usize = 3;
/// Open streams, and how many of them one session may hold (`streams_per_session`).
const STREAMS: usize = 100;
const EACH: usize = 20;
/// How long the server is left alone before it is measured.
const REST: Duration = Duration::from_secs(2);
const BUDGET: Budget = Budget::AtMost(20.0);

/// On a new data directory, before and after the streams are opened.
pub fn fresh(program: &Path, place: &Place, table: &mut Table) -> io::Result<()> {
    eprintln!("==> memory");
    let (mut idle, mut streaming) = (Vec::new(), Vec::new());
    for turn in 0..ROUNDS {
        let server = Server::start(program, &place.dir(&format!("idle-{turn}")))?;
        idle.extend(rested(&server));
        let streams = open_streams(&server)?;
        streaming.extend(rested(&server));
        drop(streams);
        server.end()?;
    }
    // Opening the streams also warms the server up, so this is more than a stream holds.
    let each = idle.iter().zip(&streaming).map(|(idle, streaming)| (streaming.rss - idle.rss) * 1e3 / STREAMS as f64).collect();
    add(table, "idle memory, new data directory", &idle);
    add(table, &format!("idle memory, {STREAMS} idle streams"), &streaming);
    table.add("what each of these streams adds", "kB", each, Budget::None);
    Ok(())
}

/// On the full data directory: the ring holds the newest events again.
pub fn full(program: &Path, full: &Full, table: &mut Table) -> io::Result<()> {
    let mut idle = Vec::new();
    for _ in 0..ROUNDS {
        let server = Server::start(program, &full.dir)?;
        idle.extend(rested(&server));
        server.end()?;
    }
    add(table, &format!("idle memory, {MESSAGES} messages"), &idle);
    Ok(())
}

fn rested(server: &Server) -> Option<Memory> {
    sleep(REST);
    Memory::of(server.pid())
}

fn open_streams(server: &Server) -> io::Result<Vec<Client>> {
    let mut streams = Vec::with_capacity(STREAMS);
    for person in 0..STREAMS / EACH {
        let cookie = enter(server, &format!("Listener {person}"))?;
        for _ in 0..EACH {
            let mut client = server.client(&cookie)?;
            client.listen()?;
            // The hello: the stream is registered.
            client.piece()?;
            streams.push(client);
        }
    }
    Ok(streams)
}

fn add(table: &mut Table, what: &str, rounds: &[Memory]) {
    let of = |part: fn(&Memory) -> f64| rounds.iter().map(part).collect();
    table.add(format!("{what}: resident"), "MB", of(|memory| memory.rss), BUDGET);
    table.add("  of it heap and stacks", "MB", of(|memory| memory.anon), Budget::None);
    table.add("  of it as Pss", "MB", of(|memory| memory.pss), Budget::None);
}
