//! People: names and hues.

pub mod api;
pub mod model;
pub mod state;

#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
