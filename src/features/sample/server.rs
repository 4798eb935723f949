//! The sample's row, hooks, route, job and key. What its hooks have done is kept for the tests to ask.

use super::api::Echo;
use crate::{
    database::{self, Read, Write},
    features::{
        messages::{
            model::{Facets, Message},
            store::message,
        },
        rooms::model::Room,
    },
    model::{
        error::{AppError, AppResult, Code},
        ids::{ClientKey, GENERAL, MessageId, RoomId, Seq, UserId},
        route::Route,
        things::{PageData, Pin, Subscription},
    },
    request::{
        caller::Caller,
        endpoint::{Endpoint, Need, Rate, Then},
        feature::{Feature, Job, JobFuture, Key},
        hooks::{FeatureHooks, PageRequest},
        services::Services,
    },
};
use axum::{Extension, Router, extract::State, routing::get};
use server_fn::ServerFn;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

pub const FEATURE: Feature = Feature {
    endpoints: &[Endpoint::new(Echo::PATH, Need::Session, Rate::Posting, 512, Then::To(Route::Rooms))],
    hooks: FeatureHooks {
        on_tombstone: Some(on_tombstone),
        after_send: Some(after_send),
        on_join: Some(on_join),
        on_leave: Some(on_leave),
        on_deactivate: Some(on_deactivate),
        on_guest: Some(on_guest),
        facets: Some(facets),
        page: Some(page),
        unread: None,
    },
    routes: Some(routes),
    jobs: &[Job { every: Duration::from_millis(200), run: job }],
    keys: &[Key { name: "sample_word", default: "quiet", right: "a word of small letters", is_right: is_word }],
    ..Feature::named("sample")
};

/// The message and the person that the hooks of reads act on; no other test has them.
pub const PINNED: MessageId = MessageId(4_711);
pub const VISITOR: UserId = UserId(4_712);
/// Messages that the hooks act on begin with this.
pub const MARK: &str = "sample:";
/// The hook after a send refuses a message with this text, and the hook at its deletion one with the other.
pub const REFUSED_SEND: &str = "sample: refuse the send";
pub const REFUSED_DELETE: &str = "sample: refuse the deletion";

/// What a hook or the job has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Sent(ClientKey),
    Tombstone(ClientKey),
    /// Somebody has become a member of the room of this name.
    Joined(String),
    Left(RoomId, UserId),
    Deactivated(UserId),
    MadeGuest(UserId),
    /// The hook that reads facets was asked for a message of these.
    Facets(Vec<MessageId>),
    Page(PageRequest),
    /// The job ran in the process with this store.
    Job(String),
}

static DONE: Mutex<Vec<Done>> = Mutex::new(Vec::new());
static KEPT: Mutex<Vec<ClientKey>> = Mutex::new(Vec::new());

fn note(done: Done) {
    let mut all = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if !all.contains(&done) {
        all.push(done);
    }
}

/// Returns whether this has been done.
pub fn is_done(done: &Done) -> bool {
    DONE.lock().unwrap_or_else(PoisonError::into_inner).contains(done)
}

fn after_send(_: &mut Write<'_>, message: &Message) -> AppResult<()> {
    if message.text == REFUSED_SEND {
        return Err(AppError::new(Code::Forbidden));
    }
    if message.text == REFUSED_DELETE {
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).push(message.key);
    }
    if message.text.starts_with(MARK) {
        note(Done::Sent(message.key));
    }
    Ok(())
}

fn on_tombstone(write: &mut Write<'_>, messages: &[MessageId]) -> AppResult<()> {
    for id in messages {
        let Some(tombstone) = message(write, *id)? else { continue };
        if KEPT.lock().unwrap_or_else(PoisonError::into_inner).contains(&tombstone.key) {
            return Err(AppError::new(Code::Forbidden));
        }
        if tombstone.deleted && is_done(&Done::Sent(tombstone.key)) {
            note(Done::Tombstone(tombstone.key));
        }
    }
    Ok(())
}

fn on_join(_: &mut Write<'_>, room: &Room, _: UserId) -> AppResult<()> {
    note(Done::Joined(room.name.clone()));
    Ok(())
}

fn on_leave(_: &mut Write<'_>, room: RoomId, user: UserId) -> AppResult<()> {
    note(Done::Left(room, user));
    Ok(())
}

fn on_deactivate(_: &mut Write<'_>, user: UserId) -> AppResult<()> {
    note(Done::Deactivated(user));
    Ok(())
}

fn on_guest(_: &mut Write<'_>, user: UserId) -> AppResult<()> {
    note(Done::MadeGuest(user));
    Ok(())
}

/// Gives a pin to the message with the number [`PINNED`].
fn facets(_: &Read<'_>, _: RoomId, messages: &[MessageId], facets: &mut Facets) -> database::Result<()> {
    if messages.contains(&PINNED) {
        note(Done::Facets(messages.to_vec()));
        facets.pins.push(Pin { seq: Seq(1), message: PINNED, room: GENERAL, on: true, by: VISITOR, at: 0 });
    }
    Ok(())
}

/// Gives a subscription to the page of [`VISITOR`].
fn page(_: &Read<'_>, request: &PageRequest, data: &mut PageData) -> database::Result<()> {
    if request.user == VISITOR {
        note(Done::Page(*request));
        data.subscriptions.push(Subscription {
            seq: Seq(1),
            room: GENERAL,
            favourite: true,
            user: VISITOR,
            ..Subscription::default()
        });
    }
    Ok(())
}

fn job(services: Arc<Services>) -> JobFuture {
    Box::pin(async move { note(Done::Job(services.db.store_id().to_owned())) })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn routes(router: Router<Arc<Services>>) -> Router<Arc<Services>> {
    router.route("/sample", get(word))
}

/// `GET /sample`: the configured word, and whether the caller has a session.
async fn word(State(services): State<Arc<Services>>, Extension(caller): Extension<Caller>) -> String {
    format!("{} {}", services.settings.value("sample_word"), caller.session.is_some())
}
