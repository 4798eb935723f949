//! Accounts on the server: the rows of its endpoints, and its pages.

pub mod account;
mod entering;
mod hashing;
pub mod pages;
pub mod passwords;
pub mod recovery;
pub mod session;
pub mod setup;
pub mod sign_in;

use super::api::{
    ChangePassword, Claim, EndOthers, EndSession, Enter, Leave, ListSessions, MakeRecovery, Recover, SetUp, SignIn, SignUp,
    WhoAmI,
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

/// How often expired sessions are looked for.
const DELETE_EVERY: Duration = Duration::from_secs(600);

pub const FEATURE: Feature = Feature {
    endpoints: &[
        Endpoint::new(Enter::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)).growing().on(Route::Enter),
        Endpoint::new(WhoAmI::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Home)).reading(),
        Endpoint::new(SetUp::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Welcome))
            .growing()
            .on(Route::SetUp),
        Endpoint::new(SignIn::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)).on(Route::SignIn),
        Endpoint::new(SignUp::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)).growing().on(Route::Join),
        Endpoint::new(Recover::PATH, Need::Nothing, Rate::Entering, SMALL_BODY, Then::To(Route::Home)).on(Route::Recover),
        Endpoint::new(MakeRecovery::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::ShowOnce(Route::AdminPeople))
            .on(Route::AdminPeople),
        Endpoint::new(Claim::PATH, Need::Session, Rate::Entering, SMALL_BODY, Then::To(Route::Settings)).growing(),
        Endpoint::new(ChangePassword::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Settings)),
        Endpoint::new(ListSessions::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Settings)).reading(),
        Endpoint::new(EndSession::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Settings)),
        Endpoint::new(EndOthers::PATH, Need::Session, Rate::Posting, SMALL_BODY, Then::To(Route::Settings)),
        Endpoint::new(Leave::PATH, Need::Session, Rate::Unlimited, SMALL_BODY, Then::To(Route::Enter)),
    ],
    pages: pages::PAGES,
    fields: &["email", "handle", "invite", "login", "name", "tag", "token", "workspace"],
    jobs: &[Job { every: DELETE_EVERY, run: delete_expired }],
    ..Feature::named("accounts")
};

/// Deletes the sessions that expired days ago.
fn delete_expired(services: Arc<Services>) -> JobFuture {
    Box::pin(async move {
        // The cause is in the log; the next turn tries again.
        let _ = services.sessions.delete_expired(services.now()).await;
    })
}
