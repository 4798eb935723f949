//! The browser's machinery, which knows no feature: calls, the event stream and the tabs that share it, what is not sent yet.

pub mod backoff;
pub mod call;
pub mod connection_status;
pub mod form;
pub mod lazy;
pub mod location;
pub mod page;
pub mod pending;
pub mod platform;
pub mod shared;
pub mod status_line;
pub(crate) mod stream_client;
pub(crate) mod tabs;
mod words;
