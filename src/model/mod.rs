//! What crosses the wire, as types: ids, error codes, things, and the reader of JSON. A feature's own types are in its `model.rs`.

pub mod apply;
pub mod error;
pub mod ids;
pub mod initial_data;
pub mod sorted;
pub mod things;
pub mod versioned;
pub mod wire;
