//! The process: configuration, state, router, layers, the accept loop, the database, shutdown.

pub mod address;
pub mod answer;
pub mod assets;
pub mod caller;
pub mod cli;
pub mod config;
mod connection;
pub mod cookies;
mod data;
pub mod database;
pub mod demo;
#[cfg(debug_assertions)]
pub mod failpoint;
#[cfg(not(debug_assertions))]
#[path = "failpoint/none.rs"]
pub mod failpoint;
pub mod forms;
pub mod layers;
pub mod limits;
#[cfg(target_env = "gnu")]
mod memory;
#[cfg(not(target_env = "gnu"))]
#[path = "memory_elsewhere.rs"]
mod memory;
pub mod pages;
pub mod refused;
pub mod router;
pub mod serve;
pub mod shell;
pub mod start;
pub mod state;
pub mod streams;
pub mod zone;
