//! People on the server: the rows of its endpoints.

use super::api::{Deactivate, ListPeople, UpdateProfile};
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
        Endpoint::new(ListPeople::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(UpdateProfile::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Settings)),
        Endpoint::new(Deactivate::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Enter)),
    ],
    ..Feature::named("people")
};
