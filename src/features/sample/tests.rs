//! Everything that a feature may have on the server runs, shown on the sample.

use super::{
    api::Echo,
    server::{Done, MARK, PINNED, REFUSED_DELETE, REFUSED_SEND, VISITOR, is_done},
};
use crate::{
    database::Read,
    model::{
        error::{AppError, Code, Reason},
        ids::{GENERAL, MessageId, RoomId, UserId},
        things::PageData,
    },
    request::hooks::PageRequest,
    server::config::Config,
    tests::{app::TestApp, store_fixture::fresh_key},
};
use server_fn::ServerFn;
use std::time::Duration;

#[tokio::test]
async fn row_admits_a_call_by_need_rate_and_body_limit() {
    let app = TestApp::with("posts_per_second", 1).set("post_burst", 2).start().await;
    assert_eq!(app.post(Echo::PATH, &[("room", "3")]).await.code(), Code::NotEntered);
    let lin = app.enter("Lin").await;
    assert_eq!(lin.post(Echo::PATH, &[("room", "3")]).await.ok::<RoomId>(), RoomId(3));
    let large = "3".repeat(600);
    assert_eq!(lin.post(Echo::PATH, &[("room", &large)]).await.code(), Code::TooLarge, "no call, so not counted");
    let wrong = lin.post(Echo::PATH, &[("room", "x")]).await;
    assert_eq!(wrong.code(), Code::BadInput, "counted, since it was admitted");
    let error: AppError = serde_json::from_str(&wrong.body).unwrap();
    assert_eq!((error.field.as_deref(), error.reason), (Some("room"), Some(Reason::Malformed)));
    assert_eq!(lin.post(Echo::PATH, &[("room", "3")]).await.code(), Code::TooFast);
}

#[tokio::test]
async fn row_leads_a_form_on_unless_the_form_names_a_page() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    assert_eq!(lin.post_html(Echo::PATH, &[("room", "3")]).await.location(), "/rooms");
    assert_eq!(lin.post_html(Echo::PATH, &[("room", "3"), ("back", "/rooms/1")]).await.location(), "/rooms/1");
    assert_eq!(lin.post_html(Echo::PATH, &[("room", "3"), ("back", "//evil.example")]).await.location(), "/rooms");
}

#[tokio::test]
async fn hook_runs_once_after_a_send_and_once_at_its_deletion() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let key = fresh_key();
    let sent: crate::features::messages::model::Message = lin.try_send(1, &key.to_string(), MARK).await.ok();
    assert!(is_done(&Done::Sent(key)) && !is_done(&Done::Tombstone(key)));
    lin.delete(sent.id).await;
    assert!(is_done(&Done::Tombstone(key)));
}

#[tokio::test]
async fn hook_that_refuses_undoes_the_whole_change() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let kept = lin.send(1, REFUSED_DELETE).await;
    let before = app.rows().await;
    assert_eq!(lin.try_send(1, &fresh_key().to_string(), REFUSED_SEND).await.code(), Code::Forbidden);
    let refused = lin.post("/api/messages/delete", &[("message", &kept.id.to_string())]).await;
    assert_eq!(refused.code(), Code::Forbidden);
    assert_eq!(app.rows().await, before, "neither stored nor numbered");
    assert_eq!(lin.page(1).await.messages, [kept]);
}

/// Name of a room that no other test has.
const JOINED: &str = "sample room";

#[tokio::test]
async fn hooks_run_in_the_transactions_that_begin_and_end_a_membership() {
    let app = TestApp::start().await;
    let (room, user) = (RoomId(4_711), UserId(12));
    let hooks = app.app.hooks.clone();
    app.enter("Lin").await.create_room(JOINED).await;
    assert!(is_done(&Done::Joined(JOINED.to_owned())));
    app.app.db.write(move |write| hooks.on_leave(write, room, user)).await.unwrap();
    assert!(is_done(&Done::Left(room, user)));
}

#[tokio::test]
async fn hooks_run_when_a_person_becomes_a_guest_and_leaves_for_good() {
    let app = TestApp::start().await;
    for n in 0..20 {
        // A number that no other test deactivates or makes a guest.
        app.enter(&format!("Lin {n}")).await;
    }
    let (owner, last) = (app.enter("Owner").await, app.enter("Last").await);
    let sql = format!("UPDATE users SET role = 1 WHERE id = {}", owner.id);
    app.app.db.write(move |write| Ok(write.script(&sql)?)).await.unwrap();
    let role = |role| [("user", last.id.to_string()), ("role", String::from(role))];
    for (role, made) in [("member", false), ("guest", true)].map(|(name, made)| (role(name), made)) {
        let fields: Vec<_> = role.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(owner.post("/api/people/role", &fields).await.status, 200);
        assert_eq!(is_done(&Done::MadeGuest(last.id)), made);
    }
    assert_eq!(last.post("/api/people/deactivate", &[("user", &last.id.to_string())]).await.status, 200);
    assert!(is_done(&Done::Deactivated(last.id)));
}

#[tokio::test]
async fn hooks_of_reads_give_to_a_page_what_stands_beside_it() {
    let app = TestApp::start().await;
    let (hooks, request) = (app.app.hooks.clone(), PageRequest { user: VISITOR, room: Some(RoomId(3)) });
    let read = move |read: &Read<'_>| {
        let none = (hooks.facets(read, GENERAL, &[])?, hooks.page(read, &PageRequest { user: UserId(1), room: None })?);
        Ok((hooks.facets(read, GENERAL, &[MessageId(1), PINNED])?, hooks.page(read, &request)?, none))
    };
    let (facets, page, none) = app.app.db.read(read).await.unwrap();
    assert_eq!(facets.pins.iter().map(|pin| (pin.message, pin.by)).collect::<Vec<_>>(), [(PINNED, VISITOR)]);
    assert_eq!(page.subscriptions.iter().map(|one| one.user).collect::<Vec<_>>(), [VISITOR]);
    assert!(none.0.pins.is_empty() && none.1 == PageData::default());
    assert!(is_done(&Done::Facets(vec![MessageId(1), PINNED])) && is_done(&Done::Page(request)));
}

#[tokio::test]
async fn route_of_a_feature_knows_the_caller_and_the_services() {
    let app = TestApp::with("sample_word", "loud").start().await;
    assert_eq!(app.get("/sample").await.body, "loud false");
    let lin = app.enter("Lin").await;
    assert_eq!(lin.get("/sample").await.body, "loud true");
}

#[test]
fn key_of_a_feature_is_checked_as_any_other() {
    let load = |word: &str| Config::load(None, [("RILL_SAMPLE_WORD".to_owned(), word.to_owned())].into_iter(), &[]);
    assert_eq!(load("loud").unwrap().settings().value("sample_word"), "loud");
    assert_eq!(Config::load(None, std::iter::empty(), &[]).unwrap().settings().value("sample_word"), "quiet");
    let error = load("LOUD").unwrap_err().0;
    assert!(error.contains("sample_word is a word of small letters"), "{error}");
}

#[tokio::test]
async fn job_runs_while_the_process_serves() {
    let app = TestApp::start().await;
    let done = Done::Job(app.app.db.store_id().to_owned());
    let waiting = async {
        while !is_done(&done) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), waiting).await.expect("the job runs");
}
