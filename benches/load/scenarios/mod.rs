//! The rows of the table, one file a kind.

mod idle;
mod paced;
mod posts;
mod restart;
mod rooms;
mod saturated;
mod stalled;

use crate::{common::report::Report, contest::Arena};
use std::io;

pub type Scenario = fn(&Arena, &mut Report) -> io::Result<()>;

/// By the names `scripts/bench` takes, in the order of the table.
pub const SCENARIOS: [(&str, Scenario); 8] = [
    ("fanout", paced::thousand),
    ("wide", paced::many),
    ("saturated", saturated::measure),
    ("idle", idle::measure),
    ("durable", posts::measure),
    ("restart", restart::measure),
    ("rooms", rooms::measure),
    ("stalled", stalled::measure),
];
