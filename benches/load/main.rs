//! `make bench`: Rill under load beside its peers, on this machine, in turn. Nothing is asserted: every row says met or missed.
//!
//! Only the standard library, so that it builds in seconds. Linux only: epoll, and what `/proc` says.

mod chunks;
#[path = "../common/mod.rs"]
mod common;
mod contest;
mod epoll;
mod feed;
mod peers;
mod poster;
mod run;
mod scenarios;
mod stream;
mod swarm;
mod sys;
mod text;

use common::{bench_dir::BenchDir, guard, machine, report::Report, server};
use contest::Arena;
use peers::{floor, rill::PEOPLE};
use scenarios::SCENARIOS;
use std::{env, io, process::ExitCode};

fn main() -> ExitCode {
    let done = if env::args().nth(1).as_deref() == Some(floor::ARGUMENT) { floor::serve() } else { run() };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rill bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the scenarios named on the command line, or all; the table comes at the end, whatever has failed.
fn run() -> io::Result<()> {
    let asked: Vec<String> = env::args().skip(1).collect();
    if let Some(unknown) = asked.iter().find(|name| SCENARIOS.iter().all(|(known, _)| known != name)) {
        let known = SCENARIOS.map(|(name, _)| name).join(" ");
        return Err(io::Error::other(format!("there is no {unknown}; there are: {known}")));
    }
    guard::install();
    let descriptors = sys::raise_descriptors()?;
    let (program, bench_dir) = (server::program()?, BenchDir::new()?);
    let load = machine::load();
    eprintln!("==> {PEOPLE} people enter");
    let arena = Arena::new(&program, bench_dir.root.clone(), descriptors)?;
    let mut report = Report::default();
    let mut failed = false;
    for (name, measure) in SCENARIOS {
        if !asked.is_empty() && !asked.iter().any(|asked| asked == name) {
            continue;
        }
        eprintln!("==> {name}");
        if let Err(error) = measure(&arena, &mut report) {
            if guard::interrupted() {
                return Err(error);
            }
            failed = true;
            report.note(format!("{name} could not be measured: {error}"));
        }
    }
    println!("{}\n\n{report}", machine::facts(&bench_dir.root, &load));
    if failed { Err(io::Error::other("not everything could be measured")) } else { Ok(()) }
}
