//! The switches.
