//! The `rill` program: see `server/cli.rs`.

fn main() -> std::process::ExitCode {
    rill::server::cli::main()
}
