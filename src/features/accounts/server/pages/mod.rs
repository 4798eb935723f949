//! The pages about accounts: setting up and the first steps, signing in and up, recovery, settings, and the people of the
//! workspace.

mod device;
mod fields;
mod join;
mod people;
mod recover;
mod set_up;
mod settings;
mod sign_in;

use crate::request::plain::PlainPage;

pub const PAGES: &[PlainPage] =
    &[set_up::SET_UP, set_up::WELCOME, sign_in::SIGN_IN, join::JOIN, settings::SETTINGS, recover::RECOVER, people::PEOPLE];
