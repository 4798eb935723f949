//! Subscriptions: what a room is to one person. How far they have read, what they want to hear of it, whether it is a favourite.

pub mod api;
pub mod model;
mod reading;
mod reports;
pub mod state;
pub mod views;
mod words;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod store;
