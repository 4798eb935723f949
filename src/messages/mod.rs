//! Messages: text to tree, history, the timeline, the composer.

pub mod api;
pub mod body;
pub mod compose;
pub mod composer;
mod held;
mod history;
pub mod list;
pub mod model;
pub mod outbox;
mod resize;
pub mod row;
pub mod scroll;
mod sending;
pub mod timeline;

#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod once;
#[cfg(not(feature = "ssr"))]
#[path = "once_browser.rs"]
pub mod once;
#[cfg(feature = "ssr")]
pub mod shown;
#[cfg(feature = "ssr")]
pub mod store;
