//! The server is killed and started again, and 1,000 messages are posted before anybody is back: everyone catches up.

use crate::{
    common::report::{Reach, Report},
    contest::Arena,
    peers::rill::GENERAL,
    poster::{Pace, Posters, Progress, Until},
    run::{post_only, run},
    stream::Seen,
    swarm::{Opening, Swarm, TURN},
    text::now,
};
use std::{io, sync::atomic::Ordering, thread, time::Duration};

const ROUNDS: usize = 3;
const BEFORE: u64 = 20;
const MISSED: u64 = 1_000;
/// Somebody goes on posting meanwhile: does it hurt?
const RATE: f64 = 5.0;
/// Streams that are not back, or have not caught up, within this count as lost.
const RESTART_TIMEOUT: Duration = Duration::from_secs(40);

#[derive(Default)]
struct Round {
    /// Seconds from the server's new start to the last stream back, and from there to the last one that has caught up.
    back: f64,
    caught_up: f64,
    lost: f64,
    again: f64,
    resets: f64,
    /// Milliseconds, of whoever posts while all this goes on.
    post_p99: f64,
}

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    let rounds: Vec<Round> = (0..ROUNDS).map(|_| round(arena)).collect::<io::Result<_>>()?;
    let each = |figure: fn(&Round) -> f64| rounds.iter().map(figure).collect::<Vec<f64>>();
    let what = format!("{} streams after kill -9, {MISSED} messages missed", arena.many);
    report.ours(format!("{what}: restart to the last one back"), "s", each(|round| round.back), Reach::AtMost(5.0));
    report.ours("  then until all have caught up", "s", each(|round| round.caught_up), Reach::AtMost(5.0));
    report.ours("  messages lost", "", each(|round| round.lost), Reach::AtMost(0.0));
    report.ours("  messages doubled or out of order", "", each(|round| round.again), Reach::AtMost(0.0));
    report.ours("  streams told to fetch anew", "", each(|round| round.resets), Reach::AtMost(0.0));
    report.ours(format!("  post to answer meanwhile, {RATE}/s, p99"), "ms", each(|round| round.post_p99), Reach::None);
    Ok(())
}

fn round(arena: &Arena) -> io::Result<Round> {
    let streams = arena.many;
    let first = arena.world.start(GENERAL)?;
    let mut swarm = Swarm::open(&first, Opening::of(streams))?;
    run(&mut swarm, &mut Posters::connect(&first, 0..1)?, streams, Pace::PerSecond(10.0), Until::Count(BEFORE))?;
    swarm.seen = Seen::default();
    swarm.comes_back = true;
    let second = arena.world.start_in(first.crash()?, GENERAL)?;
    let restarted = now();
    swarm.peer = &second;
    let missed = Until::Count(MISSED);
    post_only(&second, &mut Posters::connect(&second, 1..15)?, Pace::Acknowledged, missed)?;

    let progress = Progress::default();
    let mut posters = Posters::connect(&second, 15..16)?;
    let target = usize::try_from(BEFORE + MISSED).unwrap_or_default();
    let (posted, back, caught_up) = thread::scope(|scope| {
        let posting = scope.spawn(|| posters.run(Pace::PerSecond(RATE), Until::Told, &progress));
        let watch = watch(&mut swarm, target);
        progress.stop.store(true, Ordering::Release);
        let posted = posting.join().unwrap_or_else(|_| Err(io::Error::other("the poster panicked")))?;
        let (back, caught_up) = watch?;
        io::Result::Ok((posted, back, caught_up))
    })?;
    let all = (MISSED + posted.acknowledged) * streams as u64;
    swarm.run(RESTART_TIMEOUT, |swarm| swarm.seen.delivered >= all)?;
    Ok(Round {
        back: (back - restarted) as f64 / 1e9,
        caught_up: (caught_up - back) as f64 / 1e9,
        lost: all.saturating_sub(swarm.seen.delivered) as f64,
        again: (swarm.seen.again + swarm.seen.fallen) as f64,
        resets: swarm.seen.resets as f64,
        post_p99: posted.latency.percentile(99.0),
    })
}

/// When the last stream was back, and when the last one had seen `target` messages.
fn watch(swarm: &mut Swarm, target: usize) -> io::Result<(u64, u64)> {
    // They have not yet noticed that they are gone.
    swarm.run(RESTART_TIMEOUT, |swarm| swarm.open == 0)?;
    let all = swarm.streams.len();
    swarm.run(RESTART_TIMEOUT, |swarm| swarm.open == all)?;
    let back = now();
    let (mut first, until) = (0, back + u64::try_from(RESTART_TIMEOUT.as_nanos()).unwrap_or(u64::MAX));
    loop {
        // A stream that has caught up stays so: only the others are looked at again.
        while swarm.streams.get(first).is_some_and(|stream| stream.next >= target) {
            first += 1;
        }
        if first == all || now() > until {
            return Ok((back, now()));
        }
        swarm.turn(TURN)?;
    }
}
