//! Arguments that several calls of rooms have.

pub use crate::model::argument::at_most;

use super::model::MAX_NAMED;
use crate::model::{
    error::{AppError, AppResult, Reason},
    ids::{List, UserId},
};

/// The people that a call names, [`MAX_NAMED`] at most.
///
/// # Errors
/// `bad_input` (users).
pub fn people(users: Option<List<UserId>>) -> AppResult<Vec<UserId>> {
    match users {
        Some(List(users)) if users.len() > MAX_NAMED => Err(AppError::bad_input("users", Reason::TooLong)),
        users => Ok(users.map(|List(users)| users).unwrap_or_default()),
    }
}
