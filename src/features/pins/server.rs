//! Pins on the server: the rows of its endpoints, its source, and what it does along with other changes.

use super::{
    api::{ListPinExcerpts, ListPins, SetPin},
    store,
};
use crate::{
    model::{route::Route, things::Kind},
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
        hooks::FeatureHooks,
    },
    stream::source::Source,
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(SetPin::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
        Endpoint::new(ListPins::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
        Endpoint::new(ListPinExcerpts::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
    ],
    hooks: FeatureHooks {
        on_tombstone: Some(store::forget),
        facets: Some(store::facets),
        page: Some(store::page),
        ..FeatureHooks::NONE
    },
    fields: &["message", "on", "room"],
    ..Feature::named("pins")
};

/// Where replay reads pins.
pub const SOURCE: Source = Source { kind: Kind::Pin, read: store::read };
