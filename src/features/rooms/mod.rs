//! Rooms and memberships.

pub mod api;
pub mod forms;
pub mod model;
mod opening;

#[cfg(feature = "ssr")]
pub mod store;
