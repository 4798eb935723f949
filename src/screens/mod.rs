//! Views that show two features or more.

pub mod enter_page;
pub mod message_list;
pub mod message_row;
pub mod room_page;
pub mod rooms_page;
pub mod sidebar;
mod slots;
