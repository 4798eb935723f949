//! Favourite rooms on the server: the row of its endpoint, its source, and what it does along with other changes.

use super::{api::Subscribe, store};
use crate::{
    model::things::Kind,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
        hooks::FeatureHooks,
    },
    stream::source::Source,
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(Subscribe::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room"))],
    hooks: FeatureHooks { on_leave: Some(store::forget), page: Some(store::page), ..FeatureHooks::NONE },
    fields: &["favourite", "room"],
    ..Feature::named("favourites")
};

/// Where replay reads subscriptions.
pub const SOURCE: Source = Source { kind: Kind::Subscription, read: store::read };
