//! Messages: text to tree, history, the timeline, the composer.

pub mod api;
pub mod body;
pub mod compose;
pub mod composer;
mod drawing;
pub mod facets;
mod history;
pub mod kept;
pub mod model;
mod retained_rows;
mod room_state;
pub mod room_view;
mod scroll;
mod scroller;
mod sending;
pub mod state;
pub mod timeline;
mod words;

pub use words::WORDS;

#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod render_cache;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(feature = "ssr")]
pub mod store;
