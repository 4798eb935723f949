//! 2,000 readers stop reading under load: what the server keeps for them, and whether the others notice.

use crate::{
    common::report::{Reach, Report},
    contest::Arena,
    peers::{Peer, rill::GENERAL},
    poster::{Pace, Posters, Until},
    run::{post_only, run, warm_up},
    swarm::{Opening, Swarm},
};
use std::{io, time::Duration};

const ROUNDS: usize = 3;
const READERS: usize = 1_000;
const STALLED: usize = 2_000;
const RATE: f64 = 20.0;
const ROUND: Duration = Duration::from_secs(5);
/// Long messages, 16 kB a frame: more than the ring holds, before anybody listens.
const RING: u64 = 1_200;
/// And what each of the stalled is sent, twice: 1 MB, more than the kernel takes for them.
const FLOOD: u64 = 64;

#[derive(Default)]
struct Round {
    p99: f64,
    lost: f64,
    /// The server's memory in MB: after the first flood, and after the second and the load.
    memory: [f64; 2],
}

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        without.push(round(arena, 0)?);
        with.push(round(arena, STALLED)?);
    }
    let p99 = |rounds: &[Round]| rounds.iter().map(|round| round.p99).collect::<Vec<f64>>();
    let memory = |at: usize| with.iter().map(|round| round.memory[at]).collect::<Vec<f64>>();
    let ratio = without.iter().zip(&with).map(|(without, with)| with.p99 / without.p99).collect();
    let growth = with.iter().map(|round| round.memory[1] / round.memory[0]).collect();
    report.ours(format!("{READERS} readers × {RATE}/s: text to arrival, p99"), "ms", p99(&without), Reach::None);
    report.ours(format!("  with {STALLED} more that have stopped reading"), "ms", p99(&with), Reach::None);
    report.ours("  times as much", "", ratio, Reach::AtMost(1.1));
    report.ours("  never arrived at those who read", "", with.iter().map(|round| round.lost).collect(), Reach::AtMost(0.0));
    report.ours("  server's memory after each has left 1 MB unread", "MB", memory(0), Reach::None);
    report.ours("  after twice as much", "MB", memory(1), Reach::None);
    report.ours("  times as much", "", growth, Reach::AtMost(1.05));
    Ok(())
}

fn round(arena: &Arena, stalled: usize) -> io::Result<Round> {
    let server = arena.world.start(GENERAL)?;
    let mut fill = Posters::connect(&server, 0..14)?;
    fill.long = true;
    post_only(&server, &mut fill, Pace::Acknowledged, Until::Count(RING))?;
    let mut swarm = Swarm::open(&server, Opening { little_from: READERS, ..Opening::of(READERS + stalled) })?;
    let mut posters = Posters::connect(&server, 14..15)?;
    warm_up(&mut swarm, &mut posters, READERS + stalled, RATE)?;
    let mut memory = [0.0; 2];
    swarm.stall(READERS)?;
    let mut flood = Posters::connect(&server, 15..16)?;
    flood.long = true;
    for after in &mut memory {
        run(&mut swarm, &mut flood, READERS, Pace::PerSecond(50.0), Until::Count(FLOOD))?;
        *after = server.memory();
    }
    // The flood's own work, on disk and in the readers, is not what the next row asks about.
    warm_up(&mut swarm, &mut posters, READERS, RATE)?;
    let run = run(&mut swarm, &mut posters, READERS, Pace::PerSecond(RATE), Until::After(ROUND))?;
    memory[1] = memory[1].max(server.memory());
    Ok(Round { p99: run.p99, lost: run.lost, memory })
}
