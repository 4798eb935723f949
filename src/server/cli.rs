//! The command line: serve, config, healthcheck.

use super::{config::Config, demo, health, serve::listen, start};
use crate::{
    features::accounts::server::setup,
    model::{lang::Lang, route::Route},
};
use clap::{Parser, Subcommand};
use std::{
    io::{IsTerminal, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Self-hosted chat that streams.
#[derive(Debug, Parser)]
#[command(name = "rill", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve (also what `rill` alone does).
    Serve(Serve),
    /// Print what is in force and where each value came from.
    Config,
    /// Ask a running server whether it is well; exit 0 if so.
    Healthcheck {
        /// Also print open streams, ring and head.
        #[arg(long)]
        verbose: bool,
    },
}

/// What every command takes, before or after its name.
#[derive(Debug, Default, clap::Args)]
struct Options {
    /// Address of the server [default: 127.0.0.1:3000]
    #[arg(long, global = true, value_name = "HOST:PORT")]
    addr: Option<String>,
    /// Where the data lives [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Configuration file [default: ./Leptos.toml where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Default, clap::Args)]
struct Serve {
    /// Fill an empty data directory with sample rooms and messages in two languages.
    #[arg(long)]
    demo: bool,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        None => serve(&cli.options, cli.serve.demo),
        Some(Command::Serve(serving)) => serve(&cli.options, serving.demo || cli.serve.demo),
        Some(Command::Config) => config(&cli.options).and_then(|config| {
            let text: String = config.lines().map(|line| line + "\n").collect();
            std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
        }),
        Some(Command::Healthcheck { verbose }) => healthcheck(&cli.options, verbose),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "rill: {message}");
            ExitCode::FAILURE
        }
    }
}

fn config(options: &Options) -> Result<Config, String> {
    let default = Path::new("Leptos.toml");
    let path = options.config.as_deref().or_else(|| default.exists().then_some(default));
    let text = match path {
        Some(path) => std::fs::read_to_string(path).map_err(|error| {
            let path = path.display();
            format!("the configuration file {path} cannot be read: {error}. Name another with --config; none is needed.")
        })?,
        None => String::new(),
    };
    let mut flags = Vec::new();
    if let Some(addr) = &options.addr {
        flags.push(("site_addr", addr.clone()));
    }
    if let Some(dir) = &options.data_dir {
        flags.push(("data_dir", dir.to_string_lossy().into_owned()));
    }
    let variables =
        std::env::vars_os().map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()));
    Config::load(path.map(|path| (path, text.as_str())), variables, &flags).map_err(|error| error.to_string())
}

fn serve(options: &Options, demo: bool) -> Result<(), String> {
    let config = config(options)?;
    let filter = tracing_subscriber::EnvFilter::new(&config.log);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    raise_descriptor_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
    let served = runtime.block_on(async {
        survive_file_limit();
        // From here on, so that a signal that comes while the store is still being opened counts too.
        let shutdown = ShutdownRequest::listen();
        let address = config.site_addr;
        // First, so that a port that is taken leaves no new data directory behind.
        let listener = listen(address).map_err(|error| cannot_listen(address, &error))?;
        let app = start::open(config).await?;
        if demo {
            demo::fill(&app)
                .await
                .map_err(|error| format!("the sample rooms could not be written: {}", error.words(Lang::En)))?;
        }
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let url = app.config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let data = app.config.data_dir.display();
        let token = setup::new_token(&app.services).await.map_err(|error| error.words(Lang::En).to_owned())?;
        tracing::info!(version = env!("CARGO_PKG_VERSION"), %address, %data, "Rill is ready: {url}");
        if let Some(token) = token {
            // Not through the log, which others may read. Where nobody reads it, nothing is lost.
            let link = format!("{url}{}#{}", Route::SetUp, token.as_str());
            let _ = writeln!(std::io::stdout(), "This workspace has no owner yet. Open this link to set it up:\n\n  {link}\n");
        }
        start::run(app, listener, shutdown.received()).await;
        Ok(())
    });
    // Whatever still waits for the store waits in vain.
    runtime.shutdown_timeout(Duration::from_millis(100));
    served
}

