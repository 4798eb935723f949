//! Rooms and memberships.

pub mod api;
pub mod direct;
pub mod forms;
pub mod model;
pub mod sign;
pub mod state;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub mod arguments;
#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod panel_words;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
