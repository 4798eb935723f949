//! Accounts: making one, its password, its sessions, its profile, and leaving for good.

use super::{
    answer::Answer,
    app::{Site, TestApp, html as as_browser},
    html,
    person::Person,
};
use crate::{
    features::{
        accounts::{model::SessionInfo, server::setup::new_token},
        people::model::{Role, User},
    },
    model::{
        error::{Code, Reason},
        ids::UserId,
        things::Event,
    },
};
use reqwest::Method;

const PASSWORD: &str = "correct horse";

/// The owner of a new workspace, with the handle `olga`.
async fn owner(app: &TestApp) -> Person {
    let token = new_token(&app.app).await.unwrap().expect("there is no owner yet");
    let fields = [("token", token.as_str()), ("workspace", "Tea"), ("name", "Olga"), ("handle", "olga"), ("password", PASSWORD)];
    Person::entered(app.site.clone(), &app.post("/api/setup/create", &fields).await)
}

async fn try_sign_up(site: &Site, name: &str, handle: &str) -> Answer {
    site.post("/api/auth/sign_up", &[("name", name), ("handle", handle), ("password", PASSWORD)]).await
}

async fn sign_up(app: &TestApp, name: &str, handle: &str) -> Person {
    Person::entered(app.site.clone(), &try_sign_up(&app.site, name, handle).await)
}

async fn try_sign_in(site: &Site, login: &str, password: &str) -> Answer {
    site.post("/api/auth/sign_in", &[("login", login), ("password", password)]).await
}

async fn sign_in(app: &TestApp, login: &str) -> Person {
    Person::entered(app.site.clone(), &try_sign_in(&app.site, login, PASSWORD).await)
}

async fn is_in(person: &Person) -> bool {
    person.post("/api/auth/me", &[]).await.status == 200
}

async fn sessions(person: &Person) -> Vec<SessionInfo> {
    person.post("/api/auth/sessions", &[]).await.ok()
}

#[tokio::test]
async fn signing_up_makes_a_member_where_the_workspace_is_open() {
    let app = TestApp::start().await;
    let owner = owner(&app).await;
    let made = try_sign_up(&app, "Lin", "Lin").await;
    let user: User = made.ok();
    assert_eq!((user.handle.as_deref(), user.role), (Some("lin"), Role::Member));
    Person::entered(app.site.clone(), &made).send(1, "a member of General").await;
    assert_eq!(try_sign_up(&app, "Other", "1in").await.code(), Code::HandleTaken, "it looks like lin");
    sign_up(&app, "Lin", "lin2").await;
    assert_eq!(app.post("/api/auth/enter", &[("name", "lIN")]).await.code(), Code::NameTaken, "accounts hold their names");
    let post = async |fields: &[(&str, &str)]| app.post("/api/auth/sign_up", fields).await.error();
    assert_eq!(post(&[("invite", "x"), ("name", "")]).await.code, Code::Gone, "there is no such invite");
    let bad = post(&[("name", "Bo"), ("handle", "bo"), ("password", PASSWORD), ("email", "nobody")]).await;
    assert_eq!((bad.field.as_deref(), bad.reason), (Some("email"), Some(Reason::Malformed)));
    let weak = post(&[("name", "Bo"), ("handle", "lin"), ("password", "short")]).await;
    assert_eq!((weak.code, weak.reason), (Code::WeakPassword, Some(Reason::TooShort)), "checked before the handle");
    let empty = owner.post("/api/workspace/update", &[("name", "")]).await.error();
    assert_eq!((empty.field.as_deref(), empty.message.as_str()), (Some("name"), "Enter a name for the workspace."));
    let empty = owner.post("/api/people/update", &[("name", "")]).await.error();
    assert_eq!((empty.field.as_deref(), empty.reason), (Some("name"), Some(Reason::Empty)));
    assert_eq!(owner.post("/api/workspace/update", &[("entry", "invite")]).await.status, 200);
    assert_eq!(post(&[("name", "")]).await.code, Code::EntryClosed, "checked first");
    assert_eq!(app.count("SELECT count(*) FROM users").await, 3);
}

