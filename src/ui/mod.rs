//! Dumb parts: they know no feature.

pub mod avatar;
pub mod icon;
pub mod time;
