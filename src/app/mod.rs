//! Composes everything for the browser and for rendering: the root view, hydration, navigation, and what follows a `reset`.

mod feed;
#[cfg(feature = "hydrate")]
mod hydrate;
pub mod navigation;
mod resync;
pub mod root;
mod start;
pub mod state;
