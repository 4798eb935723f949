//! People: names, hues, who is whom.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod names;
#[cfg(feature = "ssr")]
pub mod store;
