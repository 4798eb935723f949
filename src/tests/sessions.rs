//! Sessions and names: what the cookie is, when it dies, who may be called what.

use super::{
    answer::Answer,
    app::{TestApp, form, json},
    person::Person,
    store_fixture::fresh_key,
};
use crate::{
    features::{accounts::api::Me, people::model::User},
    model::error::{Code, Reason},
};
use reqwest::Method;

async fn enter(app: &TestApp, name: &str) -> Answer {
    app.post("/api/auth/enter", &[("name", name)]).await
}

#[tokio::test]
async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    let answer = enter(&app, "Lin").await;
    let line = answer.set_session().unwrap();
    let (value, rest) = line.split_once("; ").unwrap();
    assert_eq!(rest, "Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly");
    let (name, token) = value.split_once('=').unwrap();
    assert_eq!(name, format!("rill_session_{}", &app.app.db.store_id()[..8]));
    assert!(token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_hexdigit()), "256 random bits");
    assert!(!answer.body.contains(token));
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1, "one cookie");
}

#[tokio::test]
async fn over_https_the_cookie_is_secure_and_bound_to_the_host() {
    let app = TestApp::with("public_url", "https://chat.example.org").start().await;
    let answer = enter(&app, "Lin").await;
    let line = answer.set_session().unwrap();
    assert!(line.starts_with("__Host-rill_session_"), "{line}");
    assert!(line.ends_with("; Path=/; SameSite=Lax; Max-Age=2592000; HttpOnly; Secure"), "{line}");
    assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 1);
    let me = async |cookie: String| {
        let request = form(app.request(Method::POST, "/api/auth/me"), "").header("origin", "https://chat.example.org");
        Answer::of(json(request.header("cookie", cookie))).await
    };
    let cookie = answer.session_cookie().unwrap();
    assert_eq!(me(cookie.clone()).await.status, 200);
    let planted = cookie.replace("__Host-", "");
    assert_eq!(me(planted).await.code(), Code::NotEntered, "the plain name, which a neighbour host could plant, is not read");
}

#[tokio::test]
async fn entering_again_gives_a_new_session_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let again = lin.post("/api/auth/enter", &[("name", "Lina")]).await;
    let cookie = again.session_cookie().unwrap();
    assert_ne!(cookie, lin.cookie);
    assert_eq!(lin.post("/api/auth/me", &[]).await.code(), Code::NotEntered);
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 1);
    let name = cookie.split_once('=').unwrap().0;
    let known = format!("{name}={}", "ab".repeat(32));
    let request = form(app.request(Method::POST, "/api/auth/enter"), "name=Mei").header("cookie", &known);
    let fixed = Answer::of(json(request)).await;
    assert_eq!(fixed.status, 200);
    assert_ne!(fixed.session_cookie().unwrap(), known, "a session somebody else chose is not taken up");
}

#[tokio::test]
async fn two_servers_on_one_host_do_not_end_each_others_sessions() {
    let (first, second) = (TestApp::start().await, TestApp::start().await);
    let lin = first.enter("Lin").await;
    // One jar: browsers know no ports.
    let request = form(second.request(Method::POST, "/api/auth/enter"), "name=Lin").header("cookie", &lin.cookie);
    let entered = Answer::of(json(request)).await;
    let jar = format!("{}; {}", lin.cookie, entered.session_cookie().unwrap());
    assert_ne!(lin.cookie.split_once('=').unwrap().0, entered.session_cookie().unwrap().split_once('=').unwrap().0);
    for app in [&first, &second] {
        let me = form(app.request(Method::POST, "/api/auth/me"), "").header("cookie", &jar);
        assert_eq!(Answer::of(json(me)).await.status, 200);
    }
}

#[tokio::test]
async fn a_cookie_of_the_old_name_is_still_read() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let old = format!("rill_session={}", lin.cookie.split_once('=').unwrap().1);
    let request = form(app.request(Method::POST, "/api/auth/me"), "").header("cookie", old);
    assert_eq!(Answer::of(json(request)).await.ok::<Me>().id, lin.id);
}

