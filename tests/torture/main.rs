//! The server under faults: the real program on a real data directory, killed, stopped, starved and held up while people write
//! and read; then what they were told is compared with what is there.
//!
//! `history` is what everybody notes down, `checker` judges it (pure, with tests of its own), `world` brings people, server and
//! judge together, and each file of `faults` is one way to be cruel. The short forms run with all tests; `scripts/torture` runs
//! the long ones. The same seed draws the same schedule: who writes what and where, and when the fault comes.

mod checker;
mod database;
mod dice;
mod faults;
mod fsync;
mod history;
mod http;
mod leaver;
mod options;
mod reader;
mod report;
mod server;
mod sse;
#[path = "../../benches/common/wire.rs"]
mod wire;
mod world;
mod writer;
