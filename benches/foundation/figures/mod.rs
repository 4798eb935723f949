//! The figures, one file a kind. Each starts the servers it needs and adds its rows to the table.

pub mod disk;
pub mod memory;
pub mod pages;
pub mod posts;
pub mod resume;
pub mod start;
pub mod weight;
