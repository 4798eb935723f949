//! `make bench`: what the server and its pages weigh, and how fast they are, as one table. Nothing is asserted here.
//!
//! Only the standard library, so that it builds in seconds and the client costs next to nothing beside what it measures.

#[path = "../common/mod.rs"]
mod common;
mod figures;
mod fixture;
mod table;

use common::{guard, machine, place::Place};
use std::{env, io, path::PathBuf, process::ExitCode};
use table::Table;

/// Names the server to measure, where it is not the release build. `scripts/bench` hands it on.
const SERVER: &str = "BENCH_SERVER";

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
    let program = PathBuf::from(env::var_os(SERVER).unwrap_or_else(|| "target/release/rill".into()));
    let program = program.canonicalize().map_err(|error| io::Error::other(format!("{}: {error}", program.display())))?;
    guard::install();
    let place = Place::new(PathBuf::from(env::var_os("BENCH_DIR").unwrap_or_else(|| "target/bench".into())))?;
    let load = machine::load();
    let mut table = Table::default();
    let full = fixture::fill(&program, &place)?;
    if wanted("disk") {
        figures::disk::measure(&place, &mut table)?;
    }
    if wanted("start") {
        figures::start::fresh(&program, &place, &mut table)?;
        figures::start::full(&program, &full, &mut table)?;
    }
    if wanted("memory") {
        figures::memory::fresh(&program, &place, &mut table)?;
        figures::memory::full(&program, &full, &mut table)?;
    }
    if wanted("weight") {
        figures::weight::measure(&program, &full, &mut table)?;
    }
    if wanted("pages") {
        figures::pages::measure(&program, &full, &mut table)?;
    }
    if wanted("posts") {
        figures::posts::measure(&program, &full, &mut table)?;
    }
    println!("{}\n", machine::facts(&place.root, &load));
    print!("{table}");
    Ok(())
}
