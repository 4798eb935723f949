//! One poster at a steady rate in a room where everybody listens: CPU a delivery, and how long from text to arrival.

use crate::{
    peers::Peer,
    poster::{Pace, Posters, Progress, Until},
    swarm::{Opening, Swarm},
};
use std::{io, sync::atomic::Ordering, thread, time::Duration};

/// Everything posted arrives within this after the last post, or it counts as lost.
const GRACE: Duration = Duration::from_secs(20);

/// What a round has found.
#[derive(Clone, Copy, Default)]
pub struct Round {
    /// Microseconds of the server's CPU for each delivery, posting included.
    pub cpu: f64,
    /// Milliseconds from text to arrival.
    pub p50: f64,
    pub p99: f64,
    /// Milliseconds from a post to its answer.
    pub post_p99: f64,
    /// Deliveries that never came, and that came twice or out of order.
    pub lost: u64,
    pub again: u64,
    pub deliveries: f64,
    pub posts: f64,
    pub seconds: f64,
}

/// Posts on `posters` connections while `swarm` reads; done when everything has arrived.
pub fn post(swarm: &mut Swarm, posters: &mut Posters, pace: Pace, until: Until) -> io::Result<Round> {
    swarm.seen = Default::default();
    let progress = Progress::default();
    let (streams, readers) = (swarm.open as u64, &mut *swarm);
    let posted = thread::scope(|scope| {
        let posting = scope.spawn(|| posters.run(pace, until, &progress));
        let mut read = || -> io::Result<()> {
            while !progress.over.load(Ordering::Acquire) {
                readers.turn(crate::swarm::TURN)?;
            }
            let all = progress.acknowledged.load(Ordering::Acquire) * streams;
            readers.run(GRACE, |swarm| swarm.seen.delivered >= all).map(drop)
        };
        let read = read();
        // Whatever went wrong with reading: the posters must not go on.
        progress.stop.store(true, Ordering::Release);
        let posted = posting.join().unwrap_or_else(|_| Err(io::Error::other("the posters panicked")));
        read.and(posted)
    })?;
    let seen = &swarm.seen;
    Ok(Round {
        cpu: 0.0,
        p50: seen.latency.percentile(50.0),
        p99: seen.latency.percentile(99.0),
        post_p99: posted.latency.percentile(99.0),
        lost: (posted.acknowledged * streams).saturating_sub(seen.delivered),
        again: seen.again + seen.fallen,
        deliveries: seen.delivered as f64,
        posts: posted.acknowledged as f64,
        seconds: posted.seconds,
    })
}

/// A server with so many streams, posted to at `rate` for `time`, after a moment to warm up.
pub fn round(peer: &dyn Peer, opening: Opening, rate: f64, time: Duration) -> io::Result<Round> {
    let mut swarm = Swarm::open(peer, opening)?;
    let mut posters = Posters::connect(peer, 1)?;
    post(&mut swarm, &mut posters, Pace::PerSecond(rate), Until::After(Duration::from_secs(1)))?;
    let before = peer.cpu();
    let mut round = post(&mut swarm, &mut posters, Pace::PerSecond(rate), Until::After(time))?;
    let used = peer.cpu().saturating_sub(before);
    round.cpu = used.as_secs_f64() * 1e6 / round.deliveries.max(1.0);
    Ok(round)
}
