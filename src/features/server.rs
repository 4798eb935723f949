//! The server's side of all features: one row each.

#[cfg(test)]
use super::sample;
use super::{accounts, messages, people, preferences, rooms};
use crate::request::feature::Feature;

/// Every feature of the process.
pub static FEATURES: &[&Feature] = &[
    &accounts::server::FEATURE,
    &messages::server::FEATURE,
    &rooms::server::FEATURE,
    &people::server::FEATURE,
    &preferences::server::FEATURE,
    #[cfg(test)]
    &sample::server::FEATURE,
];