/// Why nothing can listen there, and what to do.
fn cannot_listen(address: SocketAddr, error: &std::io::Error) -> String {
    use std::io::ErrorKind::{AddrInUse, AddrNotAvailable, PermissionDenied};
    let advice = match error.kind() {
        AddrInUse => " Another program listens there, perhaps another Rill: end it, or choose another port with --addr.",
        AddrNotAvailable => " This machine does not have that address: choose another with --addr.",
        PermissionDenied => {
            " Ports below 1024 are for privileged programs: choose another with --addr, and put a proxy in front."
        }
        _ => "",
    };
    format!("cannot listen on {address}: {error}.{advice}")
}

/// SIGTERM, SIGHUP and Ctrl-C, listened to from the moment this is made.
struct ShutdownRequest([Option<Signal>; 3]);

impl ShutdownRequest {
    fn listen() -> Self {
        Self([SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()].map(|kind| match signal(kind) {
            Ok(signal) => Some(signal),
            Err(error) => {
                tracing::warn!(%error, "SIGTERM, SIGHUP or Ctrl-C will end the process at once");
                None
            }
        }))
    }

    /// Done once one of them was sent.
    async fn received(self) {
        let Self([terminate, interrupt, hangup]) = self;
        tokio::select! {
            () = sent(terminate) => {}
            () = sent(interrupt) => {}
            () = sent(hangup) => {}
        }
    }
}

async fn sent(signal: Option<Signal>) {
    match signal {
        Some(mut signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// A file larger than the process may write is an error for the writer to answer, not the end of the process.
fn survive_file_limit() {
    /// SIGXFSZ, on every system we run on.
    const FILE_SIZE: i32 = 25;
    if let Err(error) = signal(SignalKind::from_raw(FILE_SIZE)) {
        tracing::debug!(%error, "a file size limit will end the process");
    }
}

/// Takes as many descriptors as we are allowed: each stream is one.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::debug!(%error, "the descriptor limit stays as it is");
    }
}

fn healthcheck(options: &Options, verbose: bool) -> Result<(), String> {
    let config = config(options)?;
    let mut address: SocketAddr = config.site_addr;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
    }
    let wait = Duration::from_secs(5);
    let failure = |error: std::io::Error| format!("{address} does not answer: {error}");
    let mut socket = TcpStream::connect_timeout(&address, wait).map_err(failure)?;
    socket.set_read_timeout(Some(wait)).map_err(failure)?;
    let (path, authorization) =
        if verbose { ("/healthz?verbose", health::authorization(&config.data_dir)) } else { ("/healthz", String::new()) };
    write!(socket, "GET {path} HTTP/1.1\r\nhost: {address}\r\n{authorization}connection: close\r\n\r\n").map_err(failure)?;
    let mut answer = String::new();
    socket.take(64 * 1024).read_to_string(&mut answer).map_err(failure)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if !head.starts_with("HTTP/1.1 200") {
        return Err(format!("{address} is not well: {}", head.lines().next().unwrap_or("no answer")));
    }
    writeln!(std::io::stdout(), "{}", body.trim()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn an_address_that_cannot_be_taken_says_what_to_do() {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let sentence = cannot_listen(address, &std::net::TcpListener::bind(address).unwrap_err());
        assert!(sentence.starts_with(&format!("cannot listen on {address}: ")), "{sentence}");
        assert!(sentence.ends_with("end it, or choose another port with --addr."), "{sentence}");
    }

    #[test]
    fn a_command_that_asks_a_server_does_not_say_that_it_listens() {
        let mut cli = Cli::command();
        cli.build();
        let help = cli.find_subcommand_mut("healthcheck").unwrap().render_long_help().to_string();
        assert!(help.contains("--addr") && !help.contains("listen"), "{help}");
    }
}
