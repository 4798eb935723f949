//! Cold start: from making the process to the first 200 of `/healthz`.

use crate::{
    common::{
        bench_dir::BenchDir,
        report::{Reach, Report},
        server::Server,
    },
    fixture::{Full, MESSAGES},
};
use std::{io, path::Path};

const STARTS: usize = 11;
const REACH: Reach = Reach::AtMost(150.0);

/// On a directory that does not exist: the schema is written too.
pub fn fresh(program: &Path, bench_dir: &BenchDir, report: &mut Report) -> io::Result<()> {
    eprintln!("==> cold start");
    let mut times = Vec::with_capacity(STARTS);
    for turn in 0..STARTS {
        let server = Server::start(program, &bench_dir.dir(&format!("fresh-{turn}")))?;
        times.push(server.started);
        server.end()?;
    }
    report.ours("cold start, new data directory", "ms", times, REACH);
    Ok(())
}

/// On a directory in use: the ring is read back from it.
pub fn full(program: &Path, full: &Full, report: &mut Report) -> io::Result<()> {
    let mut times = Vec::with_capacity(STARTS);
    for _ in 0..STARTS {
        let server = Server::start(program, &full.dir)?;
        times.push(server.started);
        server.end()?;
    }
    report.ours(format!("cold start, {MESSAGES} messages"), "ms", times, REACH);
    Ok(())
}
