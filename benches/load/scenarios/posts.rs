//! Sixteen posters, nobody listens: durable posts a second. Rill's alone, since no peer writes anything down.

use crate::{
    common::report::{Reach, Report, Who},
    contest::Arena,
    poster::{Pace, Posters, Until},
    run::post_only,
};
use std::{io, time::Duration};

const POSTERS: usize = 16;
const ROUNDS: usize = 5;
const WARM: u64 = 500;
const ROUND: Duration = Duration::from_secs(3);

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let results = arena.in_turn(&[Who::Rill], ROUNDS, report, |_, peer| {
        let mut posters = Posters::connect(peer, 0..POSTERS)?;
        post_only(peer, &mut posters, Pace::Acknowledged, Until::Count(WARM))?;
        post_only(peer, &mut posters, Pace::Acknowledged, Until::After(ROUND))
    })?;
    report.add("durable posts, 16 posters", "/s", results.each(|run| run.posts / run.posting), Reach::AtLeast(9_000.0));
    report.add("  post to answer, p99", "ms", results.each(|run| run.post_p99), Reach::None);
    report.add("  CPU of the server a post", "ms", results.each(|run| run.cpu_total / run.posts), Reach::None);
    Ok(())
}
