//! Messages: text to tree, history, the timeline, the composer.

pub mod api;
pub mod body;
pub mod compose;
pub mod composer;
mod history;
pub mod model;
pub mod outbox;
pub(crate) mod retained_rows;
pub(crate) mod room_state;
pub mod scroll;
mod sending;
pub mod timeline;

#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod render_cache;
#[cfg(feature = "ssr")]
pub mod store;
