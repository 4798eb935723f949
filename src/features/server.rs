//! The server's side of all features: one row each, and a source for each kind of thing that replay reads.

#[cfg(test)]
use super::sample;
use super::{accounts, invites, messages, people, pins, preferences, rooms, subscriptions, switcher, workspace};
use crate::{
    model::things::Kind,
    request::feature::Feature,
    stream::source::{Source, Sources},
};

/// Every feature of the process.
pub static FEATURES: &[&Feature] = &[
    &accounts::server::FEATURE,
    &messages::server::FEATURE,
    &rooms::server::FEATURE,
    &people::server::FEATURE,
    &preferences::server::FEATURE,
    &pins::server::FEATURE,
    &subscriptions::server::FEATURE,
    &invites::server::FEATURE,
    &switcher::server::FEATURE,
    &workspace::server::FEATURE,
    #[cfg(test)]
    &sample::server::FEATURE,
];

/// One source for each kind of thing, in the order of their numbers.
pub const SOURCES: Sources = {
    const ALL: [Source; Kind::COUNT] = [
        messages::store::MESSAGES,
        rooms::store::ROOMS,
        rooms::store::MEMBERS,
        people::store::USERS,
        pins::server::SOURCE,
        subscriptions::server::SOURCE,
        workspace::server::SOURCE,
    ];
    let mut at = 0;
    while at < Kind::COUNT {
        assert!(ALL[at].kind as u8 == Kind::ALL[at] as u8, "sources are in the order of their kinds");
        at += 1;
    }
    &ALL
};
