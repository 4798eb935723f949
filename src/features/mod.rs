//! One folder a feature.

pub mod accounts;
pub mod messages;
pub mod people;
pub mod preferences;
pub mod rooms;
