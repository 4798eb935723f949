//! Sample: a small feature that fills everything a feature may have on the server, compiled for tests only.

pub mod api;
pub mod server;
mod tests;
