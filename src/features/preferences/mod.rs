//! Language and theme: cookies, and the switches in the page.

pub mod api;
pub mod state;
pub mod switches;

#[cfg(feature = "ssr")]
pub mod server;
