//! Pages that are plain HTML and start no program: accounts, settings, invitations, what is about a room, browsing.

pub mod browse;
mod device;
mod form;
pub mod invites;
mod invites_words;
pub mod join;
mod parts;
pub mod room_panel;
pub mod set_up;
pub mod settings;
pub mod sign_in;
mod words;
