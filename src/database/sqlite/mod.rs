//! SQLite's own parts: opening a data directory, migrations, checkpoints, how values stand in columns.

pub(crate) mod checkpoint;
pub mod files;
pub(crate) mod migrate;
pub mod values;
