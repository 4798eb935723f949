//! The contestants in turn: A B A B, each round with a server of its own, so that a noisy minute meets all of them alike.

use crate::{
    common::{
        guard::interrupted,
        report::{Report, Who},
    },
    peers::{
        Peer, express, floor,
        nchan::Nchan,
        rill::{PEOPLE, World},
    },
};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Where servers are started, and what they are started with.
pub struct Arena {
    pub world: World,
    root: PathBuf,
    /// Streams of the large rows: 10,000, or fewer where descriptors end before.
    pub many: usize,
}

/// Descriptors a server needs beside its streams.
const SPARE: u64 = 500;

impl Arena {
    pub fn new(program: &Path, root: PathBuf, descriptors: u64) -> io::Result<Self> {
        let room = usize::try_from(descriptors.saturating_sub(SPARE)).unwrap_or(PEOPLE);
        Ok(Self { world: World::make(program, &root.join("world"))?, root, many: PEOPLE.min(room) })
    }

    fn start(&self, who: Who) -> io::Result<Box<dyn Peer + '_>> {
        Ok(match who {
            Who::Rill => Box::new(self.world.start(crate::peers::rill::GENERAL)?),
            Who::Floor => Box::new(floor::start()?),
            Who::Express => Box::new(express::start()?),
            Who::Nchan => Box::new(Nchan::start(self.root.join("nchan"))?),
        })
    }

    /// `rounds` times each of `whom`. One of the others that cannot be started or fails is left out with a word; Rill may not.
    pub fn in_turn<T>(
        &self,
        whom: &[Who],
        rounds: usize,
        report: &mut Report,
        mut round: impl FnMut(Who, &dyn Peer) -> io::Result<T>,
    ) -> io::Result<Results<T>> {
        let mut results: Vec<(Who, Vec<T>)> = whom.iter().map(|who| (*who, Vec::new())).collect();
        let mut out = Vec::new();
        for _ in 0..rounds {
            for (who, found) in &mut results {
                if out.contains(who) {
                    continue;
                }
                match self.start(*who).and_then(|peer| round(*who, &*peer)) {
                    Ok(one) => found.push(one),
                    Err(error) if *who == Who::Rill || interrupted() => return Err(error),
                    Err(error) => {
                        report.note(format!("{} is left out: {error}", who.name()));
                        out.push(*who);
                    }
                }
            }
        }
        Ok(Results(results))
    }
}

/// What the rounds of each contestant have found.
pub struct Results<T>(Vec<(Who, Vec<T>)>);

impl<T> Results<T> {
    /// One figure of each.
    pub fn each(&self, figure: impl Fn(&T) -> f64) -> Vec<(Who, Vec<f64>)> {
        self.0.iter().map(|(who, rounds)| (*who, rounds.iter().map(&figure).collect())).collect()
    }
}
