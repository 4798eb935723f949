//! The list of rooms.
