//! Accounts: entering with a name, who one is, leaving.

pub mod api;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub mod server;
