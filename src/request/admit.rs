//! Admission of a server function's call, by its row: who is it, and may they so often.

use super::{
    caller::Caller,
    endpoint::{Effect, Endpoint, Need, Rate},
    services::Services,
};
use crate::{
    model::{
        error::{AppError, AppResult, Code},
        ids::UserId,
    },
    sessions::cache::Session,
};
use leptos::prelude::use_context;
use server_fn::ServerFn;
use std::sync::Arc;

/// A call by somebody with a live session.
pub struct Admitted {
    pub services: Arc<Services>,
    pub caller: Caller,
    pub session: Arc<Session>,
    pub user: UserId,
}

/// Admits a call of `F` by somebody with a session.
///
/// # Errors
/// `not_entered`, `too_fast`; what the store said where it could not be told who it is.
pub fn admit<F: ServerFn>() -> AppResult<Admitted> {
    let (services, caller) = admit_anyone::<F>()?;
    let session = caller.require_session()?.clone();
    Ok(Admitted { services, caller, user: session.user, session })
}

/// Admits a call of `F` by whoever its row lets call it.
///
/// # Errors
/// As [`admit`]; `not_entered` only where the row needs a session.
pub fn admit_anyone<F: ServerFn>() -> AppResult<(Arc<Services>, Caller)> {
    let (services, caller) = current()?;
    // The start has checked that there is one.
    let row = services.endpoints.get(F::PATH).ok_or(AppError::new(Code::NotFound))?;
    check(row, &services, &caller)?;
    Ok((services, caller))
}

fn check(row: &Endpoint, services: &Services, caller: &Caller) -> AppResult<()> {
    let user = match row.need {
        Need::Session => Some(caller.require_user()?),
        Need::Nothing => None,
    };
    if row.effect == Effect::Grows {
        services.disk.check()?;
    }
    match (row.rate, user) {
        (Rate::Unlimited, _) => Ok(()),
        (Rate::Entering, _) => services.limits.entering(caller.address),
        (Rate::Posting, Some(user)) => services.limits.posting(user, caller.address),
        (Rate::Opening, Some(user)) => services.limits.opening(user),
        // The start refuses such a row.
        (Rate::Posting | Rate::Opening, None) => Err(AppError::new(Code::NotEntered)),
    }
}

fn current() -> AppResult<(Arc<Services>, Caller)> {
    let services = use_context::<Arc<Services>>();
    let caller = use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Caller>().cloned());
    services.zip(caller).ok_or_else(|| {
        tracing::error!("a server function ran outside the router");
        AppError::new(Code::Internal)
    })
}
