//! People on the server: the rows of its endpoints.

use super::{
    api::{Activate, Ban, Deactivate, GiveRole, ListDirectory, ListPeople, UpdateProfile},
    store,
};
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, Need, Rate, SMALL_BODY, Then},
        feature::{Feature, Job, JobFuture},
        services::Services,
    },
};
use server_fn::ServerFn;
use std::{sync::Arc, time::Duration};

/// How often bans that have ended are looked for.
const END_BANS_EVERY: Duration = Duration::from_secs(30);

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(ListPeople::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)),
        Endpoint::new(UpdateProfile::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Settings)),
        Endpoint::new(Deactivate::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Enter)).on(Route::Settings),
        Endpoint::new(Activate::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::AdminPeople)),
        Endpoint::new(Ban::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::AdminPeople)),
        Endpoint::new(GiveRole::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::AdminPeople)),
        Endpoint::new(ListDirectory::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
    ],
    fields: &["hue", "name", "role", "user"],
    jobs: &[Job { every: END_BANS_EVERY, run: end_bans }],
    ..Feature::named("people")
};

/// Lets the people come back whose ban has ended.
fn end_bans(services: Arc<Services>) -> JobFuture {
    Box::pin(async move {
        // The cause is in the log; the next turn tries again.
        let _ = store::end_bans(&services.db).await;
    })
}
