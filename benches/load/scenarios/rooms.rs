//! Twenty rooms of 500 streams, one busy: whether the quiet ones cost anything, beside the busy room alone.

use crate::{
    common::report::{Reach, Report},
    contest::Arena,
    peers::rill::{PEOPLE, ROOMS},
    poster::{Pace, Posters, Until},
    run::{Run, run, warm_up},
    swarm::{Opening, Swarm},
};
use std::{io, time::Duration};

const ROUNDS: usize = 3;
const BUSY: usize = PEOPLE / ROOMS;
const RATE: f64 = 100.0;
/// Over before the first ping, 15 s after a stream has opened: this row asks what a message costs.
const ROUND: Duration = Duration::from_secs(6);

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let (mut alone, mut all) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(round(arena, BUSY)?);
        all.push(round(arena, arena.many)?);
    }
    let cpu = |rounds: &[Run]| rounds.iter().map(|run| run.cpu).collect::<Vec<f64>>();
    let ratio = alone.iter().zip(&all).map(|(alone, all)| all.cpu / alone.cpu).collect();
    report.ours(format!("a busy room of {BUSY} streams × {RATE}/s alone: CPU a delivery"), "µs", cpu(&alone), Reach::None);
    report.ours(format!("  with {} streams in 19 quiet rooms", arena.many - BUSY), "µs", cpu(&all), Reach::None);
    report.ours("  times as much", "", ratio, Reach::AtMost(1.05));
    report.ours("  never arrived, or twice", "", all.iter().map(|run| run.lost + run.again).collect(), Reach::AtMost(0.0));
    Ok(())
}

fn round(arena: &Arena, streams: usize) -> io::Result<Run> {
    let server = arena.world.start(&arena.world.rooms[0])?;
    let mut swarm = Swarm::open(&server, Opening::of(streams))?;
    let mut posters = Posters::connect(&server, 0..1)?;
    warm_up(&mut swarm, &mut posters, BUSY, RATE)?;
    run(&mut swarm, &mut posters, BUSY, Pace::PerSecond(RATE), Until::After(ROUND))
}
