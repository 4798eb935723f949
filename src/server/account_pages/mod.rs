//! Pages about accounts: plain HTML, which needs no script.

mod parts;
pub mod set_up;
pub mod sign_in;
mod words;
