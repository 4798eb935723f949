//! Accounts: entering with a name, the session's owner, leaving.

pub mod api;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod store;
