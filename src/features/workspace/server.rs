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

const FETCH: Endpoint =
    Endpoint::new(FetchWorkspace::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading();

pub const FEATURE: Feature = Feature { endpoints: &[FETCH], ..Feature::named("workspace") };
