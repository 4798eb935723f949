//! Accounts: entering with a name, who one is, leaving.

pub mod api;

#[cfg(feature = "ssr")]
pub mod server;
