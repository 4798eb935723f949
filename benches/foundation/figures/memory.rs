//! Memory of a server that does nothing: bare, with open streams, with a full data directory behind it.

use crate::{
    common::{
        bench_dir::BenchDir,
        http::Client,
        people::enter,
        process::resident,
        report::{Reach, Report},
        server::Server,
    },
    fixture::{Full, MESSAGES},
};
use std::{io, path::Path, thread::sleep, time::Duration};

const ROUNDS: usize = 3;
/// Open streams, and how many of them one session may hold (`streams_per_session`).
const STREAMS: usize = 100;
const EACH: usize = 20;
/// How long the server is left alone before it is measured.
const REST: Duration = Duration::from_secs(2);
const REACH: Reach = Reach::AtMost(20.0);

/// On a new data directory, before and after the streams are opened.
pub fn fresh(program: &Path, bench_dir: &BenchDir, report: &mut Report) -> io::Result<()> {
    eprintln!("==> memory");
    let (mut idle, mut streaming) = (Vec::new(), Vec::new());
    for turn in 0..ROUNDS {
        let server = Server::start(program, &bench_dir.dir(&format!("idle-{turn}")))?;
        idle.extend(rested(&server));
        let streams = open_streams(&server)?;
        streaming.extend(rested(&server));
        drop(streams);
        server.end()?;
    }
    report.ours("idle memory, new data directory: resident", "MB", idle, REACH);
    report.ours(format!("idle memory, {STREAMS} idle streams: resident"), "MB", streaming, REACH);
    Ok(())
}

/// On the full data directory: the ring holds the newest events again.
pub fn full(program: &Path, full: &Full, report: &mut Report) -> io::Result<()> {
    let mut idle = Vec::new();
    for _ in 0..ROUNDS {
        let server = Server::start(program, &full.dir)?;
        idle.extend(rested(&server));
        server.end()?;
    }
    report.ours(format!("idle memory, {MESSAGES} messages: resident"), "MB", idle, REACH);
    Ok(())
}

fn rested(server: &Server) -> Option<f64> {
    sleep(REST);
    resident(server.pid())
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
