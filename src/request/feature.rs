//! Feature: what the server has to know of a feature, as one const.

use super::{endpoint::Endpoint, hooks::FeatureHooks, plain::PlainPage, services::Services};
use axum::Router;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// The server's side of a feature: `pub const FEATURE: Feature = Feature { endpoints: &[…], ..Feature::named("rooms") };`
pub struct Feature {
    pub name: &'static str,
    /// One row a server function; one without a row stops the start.
    pub endpoints: &'static [Endpoint],
    pub hooks: FeatureHooks,
    /// Pages that are plain HTML. Their addresses are in `model/route.rs`.
    pub pages: &'static [PlainPage],
    /// Names of the fields of its forms: no others are kept of a form that is refused. Passwords are not among them.
    pub fields: &'static [&'static str],
    /// Adds routes that are no server functions. They know the caller, as pages do.
    pub routes: Option<AddRoutes>,
    pub jobs: &'static [Job],
    pub keys: &'static [Key],
}

impl Feature {
    /// Returns a feature of this name with nothing in it.
    pub const fn named(name: &'static str) -> Self {
        Self { name, endpoints: &[], hooks: FeatureHooks::NONE, pages: &[], fields: &[], routes: None, jobs: &[], keys: &[] }
    }
}

/// Adds a feature's routes to a router.
pub type AddRoutes = fn(Router<Arc<Services>>) -> Router<Arc<Services>>;

/// Work that is done again and again, beside all requests.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    pub every: Duration,
    pub run: fn(Arc<Services>) -> JobFuture,
}

/// One run of a job. An error is the job's own to log.
pub type JobFuture = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A key of the configuration that only this feature reads, by `Settings::value`.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    pub name: &'static str,
    pub default: &'static str,
    /// What is right for it, in words: "a whole number".
    pub right: &'static str,
    pub is_right: fn(&str) -> bool,
}
