//! Rates of requests and of replays: refused with words and a time to wait, out of reach for people, however many.

use super::{
    answer::Answer,
    app::{TEST_TIMEOUT, TestApp, html, json},
    person::Person,
    store_fixture::fresh_key,
};
use crate::model::error::Code;
use reqwest::Method;
use std::time::Duration;

/// Asks for `path` until it is refused; more often than the rate allows.
async fn until_refused(person: &Person, path: &str) -> Answer {
    for _ in 0..200 {
        let answer = person.get(path).await;
        if answer.status == 429 {
            return answer;
        }
    }
    panic!("{path} was never refused");
}

#[tokio::test]
async fn a_session_that_asks_too_often_is_refused_as_it_asked() {
    let app = TestApp::with("posts_per_second", 1000).set("requests_per_second", 1).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let page = until_refused(&lin, "/rooms/1").await;
    assert!(page.body.contains("too fast") && page.body.contains("<html"), "{}", page.body);
    assert_eq!(page.header("retry-after"), "1");
    // Each of these may meet the one that has come back since.
    let refused = async |request: &dyn Fn() -> reqwest::RequestBuilder| {
        for _ in 0..20 {
            let answer = Answer::of(request()).await;
            if answer.status == 429 {
                return answer;
            }
        }
        panic!("never refused");
    };
    let call = || json(lin.request(Method::POST, "/api/auth/me")).header("content-type", "application/x-www-form-urlencoded");
    let answer = refused(&call).await;
    assert_eq!((answer.code(), answer.header("retry-after")), (Code::TooFast, "1"));
    let stream = || json(lin.request(Method::HEAD, "/events"));
    assert_eq!(refused(&stream).await.header("retry-after"), "1");
    let chinese = || html(lin.request(Method::GET, "/rooms/1")).header("accept-language", "zh-CN");
    assert!(refused(&chinese).await.body.contains("操作太快"));
    let body = format!("room=1&key={}&text=kept+as+typed", fresh_key());
    let form = || html(super::app::form(lin.request(Method::POST, "/api/messages/send"), &body));
    let form_page = refused(&form).await;
    assert!(form_page.body.contains("kept as typed"), "{}", form_page.body);
    assert_eq!(mei.get("/rooms/1").await.status, 200, "another session is not held up");
    assert_eq!(app.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn an_address_that_asks_too_often_is_refused_with_or_without_a_session() {
    let app = TestApp::with("posts_per_second", 1000)
        .set("requests_per_second_per_address", 1)
        .set("trusted_proxies", "127.0.0.1")
        .start()
        .await;
    let from = |address: &'static str, path: &'static str| {
        html(app.request(Method::GET, path))
            .header("x-forwarded-for", address)
            .header("cookie", format!("rill_session={address}"))
    };
    let mut statuses = Vec::new();
    for _ in 0..20 {
        statuses.push(Answer::of(from("9.9.9.9", "/enter")).await.status);
    }
    assert!(statuses.starts_with(&[200; 5]) && statuses.ends_with(&[429]), "{statuses:?}");
    assert_eq!(Answer::of(from("9.9.9.8", "/enter")).await.status, 200, "another address is not held up");
    assert_eq!(Answer::of(from("9.9.9.9", "/robots.txt")).await.status, 200, "files do not count");
}

#[tokio::test]
async fn people_never_meet_the_rates_alone_or_in_a_crowd() {
    let app = TestApp::with("posts_per_second", 1000).start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (0..300).map(|n| n.to_string())).await;
    for before in (2..300).step_by(3) {
        let older = lin.post("/api/messages/page", &[("room", "1"), ("before", &before.to_string()), ("limit", "3")]).await;
        assert_eq!(older.status, 200, "scrolling through history");
    }
    for n in 0..60 {
        let person = app.enter(&format!("Person {n}")).await;
        for path in ["/", "/rooms/1", "/rooms"] {
            assert!(person.get(path).await.status < 400, "many people at one address");
        }
        drop(person.stream().await);
    }
}

/// A server whose ring holds little, with a person in it who is far behind.
async fn behind(rate: u32) -> (TestApp, Person) {
    let app = TestApp::with("posts_per_second", rate).set("post_burst", 1000).set("ring_frames", 16).start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (0..40).map(|n| n.to_string())).await;
    (app, lin)
}

#[tokio::test]
async fn reconnecting_in_a_loop_from_behind_the_ring_is_refused() {
    let (app, lin) = behind(1000).await;
    let resume = async |person: &Person, after: u64| {
        let response = json(person.request(Method::GET, &format!("/events?after={after}"))).send().await.unwrap();
        // Not read: a stream has no end.
        (response.status().as_u16(), response.headers().get("retry-after").cloned())
    };
    let mut taken = 0;
    let refused = loop {
        let (status, wait) = resume(&lin, 1).await;
        if status != 200 {
            break (status, wait);
        }
        taken += 1;
        assert!(taken < 200, "never refused");
    };
    assert!(taken >= 30, "{taken}");
    assert!(refused.0 == 429 && refused.1.is_some_and(|wait| ["1", "2"].contains(&wait.to_str().unwrap())));
    for _ in 0..50 {
        assert_eq!(resume(&lin, app.head()).await.0, 200, "the ring reaches back to it");
    }
    let mei = app.enter("Mei").await;
    assert_eq!(resume(&mei, 1).await.0, 200, "another session is not held up");
}

#[tokio::test]
async fn replays_take_turns_and_pages_do_not_wait_for_them() {
    let (app, lin) = behind(0).await;
    let hub = app.app.hub.clone();
    let (first, second) = (hub.replay_turn().await, hub.replay_turn().await);
    assert!(first.is_some() && second.is_some());
    let mut waiting = Box::pin(lin.stream_after(1));
    assert!(tokio::time::timeout(Duration::from_millis(300), &mut waiting).await.is_err(), "a third waits");
    assert_eq!(lin.get("/rooms/1").await.status, 200);
    drop(lin.stream_after(app.head()).await);
    drop(first);
    let mut stream = tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("its turn has come");
    assert!(stream.next().await.data.contains("\"seq\":"));
    drop(second);
}
