//! The workspace on the server: the rows of its endpoints, its key of the configuration, and its source.

use super::{
    api::{FetchWorkspace, UpdateWorkspace},
    model::Entry,
    store,
};
use crate::{
    model::{
        route::Route,
        things::{Event, Kind},
    },
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::{Feature, Key},
        services::Services,
    },
    stream::source::Source,
};
use server_fn::ServerFn;

/// The key with the entry of a new workspace, until its owner changes it.
const ENTRY: &str = "entry";

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(FetchWorkspace::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
        Endpoint::new(UpdateWorkspace::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Home)),
    ],
    keys: &[Key { name: ENTRY, default: "invite", right: "open, invite or closed", is_right: |text| entry(text).is_some() }],
    fields: &["entry", "name"],
    ..Feature::named("workspace")
};

/// Where replay reads the workspace.
pub const SOURCE: Source = Source { kind: Kind::Workspace, read: |read, _| Ok(vec![Event::Workspace(store::state(read)?)]) };

/// Returns the entry with which a new workspace begins.
pub fn first_entry(services: &Services) -> Entry {
    // The start has checked the value.
    entry(services.settings.value(ENTRY)).unwrap_or_default()
}

fn entry(text: &str) -> Option<Entry> {
    text.parse().ok()
}
