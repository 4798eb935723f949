//! Sample: a small feature that fills everything a feature may have on the server, compiled for tests only. It has no kind of
//! thing of its own, since kinds are stored; pins and subscriptions show a source each, one shared and one of a person alone.

pub mod api;
pub mod server;
mod tests;
