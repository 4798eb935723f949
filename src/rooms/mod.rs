//! Rooms, membership, the sidebar, the room page.

pub mod api;
pub mod model;
pub mod room_page;
pub mod sidebar;

#[cfg(feature = "ssr")]
pub mod store;