#[tokio::test]
async fn what_the_database_keeps_of_a_session_is_no_cookie() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let stored = app.app.db.read(|read| Ok(read.row("SELECT lower(hex(hash)) FROM sessions", &[], |row| row.get(0))?));
    let stored: String = stored.await.unwrap().unwrap();
    let token = lin.cookie.split_once('=').unwrap().1;
    assert_ne!(stored, token);
    for forged in [
        stored.clone(),
        stored.to_uppercase(),
        token.to_uppercase(),
        token[..63].to_owned(),
        format!("{token}0"),
        lin.id.to_string(),
    ] {
        let request = form(app.request(Method::POST, "/api/auth/me"), "").header("cookie", format!("rill_session={forged}"));
        assert_eq!(Answer::of(json(request)).await.code(), Code::NotEntered, "{forged}");
    }
    let tag = lin.post("/api/auth/me", &[]).await.ok::<Me>().session;
    assert!(!token.contains(&tag) && !stored.contains(&tag), "the public tag tells nothing of either");
    for file in std::fs::read_dir(app.dir.path()).unwrap().map(|entry| entry.unwrap().path()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(64).any(|window| window == token.as_bytes()), "{}", file.display());
    }
}

#[tokio::test]
async fn a_copied_cookie_dies_with_the_session_also_over_a_restart() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let copy = lin.clone();
    assert_eq!(copy.post("/api/auth/me", &[]).await.status, 200);
    lin.leave().await;
    assert_eq!(copy.post("/api/auth/me", &[]).await.code(), Code::NotEntered);
    assert_eq!(copy.post("/api/auth/leave", &[]).await.code(), Code::NotEntered);
    assert_eq!(copy.get("/rooms/1").await.location(), "/enter");
    let app = app.restart().await;
    assert_eq!(app.again(&copy).post("/api/auth/me", &[]).await.code(), Code::NotEntered);
}

#[tokio::test]
async fn an_expired_session_is_none() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.app.db.write(|write| Ok(write.script("UPDATE sessions SET expires = 1")?)).await.unwrap();
    // The cache of sessions is the process's.
    let app = app.restart().await;
    assert_eq!(app.again(&lin).post("/api/auth/me", &[]).await.code(), Code::NotEntered);
}

#[tokio::test]
async fn a_name_that_looks_like_anothers_is_taken() {
    let app = TestApp::start().await;
    app.enter("admin").await;
    app.enter("José").await;
    let before = app.rows().await;
    for name in ["admin", "ADMIN", " admin ", "аdmin", "adrnin", "ａｄｍｉｎ", "ADMlN", "Jose\u{301}"] {
        let error = enter(&app, name).await.error();
        assert_eq!(error.code, Code::NameTaken, "{name}");
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(enter(&app, "Jose").await.status, 200, "another name is another name");
}

#[tokio::test]
async fn a_name_with_hidden_characters_is_refused() {
    let app = TestApp::start().await;
    let before = app.rows().await;
    for name in [
        "a\0b",
        "a\nb",
        "a\tb",
        "\u{1b}[31mred",
        "a\u{202e}b",
        "a\u{2066}b",
        "a\u{200b}b",
        "a\u{200d}b",
        "a\u{feff}b",
        "a\u{ad}b",
        "\u{3164}",
        "Z\u{335}\u{321}\u{322}a",
    ] {
        let error = enter(&app, name).await.error();
        assert_eq!(
            (error.code, error.field.as_deref(), error.reason),
            (Code::BadInput, Some("name"), Some(Reason::Character)),
            "{name:?}"
        );
    }
    for (name, reason) in [("", Reason::Empty), (" \u{3000} ", Reason::Empty), (&*"林".repeat(41), Reason::TooLong)] {
        assert_eq!(enter(&app, name).await.error().reason, Some(reason), "{name:?}");
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(enter(&app, &"林".repeat(40)).await.status, 200);
}

#[tokio::test]
async fn a_name_is_free_again_once_its_owner_has_left() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    assert_eq!(enter(&app, "lin").await.code(), Code::NameTaken);
    lin.leave().await;
    let user: User = enter(&app, "lin").await.ok();
    assert_ne!(user.id, lin.id, "who enters is a new person");
}

#[tokio::test]
async fn two_who_enter_with_one_name_at_once_are_not_both_let_in() {
    let app = TestApp::start().await;
    let tries = (0..10).map(|i| if i % 2 == 0 { "admin" } else { "аdmin" }).map(|name| enter(&app, name));
    let answers = futures_util::future::join_all(tries).await;
    let (entered, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(entered.len(), 1);
    assert!(refused.iter().all(|answer| answer.code() == Code::NameTaken));
}

#[tokio::test]
async fn a_page_of_one_person_does_not_speak_in_the_name_of_the_next() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let tag = lin.post("/api/auth/me", &[]).await.ok::<Me>().session;
    let form = [("room", "1"), ("key", "00112233445566778899aabbccddeeff"), ("text", "Lin's words"), ("session", tag.as_str())];
    // Mei's cookie, Lin's page.
    let refused = mei.post("/api/messages/send", &form).await;
    assert_eq!(refused.status, 401);
    let kept = mei.post_html("/api/messages/send", &form).await;
    assert!(kept.status == 401 && kept.body.contains("Lin&#39;s words"), "{}", kept.body);
    assert!(mei.page(1).await.messages.is_empty());
    assert_eq!(lin.post("/api/messages/send", &form).await.status, 200);
}

/// 31 days in milliseconds: past the life of every session.
const MONTH: u64 = 31 * 24 * 3_600_000;

#[tokio::test]
async fn a_session_once_found_expired_is_dead_also_when_the_clock_is_set_back() {
    for restarted in [false, true] {
        let mut app = TestApp::start().await;
        let lin = app.enter("Lin").await;
        if restarted {
            // The cache is empty then.
            app = app.restart().await;
        }
        let (sessions, now) = (&app.app.sessions, app.app.now());
        let token = lin.cookie.split_once('=').unwrap().1;
        assert!(sessions.find(token, now + MONTH).await.unwrap().is_none());
        assert!(sessions.find(token, now).await.unwrap().is_none(), "restarted: {restarted}");
    }
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_while_ends_no_session_and_holds_no_name() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    // As if the clock were ahead: by it the session is over, and who has entered was here in a month.
    app.app.db.write(|write| Ok(write.script("UPDATE sessions SET expires = 1000")?)).await.unwrap();
    app.enter("Mei").await;
    app.app.db.write(|write| Ok(write.script("UPDATE activity SET seen_at = seen_at + 2678400000")?)).await.unwrap();
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 2, "entering deletes nobody's session");
    app.app.sessions.delete_expired(app.app.now()).await.unwrap();
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 2, "nor does a clock that has not run evenly for an hour");
    assert_eq!(enter(&app, "Mei").await.status, 200, "a time in the future holds no name");
    drop(lin);
}

