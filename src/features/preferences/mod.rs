//! Preferences: language and theme, kept in cookies, and the switches in the page.

pub mod api;
pub mod state;
pub mod switches;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub mod server;
