//! Sessions, entering, who may do what.

pub mod api;
pub mod enter_page;

#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod store;
