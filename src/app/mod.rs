//! Composes everything for the browser and for rendering: the root view, hydration, navigation, and what follows a `reset`.

#[cfg(feature = "hydrate")]
mod hydrate;
mod keys;
mod live;
mod navigation;
mod resync;
pub mod root;
mod start;
pub mod workspace;
