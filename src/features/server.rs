//! The server's side of all features: one row each.

use super::{accounts, messages, people, preferences, rooms};
use crate::request::feature::Feature;

/// Every feature of the process.
pub static FEATURES: &[&Feature] = &[
    &accounts::server::FEATURE,
    &messages::server::FEATURE,
    &rooms::server::FEATURE,
    &people::server::FEATURE,
    &preferences::server::FEATURE,
];
