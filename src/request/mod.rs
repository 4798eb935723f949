//! What a server function can reach: who asks, from where, how often, and how an error is answered.

pub mod address;
pub mod answer;
pub mod caller;
pub mod cookies;
pub mod limits;
