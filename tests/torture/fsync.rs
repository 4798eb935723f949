//! Checks that each acknowledgement follows a sync to disk, by the system calls of the real server under a few posters. A killed
//! process keeps what the kernel has, so only this check covers a loss of power.

mod trace;

use crate::{http::Client, options::skip, scenario::enter, server::Setup};
use std::{
    fs,
    process::{Command, Stdio},
};
use trace::{acknowledgements, calls};

const POSTERS: usize = 4;
const EACH: usize = 15;

#[test]
fn message_is_synced_to_disk_before_it_is_acknowledged() {
    let works = |program: &str, words: &[&str]| {
        Command::new(program)
            .args(words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !works("strace", &["-D", "-f", "-o", "/dev/null", "true"]) {
        return skip("the check of syncs needs strace and the right to trace");
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("trace");
    let traced = "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fdatasync,fsync";
    let words = ["strace", "-D", "-f", "-yy", "-s", "500", "-e", traced, "-o", file.to_str().unwrap()];
    let setup = Setup::new(dir.path()).wrapped_by(&words);
    let (mut server, address) = (setup.start(), setup.address);
    std::thread::scope(|scope| {
        for poster in 0..POSTERS {
            scope.spawn(move || {
                let (cookie, _) = enter(address, &format!("Poster {poster}")).expect("may enter");
                let mut client = Client::new(address, &cookie);
                for n in 0..EACH {
                    let (key, text) = (format!("{poster:016x}{n:016x}"), format!("{poster}-{n}"));
                    let fields = [("room", "1"), ("key", key.as_str()), ("text", text.as_str())];
                    assert_eq!(client.post("/api/messages/send", &fields).expect("an answer").status, 200);
                }
            });
        }
    });
    server.terminate();
    let checked = acknowledgements(&calls(&fs::read_to_string(&file).unwrap()));
    assert_eq!(checked.len(), POSTERS * EACH, "each post has its answer in the trace");
    let early: Vec<_> = checked.iter().filter(|acknowledged| !acknowledged.synced).collect();
    assert!(early.is_empty(), "answered before a sync: {early:?}");
}
