//! The program from outside: what it says and with which code it ends when it is started wrongly, and on signals.

use crate::{
    http::Client,
    scenario::enter,
    server::{Server, Setup},
};
use rustix::process::Signal;
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

/// Runs the program in `dir` to its end.
fn run(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rill"));
    for (name, _) in std::env::vars_os() {
        if ["RILL_", "LEPTOS_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
            command.env_remove(name);
        }
    }
    command.args(arguments).current_dir(dir).output().expect("the program runs")
}

/// It fails with one line that has all of `words`.
fn fails(dir: &Path, arguments: &[&str], words: &[&str]) {
    let output = run(dir, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(last.starts_with("rill: ") && words.iter().all(|word| last.contains(word)), "{arguments:?}: {said}");
}

#[test]
fn a_start_that_fails_says_why_and_leaves_nothing_behind() {
    let dir = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    fails(dir.path(), &["serve", "--addr", &address, "--data-dir", "new"], &[&address, "--addr"]);
    assert!(!dir.path().join("new").exists(), "a port that is taken leaves no data directory behind");
    fails(dir.path(), &["serve", "--config", "nope.toml"], &["nope.toml", "--config"]);
    fs::write(dir.path().join("file"), "").unwrap();
    fails(dir.path(), &["serve", "--addr", "127.0.0.1:0", "--data-dir", "file"], &["file"]);
    fs::write(dir.path().join("wrong.toml"), "[rill]\npost_brust = 3\n").unwrap();
    fails(dir.path(), &["config", "--config", "wrong.toml"], &["post_brust", "post_burst"]);
    fails(dir.path(), &["healthcheck", "--addr", &format!("127.0.0.1:{}", free_port())], &[]);
    assert_eq!(run(dir.path(), &["serve", "--no-such-flag"]).status.code(), Some(2));
    let help = run(dir.path(), &["healthcheck", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    assert!(help.contains("--addr") && !help.contains("to listen on"), "{help}");
}

/// Returns a port where nobody listens, for a moment at least.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

#[test]
fn a_hangup_ends_it_in_order_as_sigterm_does() {
    for signal in [Signal::HUP, Signal::INT, Signal::TERM] {
        let dir = tempfile::tempdir().unwrap();
        let mut server = Setup::new(dir.path()).start();
        let (cookie, _) = enter(server.setup.address, "Lin").expect("somebody enters");
        let (mut stream, _) = Client::new(server.setup.address, &cookie).listen(None).expect("a stream");
        server.signal(signal);
        let mut said = String::new();
        while let Ok(Some(piece)) = stream.piece() {
            said.push_str(&String::from_utf8_lossy(&piece));
        }
        assert!(said.contains("event: bye"), "{signal:?}: {said}");
        assert!(server.wait_for_exit().success(), "{signal:?}");
    }
}

#[test]
fn sample_rooms_are_made_once_and_data_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let setup = Setup::new(dir.path()).set("RILL_LOG", "info");
    let rooms = |server: &Server| {
        let (cookie, _) = enter(setup.address, &format!("Guest {}", server.pid())).expect("a guest");
        let list = Client::new(setup.address, &cookie).post("/api/rooms/list", &[]).expect("an answer");
        list.json()["items"].as_array().expect("rooms").len()
    };
    let demo = |setup: &Setup| {
        let mut server = setup.clone().with_arguments(&["--demo"]).start();
        let found = rooms(&server);
        server.terminate();
        found
    };
    assert_eq!((demo(&setup), demo(&setup)), (3, 3));
    let log = fs::read_to_string(&setup.log).unwrap();
    let count = |words: &str| log.matches(words).count();
    assert_eq!((count("sample rooms and messages are in place"), count("no sample rooms are made")), (1, 1), "{log}");
}
