//! nchan: Debian's nginx with libnginx-mod-nchan, one worker, a configuration and a directory of its own.

use super::{Peer, child::Process, plain_post, plain_stream};
use crate::{common::http::Client, text::Tick};
use std::{
    fs, io,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

/// The system's, or where `scripts/bench` has unpacked the packages.
const PLACES: [&str; 2] = ["/", "target/bench/nginx"];
const PROGRAM: &str = "usr/sbin/nginx";
const MODULE: &str = "usr/lib/nginx/modules/ngx_nchan_module.so";
/// Compiled into Debian's nginx, which makes a directory in it whatever its configuration says. The package brings it; unpacked
/// beside it, we make it for the run, where we may.
const STATE: &str = "/var/lib/nginx";
const START_TIMEOUT: Duration = Duration::from_secs(5);

pub struct Nchan {
    process: Process,
    address: SocketAddr,
    dir: PathBuf,
    _state: Option<State>,
}

/// `STATE`, made by us and gone with the server.
struct State;

impl State {
    fn make() -> io::Result<Option<Self>> {
        if Path::new(STATE).exists() {
            return Ok(None);
        }
        let made = fs::create_dir(STATE).map(|()| Some(Self));
        made.map_err(|error| io::Error::other(format!("it needs {STATE}, which its package would bring: {error}")))
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // nginx makes it below; left behind, both are empty.
        let _ = fs::remove_dir(Path::new(STATE).join("body"));
        let _ = fs::remove_dir(STATE);
    }
}

impl Nchan {
    pub fn start(dir: PathBuf) -> io::Result<Self> {
        let places = PLACES.into_iter().filter_map(|place| Path::new(place).canonicalize().ok());
        let place = places.into_iter().find(|place| place.join(PROGRAM).exists() && place.join(MODULE).exists());
        let place = place.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "it is not installed"))?;
        let state = State::make()?;
        fs::create_dir_all(&dir)?;
        // Free a moment ago; whoever takes it meanwhile makes the start fail, not lie.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let config = dir.join("nginx.conf");
        fs::write(&config, configuration(address, &dir, &place.join(MODULE)))?;
        let mut command = Command::new(place.join(PROGRAM));
        command.arg("-p").arg(&dir).arg("-c").arg(&config).stdout(Stdio::null());
        command.stderr(fs::File::create(dir.join("stderr"))?);
        let mut nchan = Self { process: Process::start(&mut command)?, address, dir, _state: state };
        let began = Instant::now();
        while Client::connect(address, "").and_then(|mut client| client.get("/healthz", "")?.ok()).is_err() {
            if nchan.process.ended() || began.elapsed() > START_TIMEOUT {
                let said = fs::read_to_string(nchan.dir.join("stderr")).unwrap_or_default();
                return Err(io::Error::other(format!("nginx does not start: {}", said.trim())));
            }
            sleep(Duration::from_millis(5));
        }
        Ok(nchan)
    }
}

impl Drop for Nchan {
    fn drop(&mut self) {
        // Left behind, it is only in the way.
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Nothing it need not do: no access log, no compression, no ping; history long enough that a slow reader loses nothing at once.
fn configuration(address: SocketAddr, dir: &Path, module: &Path) -> String {
    let (place, module) = (dir.display(), module.display());
    // nginx drops root's rights to `nobody`, who may not enter our directory.
    let user = if fs::metadata("/proc/self").is_ok_and(|proc| std::os::unix::fs::MetadataExt::uid(&proc) == 0) {
        "user root;\n"
    } else {
        ""
    };
    format!(
        "load_module {module};\n{user}daemon off;\nworker_processes 1;\nworker_rlimit_nofile 20000;\npid {place}/pid;\n\
         error_log {place}/error.log error;\nevents {{ worker_connections 16000; use epoll; }}\nhttp {{\n  access_log off;\n  \
         gzip off;\n  tcp_nodelay on;\n  keepalive_timeout 600s;\n  keepalive_requests 1000000000;\n  \
         client_body_temp_path {place}/body;\n  proxy_temp_path {place}/proxy;\n  fastcgi_temp_path {place}/fastcgi;\n  \
         uwsgi_temp_path {place}/uwsgi;\n  scgi_temp_path {place}/scgi;\n  nchan_shared_memory_size 256M;\n  server {{\n    \
         listen {address} backlog=4096;\n    location = /healthz {{ return 200 ok; }}\n    location = /post {{\n      \
         nchan_publisher http;\n      nchan_channel_id bench;\n      nchan_message_buffer_length 10000;\n      \
         nchan_message_timeout 5m;\n    }}\n    location = /events {{\n      nchan_subscriber eventsource;\n      \
         nchan_channel_id bench;\n      nchan_subscriber_first_message newest;\n      nchan_eventsource_ping_interval 0;\n    \
         }}\n  }}\n}}\n"
    )
}

impl Peer for Nchan {
    fn address(&self) -> SocketAddr {
        self.address
    }

    /// The master and its workers.
    fn pids(&self) -> Vec<u32> {
        let master = self.process.id();
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ours = processes.filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse::<u32>().ok()?;
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            // The name, in brackets, may hold spaces; the parent is the second field after it.
            let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse::<u32>().ok()?;
            (parent == master).then_some(pid)
        });
        std::iter::once(master).chain(ours).collect()
    }

    fn subscribe(&self, _: usize, _: Option<u64>, request: &mut Vec<u8>) {
        plain_stream("/events", self.address, request);
    }

    fn publish(&self, tick: Tick, request: &mut Vec<u8>) {
        plain_post("/post", self.address, tick, request);
    }
}
