//! The real program as a process: started, killed, suspended, terminated and measured from outside.

use crate::http::{ANSWER_TIMEOUT, Client};
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

/// How to run a server; the same over restarts.
#[derive(Debug, Clone)]
pub struct Setup {
    pub address: SocketAddr,
    pub data: PathBuf,
    pub log: PathBuf,
    /// Configuration keys as environment variables.
    pub values: Vec<(&'static str, String)>,
    /// A command that ends by executing the server in its own process.
    pub wrapper: Vec<String>,
    /// Whether the data directory is mounted in a namespace of the server.
    pub private_mount: bool,
    /// Arguments beside those for address and data.
    pub arguments: Vec<&'static str>,
}

impl Setup {
    pub fn new(dir: &Path) -> Self {
        let values = vec![
            ("RILL_POSTS_PER_SECOND", "0".to_owned()),
            ("RILL_ENTERS_PER_MINUTE", "0".to_owned()),
            ("RILL_ENTRY", "open".to_owned()),
            ("RILL_STREAMS_PER_ADDRESS", "0".to_owned()),
            ("RILL_LOG", "warn".to_owned()),
        ];
        let (data, log) = (dir.join("data"), dir.join("server.log"));
        Self { address: free_address(), data, log, values, wrapper: Vec::new(), private_mount: false, arguments: Vec::new() }
    }

    pub fn set(mut self, key: &'static str, value: impl ToString) -> Self {
        self.values.push((key, value.to_string()));
        self
    }

    /// Returns the setup with further arguments.
    pub fn with_arguments(mut self, arguments: &[&'static str]) -> Self {
        self.arguments.extend(arguments);
        self
    }

    /// Returns the setup with the command that runs the server.
    pub fn wrapped_by(mut self, wrapper: &[&str]) -> Self {
        self.wrapper = wrapper.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    fn command(&self, more: &[(&str, &str)]) -> Command {
        let program = env!("CARGO_BIN_EXE_rill");
        let mut words = self.wrapper.iter().map(String::as_str).chain([program]);
        let mut command = Command::new(words.next().unwrap_or(program));
        command
            .args(words)
            .args(["serve", "--addr", &self.address.to_string(), "--data-dir"])
            .arg(&self.data)
            .args(&self.arguments);
        // A directory without a Leptos.toml and no inherited settings: defaults and the test's values apply.
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

    /// Starts a process without waiting.
    pub fn spawn(&self, more: &[(&str, &str)]) -> Server {
        Server { child: self.command(more).spawn().expect("the program runs"), setup: self.clone() }
    }

    /// Starts the server and waits until it is healthy; panics when it exits.
    pub fn start(&self) -> Server {
        let mut server = self.spawn(&[]);
        if let Err(status) = server.wait_until_healthy() {
            panic!("the server ended with {status} instead of starting: {}", self.log_tail());
        }
        server
    }

    /// Returns the last lines of the server's log.
    pub fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

/// Returns a port below the system's ephemeral range, so that no client takes it while the server is down.
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
    /// Waits until the server answers; returns its exit status when it ends instead.
    pub fn wait_until_healthy(&mut self) -> Result<(), ExitStatus> {
        let began = Instant::now();
        loop {
            let answer = Client::new(self.setup.address, "").get("/healthz");
            if answer.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                return Err(status);
            }
            assert!(began.elapsed() < ANSWER_TIMEOUT, "the server does not start: {}", self.setup.log_tail());
            sleep(Duration::from_millis(2));
        }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid() as i32).unwrap();
        kill_process(pid, signal).expect("the process exists");
    }

    /// Kills the process as a crash does.
    pub fn kill(&mut self) {
        self.signal(Signal::KILL);
        let status = self.wait_for_exit();
        assert_eq!(status.signal(), Some(9), "the server ended before it was killed: {}", self.setup.log_tail());
    }

    /// Terminates the process as a service manager does; panics unless it exits with 0.
    pub fn terminate(&mut self) {
        self.signal(Signal::TERM);
        let status = self.wait_for_exit();
        assert!(status.success(), "the server exited with {status} after SIGTERM: {}", self.setup.log_tail());
    }

    pub fn wait_for_exit(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < 2 * ANSWER_TIMEOUT, "the server does not end: {}", self.setup.log_tail());
            sleep(Duration::from_millis(2));
        }
    }

    /// Starts the ended process again on the same data and port.
    pub fn restart(&mut self) {
        *self = self.setup.start();
    }

    /// Returns the path of the data directory as seen by the test.
    pub fn files(&self) -> PathBuf {
        if self.setup.private_mount {
            let inside = self.setup.data.strip_prefix("/").unwrap();
            return Path::new("/proc").join(self.pid().to_string()).join("root").join(inside);
        }
        self.setup.data.clone()
    }

    /// Returns the peak memory of the process in bytes.
    pub fn memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// Returns the resident memory of the process in bytes.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        1_024 * line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap()
    }

    /// Returns a figure of `/healthz?verbose`.
    pub fn figure(&self, name: &str) -> u64 {
        let answer = Client::new(self.setup.address, "").get("/healthz?verbose").expect("an answer");
        let line = answer.body.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_else(|| panic!("{}", answer.body))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Both fail only when the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
