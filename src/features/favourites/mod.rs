//! Favourite rooms: a person's own choice of rooms that stand first in their list.

pub mod api;
pub mod model;
pub mod state;
pub mod views;
mod words;

#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub(crate) mod store;
