//! The workspace on the server: the row of its endpoint.

use super::api::FetchWorkspace;
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
    },
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(FetchWorkspace::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home))],
    ..Feature::named("workspace")
};
