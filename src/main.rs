//! The `rill` program: see `server/cli.rs`.

#![recursion_limit = "512"]

fn main() -> std::process::ExitCode {
    rill::server::cli::main()
}
