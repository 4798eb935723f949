//! Accounts: setting up, entering with a name, signing in, the session's owner, leaving.

pub mod api;
pub mod model;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub(crate) mod handles;
#[cfg(feature = "ssr")]
pub(crate) mod page_words;
#[cfg(feature = "ssr")]
pub(crate) mod people_words;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod store;
