//! Views that show two features or more.

pub mod announcer;
#[cfg(feature = "ssr")]
pub mod cached_row;
#[cfg(not(feature = "ssr"))]
#[path = "cached_row_browser.rs"]
pub mod cached_row;
pub mod enter_page;
pub mod message_list;
pub mod message_row;
pub mod room_page;
pub mod rooms_page;
pub mod sidebar;
mod slots;
