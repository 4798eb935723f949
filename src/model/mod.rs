//! What crosses the wire, as types: ids, error codes, addresses, arguments, things, and the reader of JSON.
//! A feature's own types are in its `model.rs`.

pub mod argument;
pub(crate) mod choice;
pub mod error;
pub mod facet;
pub mod fields;
pub mod ids;
pub mod initial_data;
pub mod lang;
pub mod names_people;
pub mod route;
pub mod scope;
pub mod sorted;
pub mod things;
pub mod versioned;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod json;