#[tokio::test]
async fn claiming_an_account_keeps_who_one_is() {
    let app = TestApp::start().await;
    owner(&app).await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "before").await;
    let mut stream = lin.stream().await;
    let fields = [("handle", "lin"), ("password", PASSWORD), ("email", "lin@example.org")];
    let claimed = lin.post("/api/auth/claim", &fields).await;
    let user: User = claimed.ok();
    assert_eq!((user.id, user.name.as_str(), user.handle.as_deref(), user.role), (lin.id, "Lin", Some("lin"), Role::Member));
    assert!(!claimed.body.contains("example.org"), "no thing has the address");
    assert!(!is_in(&lin).await, "another session");
    assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
    let again = Person::entered(app.site.clone(), &claimed);
    assert_eq!(again.page(1).await.messages, [sent]);
    assert_eq!(again.post("/api/auth/claim", &fields).await.code(), Code::Forbidden, "once");
    again.delete(again.page(1).await.messages[0].id).await;
    assert_eq!(sign_in(&app, "lin").await.id, lin.id, "from another device");
    let page = again.get("/settings").await.body;
    assert!(page.contains("lin@example.org"), "shown to oneself");
}

#[tokio::test]
async fn of_two_who_want_a_handle_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let mut tries = Vec::new();
    for n in 0..6 {
        let person = app.enter(&format!("Person {n}")).await;
        let handle = if n % 2 == 0 { "bill" } else { "bi1l" };
        tries.push(tokio::spawn(
            async move { person.post("/api/auth/claim", &[("handle", handle), ("password", PASSWORD)]).await },
        ));
    }
    let mut got = 0;
    for answer in tries {
        let answer = answer.await.unwrap();
        match answer.status {
            200 => got += 1,
            _ => assert_eq!(answer.code(), Code::HandleTaken),
        }
    }
    assert_eq!((got, app.count("SELECT count(*) FROM credentials").await), (1, 1));
}

#[tokio::test]
async fn a_new_password_ends_all_other_sessions_and_their_streams() {
    let app = TestApp::start().await;
    let here = owner(&app).await;
    let (there, elsewhere) = (sign_in(&app, "olga").await, sign_in(&app, "olga").await);
    let (mut stream, mut own) = (there.stream().await, here.stream().await);
    let change = async |old: &str, new: &str| here.post("/api/auth/password", &[("old", old), ("new", new)]).await;
    let wrong = change("not the password", "another horse").await.error();
    assert_eq!((wrong.code, wrong.field.as_deref()), (Code::WrongLogin, Some("old")));
    assert_eq!(change(PASSWORD, "olgaolga12").await.error().reason, Some(Reason::LikeName));
    assert!(is_in(&there).await, "nothing has happened yet");
    let done = change(PASSWORD, "another horse").await;
    assert_eq!((done.status, done.body.as_str()), (200, "null"));
    assert_eq!(done.session_cookie(), None, "this one stays as it is");
    assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
    assert!(is_in(&here).await && !is_in(&there).await && !is_in(&elsewhere).await);
    here.send(1, "still here").await;
    assert_eq!(own.text().await, "still here");
    assert_eq!(try_sign_in(&app, "olga", PASSWORD).await.code(), Code::WrongLogin);
    assert_eq!(try_sign_in(&app, "olga", "another horse").await.status, 200);
    let mei = app.enter("Mei").await;
    let none = mei.post("/api/auth/password", &[("old", PASSWORD), ("new", "another horse")]).await;
    assert_eq!(none.code(), Code::Forbidden, "without an account there is no password");
}

#[tokio::test]
async fn sessions_are_listed_with_their_device_and_ended_from_another() {
    let app = TestApp::start().await;
    let here = owner(&app).await;
    let request = app.request(Method::POST, "/api/auth/sign_in").header("user-agent", "Firefox/140 (X11; Linux)\u{9f}");
    let body = format!("login=olga&password={}", PASSWORD.replace(' ', "+"));
    let there = Person::entered(app.site.clone(), &Answer::of(super::app::json(super::app::form(request, &body))).await);
    let mut stream = there.stream().await;
    let listed = sessions(&here).await;
    assert_eq!(listed.len(), 2);
    let other = listed.iter().find(|session| !session.current).unwrap();
    assert!(other.created > 0 && other.seen >= other.created);
    let mei = app.enter("Mei").await;
    let end = async |person: &Person, tag: &str| person.post("/api/auth/end_session", &[("tag", tag)]).await;
    assert_eq!(end(&mei, &other.tag).await.code(), Code::NotFound, "somebody else's");
    assert_eq!(end(&here, "").await.code(), Code::BadInput);
    assert_eq!(end(&here, &other.tag).await.status, 200);
    assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
    assert!(!is_in(&there).await && is_in(&here).await);
    let (second, third) = (sign_in(&app, "olga").await, sign_in(&app, "olga").await);
    assert_eq!(third.post("/api/auth/end_others", &[]).await.status, 200);
    assert!(is_in(&third).await && !is_in(&second).await && !is_in(&here).await && is_in(&mei).await);
    assert_eq!(sessions(&third).await.len(), 1);
}

