//! Invitations on the server: the rows of its endpoints, and its pages.

pub mod arguments;
mod page;

use super::api::{AcceptInvite, CreateInvite, ListInvites, RevokeInvite, SeeInvite};
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::Feature,
        hooks::FeatureHooks,
    },
};
use server_fn::ServerFn;

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(CreateInvite::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ShowOnce(Route::Invites)).growing(),
        Endpoint::new(ListInvites::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Invites)).reading(),
        Endpoint::new(RevokeInvite::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Invites)),
        Endpoint::new(SeeInvite::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)).reading(),
        Endpoint::new(AcceptInvite::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Home)).on(Route::Join),
    ],
    hooks: FeatureHooks { on_deactivate: Some(super::store::end_all), ..FeatureHooks::NONE },
    pages: &[page::INVITES],
    fields: &["expires", "invite", "role", "rooms", "uses"],
    ..Feature::named("invites")
};
