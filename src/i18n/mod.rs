//! Language: values in every language, the words that folders share, dates, the sentences of errors.

pub mod dates;
mod errors;
mod shared;
mod translated;

pub use crate::model::lang::Lang;
pub use shared::WORDS;
pub use translated::Translated;

#[cfg(test)]
pub(crate) use translated::{Samples, check};
pub(crate) use translated::{isolated, words};

/// The product's name, in every language.
pub const PRODUCT: &str = "Rill";
