//! The server under measurement: started on loopback with its defaults, rates off; ended whatever happens.

use super::{guard, http::Client};
use std::{
    env, fs, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// How often a starting server is asked, and how long at most it may take to start or to end.
const POLL: Duration = Duration::from_micros(250);
const SERVER_TIMEOUT: Duration = Duration::from_secs(20);

/// Returns the server to measure: what `BENCH_SERVER` names, else the release build.
pub fn program() -> io::Result<PathBuf> {
    let program = PathBuf::from(env::var_os("BENCH_SERVER").unwrap_or_else(|| "target/release/rill".into()));
    program.canonicalize().map_err(|error| io::Error::other(format!("{}: {error}", program.display())))
}

/// A running server. Dropping it kills it; [`Server::end`] ends it in order.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// Milliseconds from before the process was made to its first 200 from `/healthz`.
    pub started: f64,
}

impl Server {
    /// Starts `program` on `data` with its defaults, rates off, and waits until it is well.
    pub fn start(program: &Path, data: &Path) -> io::Result<Self> {
        Self::start_with(program, data, &[])
    }

    /// The same with more of its configuration, as the environment says it.
    pub fn start_with(program: &Path, data: &Path, settings: &[(&str, &str)]) -> io::Result<Self> {
        fs::create_dir_all(data)?;
        // Free a moment ago; whoever takes it meanwhile makes the start fail, not lie.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = fs::OpenOptions::new().create(true).append(true).open(data.with_extension("log"))?;
        let mut command = Command::new(program);
        command.args(["serve", "--addr", &address.to_string(), "--data-dir"]).arg(data);
        // Not where a Leptos.toml lies: the defaults are what is measured.
        command.current_dir(data).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        for (name, _) in env::vars_os() {
            if ["RILL_", "LEPTOS_"].iter().any(|ours| name.to_string_lossy().starts_with(ours)) {
                command.env_remove(name);
            }
        }
        command
            .env("RILL_POSTS_PER_SECOND", "0")
            .env("RILL_ENTERS_PER_MINUTE", "0")
            .env("RILL_ENTRY", "open")
            .envs(settings.iter().copied());
        guard::bind(&mut command);
        let began = Instant::now();
        let mut server = Self { child: command.spawn()?, address, started: 0.0 };
        while !server.is_well() {
            if let Some(status) = server.child.try_wait()? {
                let said = fs::read_to_string(data.with_extension("log")).unwrap_or_default();
                return Err(io::Error::other(format!("the server ended with {status}: {}", said.trim())));
            }
            if began.elapsed() > SERVER_TIMEOUT {
                return Err(io::Error::other("the server does not start"));
            }
            sleep(POLL);
        }
        server.started = began.elapsed().as_secs_f64() * 1e3;
        Ok(server)
    }

    fn is_well(&self) -> bool {
        Client::connect(self.address, "").and_then(|mut client| client.get("/healthz", "")?.ok()).is_ok()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn client(&self, cookie: &str) -> io::Result<Client> {
        Client::connect(self.address, cookie)
    }

    /// Asks the server to end, as a service manager would, and waits until it has.
    pub fn end(mut self) -> io::Result<()> {
        Command::new("sh").arg("-c").arg(format!("kill -TERM {}", self.pid())).status()?;
        let began = Instant::now();
        while self.child.try_wait()?.is_none() {
            if began.elapsed() > SERVER_TIMEOUT {
                return Err(io::Error::other("the server does not end"));
            }
            sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Ends the server with no time for a last word.
    pub fn kill(&mut self) {
        // Both fail only where the process has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