#[tokio::test]
async fn a_browser_that_posts_enter_twice_at_once_is_one_person() {
    let app = TestApp::start().await;
    let mark = app.get("/enter").await.cookie("rill_enter").expect("a mark");
    let post = async |name: &str, mark: &str| {
        let request = form(app.request(Method::POST, "/api/auth/enter"), &format!("name={name}"));
        Answer::of(json(request).header("cookie", mark)).await
    };
    let (one, two) = tokio::join!(post("Lin", &mark), post("Lin", &mark));
    let (first, second): (User, User) = (one.ok(), two.ok());
    assert_eq!((&first, one.session_cookie()), (&second, two.session_cookie()));
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
    let other = app.get("/enter").await.cookie("rill_enter").expect("another mark");
    assert_eq!(post("Lin", &other).await.code(), Code::NameTaken, "another browser is somebody else");
    assert_eq!(post("Lin", "rill_enter=").await.code(), Code::NameTaken);
    // A person who leaves and enters again is a new one, however soon.
    let cookie = format!("{}; {mark}", one.session_cookie().unwrap());
    let leaving = form(app.request(Method::POST, "/api/auth/leave"), "").header("cookie", cookie);
    assert_eq!(Answer::of(json(leaving)).await.status, 200);
    assert_ne!(post("Lin", &mark).await.ok::<User>().id, first.id);
}

/// Whether a cookie still stands for somebody.
async fn is_live(app: &TestApp, person: &Person) -> bool {
    app.again(person).post("/api/auth/me", &[]).await.status == 200
}

#[tokio::test]
async fn signing_out_is_final_also_when_the_store_refuses_it_and_the_process_is_killed() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    // As SQLite answers where the disk takes nothing.
    app.app.db.write(|write| Ok(write.script("PRAGMA query_only = 1")?)).await.unwrap();
    assert_ne!(mei.try_send(1, &fresh_key().to_string(), "refused").await.status, 200);
    lin.leave().await;
    assert!(!is_live(&app, &lin).await && is_live(&app, &mei).await);
    assert_eq!(app.count("SELECT count(*) FROM sessions").await, 2, "the store has not heard of it");

    let after = app.after_power_loss().await;
    assert!(!is_live(&after, &lin).await && is_live(&after, &mei).await);
    assert!(after.app.sessions.retry_deletions().await);
    assert_eq!(after.count("SELECT count(*) FROM sessions").await, 1);
    let after = after.restart().await;
    assert!(!is_live(&after, &lin).await && is_live(&after, &mei).await);
    assert!(std::fs::read(after.dir.path().join("rill.ended")).unwrap().iter().all(|byte| *byte == 0), "nothing is left to do");
}
