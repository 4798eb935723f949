//! People on the server: the row of its endpoint.

use super::api::ListPeople;
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
    },
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(ListPeople::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home))],
    ..Feature::named("people")
};
