//! The server's push: the ring of recent frames, the hub that connects it to open streams, and replay from the database.

pub mod delivery;
pub mod event_stream;
pub mod hub;
pub mod replay;
pub mod ring;
pub mod runtime;
pub mod sight;
pub mod slot;
pub mod source;
pub mod sse;
pub mod subscription;

#[cfg(not(test))]
mod sync;
#[cfg(test)]
#[path = "sync/stepped.rs"]
mod sync;

#[cfg(test)]
mod interleavings;
