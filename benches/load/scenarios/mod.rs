//! The rows of the table, one file a kind.

pub mod paced;
