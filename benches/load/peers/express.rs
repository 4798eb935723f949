//! Express: one process of Node, as `benches/peers/express` says; `scripts/bench` puts its package beside it.

use super::Plain;
use std::{
    io,
    path::Path,
    process::{Command, Stdio},
};

/// Where `scripts/bench` has put the server and its package.
const PLACE: &str = "target/bench/express";

pub fn start() -> io::Result<Plain> {
    if !Path::new(PLACE).join("node_modules/express/package.json").exists() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "its package is not installed"));
    }
    let mut command = Command::new("node");
    command.arg("server.js").current_dir(PLACE).env("NODE_ENV", "production").stderr(Stdio::null());
    Plain::start(&mut command, "/messages")
}
