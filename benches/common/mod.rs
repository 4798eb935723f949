//! What both programs of the bench share.

#![allow(dead_code, reason = "each of the two uses its part")]

pub mod bench_dir;
pub mod grid;
pub mod guard;
pub mod histogram;
pub mod http;
pub mod machine;
pub mod people;
pub mod process;
pub mod report;
pub mod server;
pub mod wire;