#[tokio::test]
async fn sessions_end_after_a_month_without_use_and_three_in_all() {
    const DAY: &str = "86400000";
    let app = TestApp::start().await;
    let used = owner(&app).await;
    let unused = sign_in(&app, "olga").await;
    let tag = sessions(&unused).await.into_iter().find(|session| session.current).unwrap().tag;
    let app = app.restart().await;
    let back = format!(
        "UPDATE sessions SET created = created - 80 * {DAY}, expires = expires - 80 * {DAY};
         UPDATE sessions SET seen = seen - 31 * {DAY} WHERE tag = '{tag}';"
    );
    app.app.db.write(move |write| Ok(write.script(&back)?)).await.unwrap();
    assert!(!is_in(&app.again(&unused)).await, "nobody has used it for 31 days");
    assert!(is_in(&app.again(&used)).await, "it is 80 days old");
    let app = app.restart().await;
    let back = format!("UPDATE sessions SET expires = expires - 11 * {DAY}");
    app.app.db.write(move |write| Ok(write.script(&back)?)).await.unwrap();
    assert!(!is_in(&app.again(&used)).await, "it is 91 days old");
}

#[tokio::test]
async fn name_and_hue_are_ones_own_to_change() {
    let app = TestApp::start().await;
    let (olga, mei) = (owner(&app).await, app.enter("Mei").await);
    let mut stream = olga.stream().await;
    let update = async |person: &Person, fields: &[(&str, &str)]| person.post("/api/people/update", fields).await;
    let changed: User = update(&mei, &[("name", "  Mei   Lin "), ("hue", "7")]).await.ok();
    assert_eq!((changed.name.as_str(), changed.hue, changed.id), ("Mei Lin", 7, mei.id));
    assert_eq!(stream.change().await, Event::User(changed.clone()));
    let same: User = update(&mei, &[("name", "Mei Lin")]).await.ok();
    assert_eq!(same, changed, "what it is already takes no number");
    assert_eq!(app.enter("Mei").await.name, "Mei", "the old name is free");
    assert_eq!(update(&mei, &[("name", "MEI LlN")]).await.status, 200, "one's own name does not count");
    for (fields, field) in
        [([("hue", "10")], "hue"), ([("hue", "x")], "hue"), ([("name", "a\u{202e}b")], "name"), ([("name", " ")], "name")]
    {
        assert_eq!(update(&mei, &fields).await.error().field.as_deref(), Some(field));
    }
    for taken in ["Olga", "OLGA", "оlga", "Mei"] {
        assert_eq!(update(&mei, &[("name", taken)]).await.code(), Code::NameTaken, "{taken}");
    }
    assert_eq!(update(&olga, &[("name", "Mei")]).await.status, 200, "accounts may share names");
    assert_eq!(update(&mei, &[("name", "olga")]).await.code(), Code::NameTaken, "the handle is held too");
    let role = update(&mei, &[("role", "owner"), ("hue", "1")]).await.ok::<User>().role;
    assert_eq!(role, Role::Member, "a role is nobody's own to change");
}

#[tokio::test]
async fn who_leaves_for_good_is_gone_at_once_and_what_they_wrote_stays() {
    let app = TestApp::start().await;
    let (olga, lin) = (owner(&app).await, sign_up(&app, "Lin", "lin").await);
    let there = sign_in(&app, "lin").await;
    lin.send(1, "stays").await;
    let leave = async |person: &Person, user: UserId| person.post("/api/people/deactivate", &[("user", &user.to_string())]).await;
    assert_eq!(leave(&lin, olga.id).await.code(), Code::Forbidden);
    assert_eq!(leave(&lin, UserId(99)).await.code(), Code::NotFound);
    assert_eq!(leave(&olga, olga.id).await.code(), Code::LastOwner);
    let (mut stream, mut told) = (there.stream().await, olga.stream().await);
    let gone = leave(&lin, lin.id).await;
    let user: User = gone.ok();
    assert!(!user.active && gone.set_session().unwrap().contains("Max-Age=0"));
    assert_eq!(told.change().await, Event::User(user));
    assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
    assert!(!is_in(&lin).await && !is_in(&there).await);
    assert_eq!(try_sign_in(&app, "lin", PASSWORD).await.code(), Code::WrongLogin, "as if there were no such account");
    assert_eq!(olga.page(1).await.messages[0].text, "stays");
    let people = olga.get("/rooms/1/people").await.body;
    assert!(people.contains("1 person") && !people.contains("Lin"), "{people}");
    assert_eq!(app.enter("Lin").await.name, "Lin", "the name is free");
    assert_eq!(try_sign_up(&app, "Lin", "lin").await.code(), Code::HandleTaken, "the handle is not");
}

