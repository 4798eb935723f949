//! Pins: messages that a room's members keep at hand.

pub mod api;
pub mod model;
mod room_pins;
pub mod state;
pub mod views;
mod words;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod store;
