//! Rill: self-hosted chat that streams. This page is the map.
//!
//! Features are folders: [`auth`], [`people`], [`rooms`], [`messages`], [`live`] (the stream), [`preferences`]; [`ui`] has the
//! dumb parts, [`i18n`] the words, `server` the process. The side a file belongs to is told by its name; the gates stand at
//! the `mod` lines here and in each feature's `mod.rs`, nowhere else:
//! `ssr` is the server, `hydrate` the browser, and what has no gate is compiled for both.

// A page is one type made of all its elements: deep for the compiler, cheap to run.
#![recursion_limit = "512"]

pub mod app;
pub mod auth;
pub mod boot;
pub mod call;
pub mod error;
pub mod i18n;
pub mod ids;
pub mod json;
pub mod live;
pub mod messages;
pub mod people;
pub mod preferences;
pub mod rooms;
pub mod sorted;
pub mod ui;

#[cfg(feature = "hydrate")]
mod hydrate;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(all(test, feature = "ssr"))]
mod tests;
