//! Sources: how replay reads the newest states of things, kind by kind. A feature has one for each of its kinds.

use crate::{
    database::{Read, Result},
    model::things::{Event, Kind, Thing},
};
use std::collections::HashMap;

/// Two numbers that tell a thing from others of its kind.
pub type Key = (u64, u64);

/// Where the things of one kind are read.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    pub kind: Kind,
    /// The newest states of these things, in no order and in few statements; a thing that is not there is left out.
    pub read: fn(&Read<'_>, &[Key]) -> Result<Vec<Event>>,
}

/// One source for each kind, in the order of [`Kind::ALL`].
pub type Sources = &'static [Source; Kind::COUNT];

/// The first numbers of keys, for kinds that one number is enough for.
pub fn first_numbers(keys: &[Key]) -> Vec<u64> {
    keys.iter().map(|(a, _)| *a).collect()
}

/// The newest states of these things, whatever their kinds.
pub(super) fn states(sources: Sources, read: &Read<'_>, things: &[Thing]) -> Result<HashMap<Thing, Event>> {
    let mut states = HashMap::with_capacity(things.len());
    for source in sources {
        let of_kind = things.iter().filter(|thing| thing.kind == source.kind);
        let keys: Vec<Key> = of_kind.map(|thing| (thing.a, thing.b)).collect();
        if !keys.is_empty() {
            states.extend((source.read)(read, &keys)?.into_iter().map(|event| (event.thing(), event)));
        }
    }
    Ok(states)
}
