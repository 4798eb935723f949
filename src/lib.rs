//! Rill: self-hosted chat that streams. This page is the map.
//!
//! Two programs share this crate: the server (feature `ssr`) and the page in the browser (feature `hydrate`). What has no gate
//! is compiled for both; the gates stand at `mod` lines only. Imports run downwards through this list, and `scripts/layers`
//! checks it.

// A page is one type made of all its elements: deep for the compiler, cheap to run.
#![recursion_limit = "512"]

#[cfg(feature = "ssr")]
pub mod server;

pub mod app;
pub mod screens;

pub mod features;

#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod sessions;
#[cfg(feature = "ssr")]
pub mod stream;

pub mod client;

#[cfg(feature = "ssr")]
pub mod database;

pub mod i18n;
pub mod model;
pub mod ui;

#[cfg(all(test, feature = "ssr"))]
mod tests;
