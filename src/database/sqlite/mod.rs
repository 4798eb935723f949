//! SQLite's own parts: opening a data directory, migrations, checkpoints, statements and rows.

pub(crate) mod checkpoint;
pub mod connection;
pub(crate) mod erase;
pub mod files;
pub(crate) mod held_files;
pub(crate) mod migrate;
