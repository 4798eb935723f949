//! Rooms on the server: the rows of its endpoints, and its pages.

mod browse;
mod directory;
mod panel;
pub mod person;

use super::api::{
    AddMembers, ArchiveRoom, BrowseRooms, CreateRoom, GiveRoomRole, JoinRoom, LeaveRoom, ListMembers, ListRooms, OpenDirect,
    RemoveMember, RenameRoom, UpdateRoom,
};
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
        Endpoint::new(CreateRoom::PATH, Need::Session, Rate::Opening, SMALL_BODY, Then::ToRoom("id")).growing().on(Route::Rooms),
        // A room that is there already grows nothing and counts as none: the store asks where it makes one.
        Endpoint::new(OpenDirect::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("id")).on(Route::Directory),
        Endpoint::new(RenameRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("id")),
        Endpoint::new(UpdateRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("id")),
        Endpoint::new(ArchiveRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("id")),
        Endpoint::new(JoinRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
        Endpoint::new(LeaveRoom::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Rooms)),
        Endpoint::new(AddMembers::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Rooms)),
        Endpoint::new(RemoveMember::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Rooms)),
        Endpoint::new(GiveRoomRole::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Rooms)),
        Endpoint::new(BrowseRooms::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Rooms)).reading(),
        Endpoint::new(ListMembers::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Rooms)).reading(),
        Endpoint::new(ListRooms::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Rooms)).reading(),
    ],
    pages: &[browse::BROWSE, directory::DIRECTORY, panel::PANEL, person::PERSON],
    fields: &["default", "kind", "name", "on", "posting", "role", "room", "topic", "user", "users"],
    hooks: FeatureHooks {
        on_deactivate: Some(super::store::hand_on),
        on_guest: Some(super::store::hand_on),
        ..FeatureHooks::NONE
    },
    ..Feature::named("rooms")
};
