//! The quick switcher: finds a room by a few letters and goes there (Ctrl+K).

pub mod api;
pub mod dialog;
mod find;
pub mod model;
pub mod views;
mod words;

#[cfg(feature = "ssr")]
pub mod server;
