//! `make bench`: what the server and its pages weigh, and how fast they are, as one table. Nothing is asserted here.
//!
//! Only the standard library, so that it builds in seconds and the client costs next to nothing beside what it measures.

#[path = "../common/mod.rs"]
mod common;
mod figures;
mod fixture;

use common::{bench_dir::BenchDir, guard, machine, report::Report, server};
use std::{env, io, process::ExitCode};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rill bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Measures the figures named on the command line, or all.
fn run() -> io::Result<()> {
    let asked: Vec<String> = env::args().skip(1).collect();
    let wanted = |figure: &str| asked.is_empty() || asked.iter().any(|asked| asked == figure);
    guard::install();
    let (program, bench_dir) = (server::program()?, BenchDir::new()?);
    let load = machine::load();
    let mut report = Report::default();
    let full = fixture::fill(&program, &bench_dir)?;
    if wanted("disk") {
        figures::disk::measure(&bench_dir, &mut report)?;
    }
    if wanted("start") {
        figures::start::fresh(&program, &bench_dir, &mut report)?;
        figures::start::full(&program, &full, &mut report)?;
    }
    if wanted("memory") {
        figures::memory::fresh(&program, &bench_dir, &mut report)?;
        figures::memory::full(&program, &full, &mut report)?;
    }
    if wanted("weight") {
        figures::weight::measure(&program, &full, &mut report)?;
    }
    if wanted("pages") {
        figures::pages::measure(&program, &full, &mut report)?;
    }
    if wanted("posts") {
        figures::posts::measure(&program, &full, &mut report)?;
    }
    if wanted("resume") {
        figures::resume::measure(&program, &bench_dir.dir("resume"), &mut report)?;
    }
    println!("{}\n", machine::facts(&bench_dir.root, &load));
    print!("{report}");
    Ok(())
}
