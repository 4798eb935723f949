//! One run: posters post, streams read, until everything has arrived. What all scenarios are made of.

use crate::{
    peers::Peer,
    poster::{Pace, Posters, Progress, Until},
    stream::Seen,
    swarm::{Swarm, TURN},
    text::now,
};
use std::{io, sync::atomic::Ordering, thread, time::Duration};

/// Everything posted arrives within this after the last post, or it counts as lost.
const GRACE: Duration = Duration::from_secs(20);
/// Where nothing has come for so long, nothing more will.
const SILENCE: u64 = 2_000_000_000;

/// What a run has found.
#[derive(Clone, Copy, Default)]
pub struct Run {
    /// Milliseconds from text to arrival.
    pub p50: f64,
    pub p99: f64,
    /// Milliseconds from a post to its answer.
    pub post_p99: f64,
    /// Deliveries that never came, and those that came twice or out of order.
    pub lost: f64,
    pub again: f64,
    pub deliveries: f64,
    pub posts: f64,
    /// Seconds from the first post to the last acknowledgement, and to the last delivery.
    pub posting: f64,
    pub delivering: f64,
    /// Microseconds of the server's CPU a delivery, posting included.
    pub cpu: f64,
    /// Milliseconds of the server's CPU in all.
    pub cpu_total: f64,
}

/// Posts while `swarm` reads; each message goes to `listeners` of its streams.
pub fn run(swarm: &mut Swarm, posters: &mut Posters, listeners: usize, pace: Pace, until: Until) -> io::Result<Run> {
    swarm.seen = Seen::default();
    let (progress, listeners) = (Progress::default(), listeners as u64);
    let (peer, began) = (swarm.peer, now());
    let before = peer.cpu();
    let posted = thread::scope(|scope| {
        let posting = scope.spawn(|| posters.run(pace, until, &progress));
        let read = read(swarm, &progress, listeners);
        // Whatever went wrong with reading: the posters must not go on.
        progress.stop.store(true, Ordering::Release);
        let posted = posting.join().unwrap_or_else(|_| Err(io::Error::other("the posters panicked")));
        read.and(posted)
    })?;
    let used = peer.cpu().saturating_sub(before);
    let seen = &swarm.seen;
    let deliveries = seen.delivered.max(1) as f64;
    Ok(Run {
        p50: seen.latency.percentile(50.0),
        p99: seen.latency.percentile(99.0),
        post_p99: posted.latency.percentile(99.0),
        lost: (posted.acknowledged * listeners).saturating_sub(seen.delivered) as f64,
        again: (seen.again + seen.fallen) as f64,
        deliveries: seen.delivered as f64,
        posts: posted.acknowledged as f64,
        posting: posted.seconds,
        delivering: seen.last.saturating_sub(began) as f64 / 1e9,
        cpu: used.as_secs_f64() * 1e6 / deliveries,
        cpu_total: used.as_secs_f64() * 1e3,
    })
}

fn read(swarm: &mut Swarm, progress: &Progress, listeners: u64) -> io::Result<()> {
    while !progress.over.load(Ordering::Acquire) {
        swarm.turn(TURN)?;
    }
    let all = progress.acknowledged.load(Ordering::Acquire) * listeners;
    let ended = now();
    let silent = |swarm: &Swarm| now() - swarm.seen.last.max(ended) > SILENCE;
    swarm.run(GRACE, |swarm| swarm.seen.delivered >= all || silent(swarm)).map(drop)
}

/// A moment at `rate`, so that nobody is measured cold.
pub fn warm_up(swarm: &mut Swarm, posters: &mut Posters, listeners: usize, rate: f64) -> io::Result<()> {
    run(swarm, posters, listeners, Pace::PerSecond(rate), Until::After(Duration::from_secs(1))).map(drop)
}

/// Posts with nobody listening.
pub fn post_only(peer: &dyn Peer, posters: &mut Posters, pace: Pace, until: Until) -> io::Result<Run> {
    let before = peer.cpu();
    let posted = posters.run(pace, until, &Progress::default())?;
    let used = peer.cpu().saturating_sub(before);
    Ok(Run {
        post_p99: posted.latency.percentile(99.0),
        posts: posted.acknowledged as f64,
        posting: posted.seconds,
        cpu_total: used.as_secs_f64() * 1e3,
        ..Run::default()
    })
}
