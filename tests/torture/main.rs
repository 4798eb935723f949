//! The real program under faults: it is killed, suspended and starved while clients write and read; then a checker compares what
//! the clients were told with what is stored.
//!
//! `history` holds the records of all clients, `checker` is pure and checks them, `scenario` runs server, clients and checker
//! together, and each file of `faults` applies one fault. The short forms run with all tests; `scripts/torture` runs the long
//! ones. One seed draws the same schedule each time: messages, rooms and the moments of the faults.

mod checker;
mod database;
mod faults;
mod fsync;
mod history;
mod http;
mod leaver;
mod options;
mod reader;
mod report;
mod rng;
mod scenario;
mod server;
mod sse;
#[path = "../../benches/common/wire.rs"]
mod wire;
mod writer;
