//! Signing in: a session of its own each time, the same words for unknown and wrong, and limits that lock nobody out.

use super::{
    answer::Answer,
    app::{Site, TestApp, html as as_browser},
    html,
    person::Person,
};
use crate::{features::accounts::server::setup::new_token, model::error::Code};
use reqwest::Method;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse";

/// The owner of a new workspace, with the handle `lin`.
async fn owner(app: &TestApp) -> Person {
    let token = new_token(&app.app).await.unwrap().expect("there is no owner yet");
    let fields = [("token", token.as_str()), ("workspace", "Tea"), ("name", "Lin"), ("handle", "lin"), ("password", PASSWORD)];
    Person::entered(app.site.clone(), &app.post("/api/setup/create", &fields).await)
}

async fn sign_in(site: &Site, login: &str, password: &str) -> Answer {
    site.post("/api/auth/sign_in", &[("login", login), ("password", password)]).await
}

#[tokio::test]
async fn signing_in_gives_another_session_each_time_and_ends_the_one_before() {
    let app = TestApp::start().await;
    let lin = owner(&app).await;
    let second = Person::entered(app.site.clone(), &sign_in(&app, " @LIN ", PASSWORD).await);
    assert_eq!(second.id, lin.id);
    assert_ne!(second.cookie, lin.cookie);
    assert_eq!(lin.post("/api/auth/me", &[]).await.status, 200, "another device is not concerned");
    // The same browser signs in again, also over a session that somebody has planted there.
    let mei = app.enter("Mei").await;
    for before in [&mei, &second] {
        let again = before.post("/api/auth/sign_in", &[("login", "lin"), ("password", PASSWORD)]).await;
        let cookie = again.session_cookie().unwrap();
        assert!(cookie != before.cookie && cookie != lin.cookie);
        assert_eq!(before.post("/api/auth/me", &[]).await.code(), Code::NotEntered, "the one before is dead");
    }
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 3);
}

#[tokio::test]
async fn unknown_and_wrong_get_the_same_answer_after_the_same_time() {
    let app = TestApp::start().await;
    owner(&app).await;
    // One after the other, each kind in its turn.
    let mut times = [Vec::new(), Vec::new()];
    for n in 0..8 {
        for (kind, login) in ["lin".to_owned(), format!("nobody{n}")].iter().enumerate() {
            let began = Instant::now();
            let answer = sign_in(&app, login, "not the password").await;
            times[kind].push(began.elapsed());
            assert_eq!((answer.status, answer.code()), (401, Code::WrongLogin));
            assert_eq!(answer.body, r#"{"error":"wrong_login","message":"Handle or password is wrong."}"#);
        }
    }
    times.iter_mut().for_each(|times| times.sort());
    let [wrong, unknown] = &times;
    assert!(unknown[7] > wrong[0] && wrong[7] > unknown[0], "the times overlap: {times:?}");
    assert!(unknown[0] > Duration::from_millis(2), "a password is hashed for nobody too: {times:?}");
}

#[tokio::test]
async fn an_account_that_has_left_and_one_without_a_password_cannot_be_signed_in_to() {
    let app = TestApp::start().await;
    owner(&app).await;
    app.app.db.write(|write| Ok(write.script("UPDATE users SET active = 0")?)).await.unwrap();
    assert_eq!(sign_in(&app, "lin", PASSWORD).await.code(), Code::WrongLogin);
    app.enter("Mei").await;
    assert_eq!(sign_in(&app, "Mei", "").await.code(), Code::BadInput);
    assert_eq!(sign_in(&app, "", PASSWORD).await.error().field.as_deref(), Some("login"));
    assert_eq!(sign_in(&app, "Mei", PASSWORD).await.code(), Code::WrongLogin);
}

#[tokio::test]
async fn wrong_passwords_hold_an_account_up_for_a_minute_and_leave_its_sessions_alone() {
    let app = TestApp::with("enters_per_minute", 1_000).start().await;
    let lin = owner(&app).await;
    for login in ["lin", "nobody"] {
        // At once, so that none slips by while the others are being tried.
        let tries: Vec<_> = (0..30)
            .map(|_| {
                let (site, login) = (app.site.clone(), login.to_owned());
                tokio::spawn(async move { sign_in(&site, &login, "not the password").await.code() })
            })
            .collect();
        let mut wrong = 0;
        for code in tries {
            match code.await.unwrap() {
                Code::WrongLogin => wrong += 1,
                code => assert_eq!(code, Code::TooFast),
            }
        }
        assert_eq!(wrong, 10, "{login}");
    }
    let refused = sign_in(&app, "lin", PASSWORD).await.error();
    assert_eq!(refused.code, Code::TooFast, "the right one too");
    assert!(refused.retry_after.is_some_and(|seconds| seconds <= 60));
    assert_eq!(lin.post("/api/auth/me", &[]).await.status, 200);
    lin.send(1, "still here").await;
}

#[tokio::test]
async fn the_page_to_sign_in_needs_no_script() {
    let app = TestApp::start().await;
    owner(&app).await;
    let page = app.get("/sign-in").await;
    assert_eq!((page.status, html::field(&page.body, "/api/auth/sign_in", "login")), (200, Some(String::new())));
    assert!(html::tags(&page.body).iter().all(|tag| tag.name != "script"), "it needs none");
    assert!(html::find(&page.body, "a", "href", "/enter").is_some() && page.body.contains("Password lost?"));
    assert!(html::find(&app.get("/enter").await.body, "a", "href", "/sign-in").is_some());
    let refused = app.post_html("/api/auth/sign_in", &[("login", "lin"), ("password", "not the password")]).await;
    assert_eq!(refused.status, 401);
    assert_eq!(html::field(&refused.body, "/api/auth/sign_in", "login").as_deref(), Some("lin"));
    assert!(refused.body.contains("Handle or password is wrong.") && !refused.body.contains("not the password"));
    let done = app.post_html("/api/auth/sign_in", &[("login", "lin"), ("password", PASSWORD)]).await;
    assert_eq!(done.location(), "/");
    let cookie = done.session_cookie().unwrap();
    let get = async |path: &str| Answer::of(as_browser(app.request(Method::GET, path).header("cookie", &cookie))).await;
    assert_eq!(get("/sign-in").await.location(), "/", "who is in needs no door");
    let chinese = Answer::of(as_browser(app.request(Method::GET, "/sign-in")).header("accept-language", "zh")).await;
    assert!(chinese.body.contains("忘记密码"), "{}", chinese.body);
}
