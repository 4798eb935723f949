//! The real program as a process: started, killed, stopped, asked to end, looked at from outside.

use crate::http::{Client, PATIENCE};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    os::unix::process::ExitStatusExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread::sleep,
    time::{Duration, Instant},
};

/// How a server is to be run; kept over restarts.
#[derive(Debug, Clone)]
pub struct Setup {
    pub address: SocketAddr,
    pub data: PathBuf,
    pub log: PathBuf,
    /// Keys of the configuration, as variables.
    pub values: Vec<(&'static str, String)>,
    /// A program and its arguments that end by running the server in their own process.
    pub wrapper: Vec<String>,
    /// The data directory lies in a mount namespace of the server's own.
    pub secluded: bool,
}

impl Setup {
    pub fn new(dir: &Path) -> Self {
        let values = vec![
            ("RILL_POSTS_PER_SECOND", "0".to_owned()),
            ("RILL_ENTERS_PER_MINUTE", "0".to_owned()),
            ("RILL_STREAMS_PER_ADDRESS", "0".to_owned()),
            ("RILL_LOG", "warn".to_owned()),
        ];
        let (data, log) = (dir.join("data"), dir.join("server.log"));
        Self { address: free_address(), data, log, values, wrapper: Vec::new(), secluded: false }
    }

    pub fn set(mut self, key: &'static str, value: impl ToString) -> Self {
        self.values.push((key, value.to_string()));
        self
    }

    /// The same, run by `wrapper`.
    pub fn within(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    fn command(&self, more: &[(&str, &str)]) -> Command {
        let program = env!("CARGO_BIN_EXE_rill");
        let mut words = self.wrapper.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command.args(words).args(["serve", "--addr", &self.address.to_string(), "--data-dir"]).arg(&self.data);
        // Not where a Leptos.toml lies, and nothing from outside: defaults, and what the test says.
        command.current_dir(self.log.parent().unwrap());
        for (name, _) in std::env::vars_os() {
            if ["RILL_", "LEPTOS_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
                command.env_remove(name);
            }
        }
        command.envs(self.values.iter().map(|(key, value)| (*key, value.as_str()))).envs(more.iter().copied());
        let log = fs::OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    /// Starts a process and does not wait for it.
    pub fn spawn(&self, more: &[(&str, &str)]) -> Server {
        Server { child: self.command(more).spawn().expect("the program runs"), setup: self.clone() }
    }

    /// Starts, and waits until it is well. No manual step: a start that fails is a failure.
    pub fn start(&self) -> Server {
        let mut server = self.spawn(&[]);
        if let Err(status) = server.until_well() {
            panic!("the server ended with {status} instead of starting: {}", self.said());
        }
        server
    }

    /// The end of what the server has logged.
    pub fn said(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// Below the range that the system draws from, so that no client is given the server's port while it is down.
fn free_address() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let drawn = std::process::id().wrapping_mul(97).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        let address = SocketAddr::from(([127, 0, 0, 1], 10_000 + (drawn % 20_000) as u16));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

/// A running server. Dropping it kills it.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub setup: Setup,
}

impl Server {
    /// Waits until it answers; the status if it ends instead.
    pub fn until_well(&mut self) -> Result<(), ExitStatus> {
        let began = Instant::now();
        loop {
            let answer = Client::new(self.setup.address, "").get("/healthz");
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                return Err(status);
            }
            assert!(began.elapsed() < PATIENCE, "the server does not start: {}", self.setup.said());
            sleep(Duration::from_millis(2));
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid() as i32).unwrap();
        kill_process(pid, signal).expect("a process of ours");
    }

    /// Ends it as a crash does, and starts it again on the same data and port.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let status = self.until_ended();
        assert_eq!(status.signal(), Some(9), "it had ended before it was killed: {}", self.setup.said());
    }

    /// Asks it to end, as a service manager does; it has to, and well.
    pub fn terminate(&mut self) {
        self.signal(Signal::TERM);
        let status = self.until_ended();
        assert!(status.success(), "asked to end it ended with {status}: {}", self.setup.said());
    }

    pub fn until_ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < 2 * PATIENCE, "the server does not end: {}", self.setup.said());
            sleep(Duration::from_millis(2));
        }
    }

    /// Starts again what has ended.
    pub fn restart(&mut self) {
        *self = self.setup.start();
    }

    /// The data directory as this process sees it.
    pub fn files(&self) -> PathBuf {
        if self.setup.secluded {
            let inside = self.setup.data.strip_prefix("/").unwrap();
            return Path::new("/proc").join(self.pid().to_string()).join("root").join(inside);
        }
        self.setup.data.clone()
    }

    /// Bytes of memory the process has held at most.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        1_024 * line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap()
    }

    /// A figure of `/healthz?verbose`.
    pub fn figure(&self, name: &str) -> u64 {
        let answer = Client::new(self.setup.address, "").get("/healthz?verbose").expect("an answer");
        let line = answer.body.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_else(|| panic!("{}", answer.body))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
