//! Arguments that several calls of rooms have.

pub use crate::model::argument::at_most;

use super::model::{MAX_NAMED, MAX_OTHERS};
use crate::model::{
    error::{AppError, AppResult, Reason},
    ids::{List, UserId},
};
use std::collections::BTreeSet;

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

/// The people beside `me` whom a direct room is for, each once, [`MAX_OTHERS`] at most.
///
/// # Errors
/// `bad_input` (users).
pub fn others(users: Option<List<UserId>>, me: UserId) -> AppResult<BTreeSet<UserId>> {
    let others: BTreeSet<UserId> = people(users)?.into_iter().filter(|user| *user != me).collect();
    if others.len() > MAX_OTHERS { Err(AppError::bad_input("users", Reason::TooLong)) } else { Ok(others) }
}
