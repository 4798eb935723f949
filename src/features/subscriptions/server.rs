//! Subscriptions on the server: the rows of its endpoints, its source, and what it does along with other changes.

use super::{
    api::{ReadAll, ReadRoom, Subscribe},
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
        Endpoint::new(ReadRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
        Endpoint::new(ReadAll::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Rooms)),
        Endpoint::new(Subscribe::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
    ],
    hooks: FeatureHooks {
        on_join: Some(store::begin),
        on_leave: Some(store::forget),
        after_send: Some(store::sent),
        on_tombstone: Some(store::forget_mentions),
        page: Some(store::page),
        unread: Some(store::unread_from),
        ..FeatureHooks::NONE
    },
    fields: &["basis", "favourite", "hidden", "level", "muted_until", "n", "room"],
    ..Feature::named("subscriptions")
};

/// Where replay reads subscriptions.
pub const SOURCE: Source = Source { kind: Kind::Subscription, read: store::read };
