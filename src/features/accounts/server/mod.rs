//! Accounts on the server: the rows of its endpoints.

pub mod session;

use super::api::{Enter, Leave, WhoAmI};
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
    },
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(Enter::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(WhoAmI::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(Leave::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Enter)),
    ],
    ..Feature::named("accounts")
};
