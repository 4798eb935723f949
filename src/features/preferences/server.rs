//! Preferences on the server: the row of its endpoint.

use super::api::SetPreferences;
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
    },
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(SetPreferences::PATH, Need::Nothing, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home))],
    fields: &["lang", "theme"],
    ..Feature::named("preferences")
};
