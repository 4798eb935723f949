//! Pages about accounts: plain HTML, which needs no script.

mod device;
pub mod join;
pub mod parts;
pub mod set_up;
pub mod settings;
pub mod sign_in;
mod words;
