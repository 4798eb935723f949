//! Rooms, membership, the sidebar, the room page.

pub mod api;
pub mod forms;
pub mod model;
mod opening;
pub mod room_page;
pub mod rooms_page;
pub mod sidebar;

#[cfg(feature = "ssr")]
pub mod store;
