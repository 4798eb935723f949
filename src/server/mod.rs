//! The process: configuration, state, router, layers, the accept loop, the database, shutdown.

pub mod assets;
mod body_cut;
pub mod cli;
pub mod config;
mod connection;
pub mod connections;
mod data;
pub mod demo;
mod document;
pub mod events;
mod form_body;
pub mod forms;
mod health;
pub mod layers;
mod markers;
#[cfg(target_env = "gnu")]
mod memory;
#[cfg(not(target_env = "gnu"))]
#[path = "memory_elsewhere.rs"]
mod memory;
pub mod pages;
mod plain_page;
pub mod refused;
pub mod router;
pub mod serve;
pub mod shell;
pub mod start;
pub mod state;
mod turn_away;
pub mod unread;
mod words;
