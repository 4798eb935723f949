//! `make bench`: Rill under load beside its peers, on this machine, in turn. Nothing is asserted: every row says met or missed.
//!
//! Only the standard library, so that it builds in seconds. Linux only: epoll, and what `/proc` says.

mod chunks;
#[path = "../common/mod.rs"]
mod common;
mod epoll;
mod feed;
mod histogram;
mod peers;
mod poster;
mod scenarios;
mod stream;
mod swarm;
mod sys;
mod text;

use common::guard;
use peers::{floor, rill::World};
use std::{env, io, path::PathBuf, process::ExitCode, time::Duration};
use swarm::Opening;

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

fn run() -> io::Result<()> {
    guard::install();
    let limit = sys::raise_descriptors()?;
    let program = PathBuf::from(env::var_os("BENCH_SERVER").unwrap_or_else(|| "target/release/rill".into())).canonicalize()?;
    let root = PathBuf::from(env::var_os("BENCH_DIR").unwrap_or_else(|| "target/bench".into()))
        .join(format!("load-{}", std::process::id()));
    std::fs::create_dir_all(&root)?;
    let root = root.canonicalize()?;
    let what = env::args().nth(1).unwrap_or("fanout".into());
    let (streams, rate) = if what == "fanout" { (1000, 20.0) } else { (10000, 2.0) };
    let t = std::time::Instant::now();
    let world = World::make(&program, &root.join("world"), streams)?;
    eprintln!("limit {limit} world {:?}", t.elapsed());
    for _ in 0..3 {
        for name in ["rill", "floor"] {
            let peer: Box<dyn peers::Peer + '_> =
                if name == "rill" { Box::new(world.start("1")?) } else { Box::new(floor::Floor::start()?) };
            let t = std::time::Instant::now();
            let r = scenarios::paced::round(&*peer, Opening::of(streams), rate, Duration::from_secs(5))?;
            eprintln!(
                "{name}: cpu {:.2} us, p50 {:.2} p99 {:.2} ms post p99 {:.2} lost {} again {} n {} {:?}",
                r.cpu,
                r.p50,
                r.p99,
                r.post_p99,
                r.lost,
                r.again,
                r.deliveries,
                t.elapsed()
            );
        }
    }
    std::fs::remove_dir_all(root)
}
