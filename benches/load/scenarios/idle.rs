//! Ten thousand streams on which nothing happens: what each adds to the server's memory.

use crate::{
    common::report::{Reach, Report, Who},
    contest::Arena,
    peers::Peer,
    swarm::{Ask, Opening, Swarm},
};
use std::{io, thread::sleep, time::Duration};

const ROUNDS: usize = 3;
/// Opened and closed before, so that what the first streams warm up is not counted.
const WARM: usize = 200;
/// How long the server is left alone before it is measured.
const REST: Duration = Duration::from_secs(2);

pub fn measure(arena: &Arena, report: &mut Report) -> io::Result<()> {
    for (ask, words) in [(Ask::First, "first"), (Ask::Second, "second")] {
        let mut one = |_: Who, peer: &dyn Peer| each(peer, Opening { ask, ..Opening::of(arena.many) });
        let mut cells = arena.in_turn(&[Who::Rill], ROUNDS, report, &mut one)?.each(|memory| *memory);
        cells.extend(arena.in_turn(&[Who::Nchan, Who::Express], 1, report, &mut one)?.each(|memory| *memory));
        let what = format!("memory of an idle stream among {}, {words} request of its connection", arena.many);
        report.add(what, "kB", cells, Reach::AtMost(2.0));
    }
    Ok(())
}

/// Resident memory each stream adds, in kB.
fn each(peer: &dyn Peer, opening: Opening) -> io::Result<f64> {
    drop(Swarm::open(peer, Opening { streams: WARM, ..opening })?);
    sleep(REST);
    let before = peer.memory();
    let mut swarm = Swarm::open(peer, opening)?;
    swarm.read_for(REST)?;
    Ok((peer.memory() - before) * 1e3 / opening.streams as f64)
}
