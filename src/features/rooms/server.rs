//! Rooms on the server: the rows of its endpoints.

use super::api::{CreateRoom, JoinRoom, ListRooms, RenameRoom};
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
        Endpoint::new(CreateRoom::PATH, Need::Session, Rate::Opening, SMALL_BODY, Then::ToRoom("id")).growing(),
        Endpoint::new(RenameRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("id")),
        Endpoint::new(JoinRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
        Endpoint::new(ListRooms::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Rooms)).reading(),
    ],
    ..Feature::named("rooms")
};
