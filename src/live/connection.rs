//! The EventSource.
