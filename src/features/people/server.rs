//! People on the server: the rows of its endpoints.

use super::api::{Activate, Deactivate, GiveRole, ListDirectory, ListPeople, UpdateProfile};
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
        Endpoint::new(Deactivate::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Enter)).on(Route::Settings),
        Endpoint::new(Activate::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(GiveRole::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(ListDirectory::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
    ],
    fields: &["hue", "name", "user"],
    ..Feature::named("people")
};
