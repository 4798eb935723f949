//! The process: configuration, state, router, layers, the accept loop, the database, shutdown.

pub mod database;
