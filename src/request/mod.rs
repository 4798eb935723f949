//! What a server function can reach: who asks, from where, how often; a feature's row, and how an error is answered.

pub mod address;
pub mod admit;
pub mod answer;
pub mod attempts;
pub mod caller;
pub mod cookies;
pub mod disk;
pub mod encoding;
pub mod endpoint;
pub mod feature;
pub mod hooks;
pub mod limits;
pub mod plain;
pub mod refusals;
pub mod rights;
pub mod services;
pub mod shown_once;
pub mod site;
pub mod zone;
