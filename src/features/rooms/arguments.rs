//! Arguments that several calls of rooms have.

use super::model::{LIST, MAX_LIST, MAX_NAMED};
use crate::model::{
    argument::Argument,
    error::{AppError, AppResult, Reason},
    ids::{List, UserId},
};

/// How many items a list answers: 1 to [`MAX_LIST`], [`LIST`] where the call does not say it.
///
/// # Errors
/// `bad_input` (limit).
pub fn at_most(limit: Argument<u32>) -> AppResult<u32> {
    match limit.optional("limit")?.unwrap_or(LIST) {
        limit @ 1..=MAX_LIST => Ok(limit),
        _ => Err(AppError::bad_input("limit", Reason::Malformed)),
    }
}

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
