//! 500 streams, posts as fast as they are acknowledged, by one poster and by sixteen: what a server can carry at most.

use super::paced::whole;
use crate::{
    common::report::{ALL, Reach, Report, Who},
    contest::Arena,
    poster::{Pace, Posters, Until},
    run::{run, warm_up},
    swarm::{Opening, Swarm},
};
use std::{io, time::Duration};

const STREAMS: usize = 500;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
/// How often the streams are read: the readers are not what is measured, and in life they are on other machines.
const GATHERS: Duration = Duration::from_millis(10);

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    for (posters, words) in [(1, "1 poster"), (16, "16 posters")] {
        let results = arena.in_turn(&ALL, ROUNDS, report, |_, peer| {
            let mut swarm = Swarm::open(peer, Opening::of(STREAMS))?;
            warm_up(&mut swarm, &mut Posters::connect(peer, posters..posters + 1)?, STREAMS, 20.0)?;
            swarm.gathers = GATHERS;
            let mut posters = Posters::connect(peer, 0..posters)?;
            run(&mut swarm, &mut posters, STREAMS, Pace::Acknowledged, Until::After(ROUND))
        })?;
        report.add(
            format!("{STREAMS} streams, saturated by {words}: deliveries"),
            "k/s",
            results.each(|run| run.deliveries / run.delivering / 1e3),
            Reach::TimesAtLeast(3.0, Who::Nchan),
        );
        report.add("  posts", "/s", results.each(|run| run.posts / run.posting), Reach::None);
        report.add("  post to answer, p99", "ms", results.each(|run| run.post_p99), Reach::AtMost(10.0));
        whole(report, &results);
    }
    Ok(())
}
