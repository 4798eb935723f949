//! Messages on the server: the rows of its endpoints, and the job that erases deleted texts.

use super::api::{DeleteMessage, MessagePage, SendMessage};
use crate::{
    model::route::Route,
    request::{
        endpoint::{Endpoint, MESSAGE_BODY, Need, Rate, SMALL_BODY, Then},
        feature::{Feature, Job, JobFuture},
        services::Services,
    },
};
use server_fn::ServerFn;
use std::{sync::Arc, time::Duration};

/// How soon after its deletion a text leaves the log too, which would else keep it until the next busy hour.
const ERASE_EVERY: Duration = Duration::from_secs(10);

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(SendMessage::PATH, Need::Session, Rate::Posting, MESSAGE_BODY, Then::ToRoom("room")).growing(),
        Endpoint::new(DeleteMessage::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ToRoom("room")),
        Endpoint::new(MessagePage::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
    ],
    jobs: &[Job { every: ERASE_EVERY, run: erase }],
    fields: &["key", "message", "room", "text"],
    ..Feature::named("messages")
};

/// Empties the log when something has been deleted.
fn erase(services: Arc<Services>) -> JobFuture {
    Box::pin(async move {
        // A reader holds the log: the next turn tries again.
        let _ = services.db.erase_deleted().await;
    })
}
