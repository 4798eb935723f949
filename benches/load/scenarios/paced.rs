//! One poster at a steady rate, everybody listens: CPU a delivery, and how long from text to arrival.

use crate::{
    common::report::{ALL, Reach, Report, Who},
    contest::{Arena, Results},
    poster::{Pace, Posters, Until},
    run::{Run, run, warm_up},
    swarm::{Opening, Swarm},
};
use std::{io, time::Duration};

const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(5);

/// 1,000 streams, 20 messages a second.
pub fn thousand(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let results = measure(arena, report, 1_000, 20.0)?;
    let what = "1,000 streams × 20/s";
    report.add(
        format!("{what}: CPU of the server a delivery"),
        "µs",
        results.each(|run| run.cpu),
        Reach::TimesAtMost(1.0, Who::Floor),
    );
    report.add("  text to arrival, p50", "ms", results.each(|run| run.p50), Reach::None);
    report.add("  text to arrival, p99", "ms", results.each(|run| run.p99), Reach::None);
    whole(report, &results);
    Ok(())
}

/// 10,000 streams, 2 messages a second.
pub fn many(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let results = measure(arena, report, arena.many, 2.0)?;
    let what = format!("{} streams × 2/s", arena.many);
    report.add(format!("{what}: text to arrival, p99"), "ms", results.each(|run| run.p99), Reach::TimesAtMost(0.75, Who::Floor));
    whole(report, &results);
    Ok(())
}

fn measure(arena: &Arena, report: &mut Report, streams: usize, rate: f64) -> io::Result<Results<Run>> {
    arena.in_turn(&ALL, ROUNDS, report, |_, peer| {
        let mut swarm = Swarm::open(peer, Opening::of(streams))?;
        let mut posters = Posters::connect(peer, 0..1)?;
        warm_up(&mut swarm, &mut posters, streams, rate)?;
        run(&mut swarm, &mut posters, streams, Pace::PerSecond(rate), Until::After(ROUND))
    })
}

/// Every frame once and in order.
pub fn whole(report: &mut Report, results: &Results<Run>) {
    report.add("  never arrived", "", results.each(|run| run.lost), Reach::AtMost(0.0));
    report.add("  twice or out of order", "", results.each(|run| run.again), Reach::AtMost(0.0));
}