#[tokio::test]
async fn no_request_succeeds_after_somebody_has_left_for_good() {
    let app = TestApp::start().await;
    for n in 0..10 {
        let lin = app.enter(&format!("Lin {n}")).await;
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let lin = lin.clone();
                tokio::spawn(async move {
                    let mut last = std::time::Instant::now();
                    loop {
                        let began = std::time::Instant::now();
                        if !is_in(&lin).await {
                            return last;
                        }
                        last = began;
                    }
                })
            })
            .collect();
        let done = lin.post("/api/people/deactivate", &[("user", &lin.id.to_string())]).await;
        let answered = std::time::Instant::now();
        assert_eq!(done.status, 200);
        for last in tries {
            assert!(last.await.unwrap() <= answered, "a request that began later has succeeded");
        }
    }
}

#[tokio::test]
async fn settings_work_by_plain_forms() {
    let app = TestApp::start().await;
    let mei = app.enter("<b>Mei").await;
    let page = mei.get("/settings").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"));
    html::nothing_broke_out(&page.body);
    assert!(html::tags(&page.body).iter().all(|tag| tag.name != "script"), "it needs none");
    let field = |form: &str, name: &str| html::field(&page.body, form, name);
    assert_eq!(field("/api/people/update", "name").as_deref(), Some("<b>Mei"));
    assert!(field("/api/auth/claim", "handle").is_some() && field("/api/auth/password", "old").is_none());
    assert!(field("/api/workspace/update", "name").is_none(), "for owners alone");
    let session = field("/api/people/update", "session").unwrap();
    let post = async |person: &Person, path: &str, more: &[(&str, &str)]| {
        let fields: Vec<_> = [("back", "/settings")].into_iter().chain(more.iter().copied()).collect();
        person.post_html(path, &fields).await
    };
    assert_eq!(
        post(&mei, "/api/people/update", &[("session", &session), ("name", "Mei"), ("hue", "3")]).await.location(),
        "/settings"
    );
    let refused = post(&mei, "/api/people/update", &[("name", "a\u{202e}\"><img>"), ("hue", "3")]).await;
    assert_eq!(refused.status, 400);
    html::nothing_broke_out(&refused.body);
    assert_eq!(html::field(&refused.body, "/api/people/update", "name").as_deref(), Some("a\u{202e}\"><img>"));
    let weak = post(&mei, "/api/auth/claim", &[("handle", "mei"), ("password", "shorty")]).await;
    assert!(weak.body.contains("at least 10 characters.") && !weak.body.contains("shorty"), "{}", weak.body);
    assert_eq!(html::field(&weak.body, "/api/auth/claim", "handle").as_deref(), Some("mei"));
    let claimed = post(&mei, "/api/auth/claim", &[("handle", "mei"), ("password", PASSWORD)]).await;
    assert_eq!(claimed.location(), "/settings");
    let mei = Person { cookie: claimed.session_cookie().unwrap(), ..mei };
    let there = sign_in(&app, "mei").await;
    let page = mei.get("/settings").await.body;
    assert!(
        html::field(&page, "/api/auth/password", "old").is_some() && html::field(&page, "/api/auth/claim", "handle").is_none()
    );
    let tag = html::field(&page, "/api/auth/end_session", "tag").unwrap();
    assert_eq!(post(&mei, "/api/auth/end_session", &[("tag", &tag)]).await.location(), "/settings");
    assert!(!is_in(&there).await);
    let wrong = post(&mei, "/api/auth/password", &[("old", "wrong password"), ("new", "another horse")]).await;
    assert_eq!(wrong.status, 401);
    assert!(wrong.body.contains("The password is wrong."), "{}", wrong.body);
    assert_eq!(post(&mei, "/api/auth/password", &[("old", PASSWORD), ("new", "another horse")]).await.location(), "/settings");
    let left = mei.post_html("/api/people/deactivate", &[("user", &mei.id.to_string())]).await;
    assert_eq!(left.location(), "/enter");
    assert_eq!(app.get("/settings").await.location(), "/enter");
    let olga = owner(&app).await;
    let page = Answer::of(as_browser(olga.request(Method::GET, "/settings")).header("accept-language", "zh")).await;
    assert!(page.body.contains("谁可以进入") && html::field(&page.body, "/api/workspace/update", "name").is_some());
    let last = olga.post_html("/api/people/deactivate", &[("user", &olga.id.to_string())]).await;
    assert!(last.status == 409 && last.body.contains("You are the only owner."), "{}", last.body);
}
