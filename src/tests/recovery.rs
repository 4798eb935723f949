//! Recovery links: made by somebody above, good once and for a day, and dead as soon as they are not needed.

use super::{
    app::TestApp,
    html,
    members::PASSWORD,
    person::{Person, WAYS},
};
use crate::{
    features::{accounts::model::NewRecovery, people::model::User},
    model::{
        error::{Code, Reason},
        ids::UserId,
    },
};

const NEW: &str = "another horse";

/// An owner, an admin, and Mei, a member.
async fn town() -> (TestApp, [Person; 3]) {
    let app = TestApp::start().await;
    let (olga, ada, mei) = (app.owner().await, app.sign_up("ada").await, app.sign_up("mei").await);
    assert_eq!(olga.give_role(ada.id, "admin").await.status, 200);
    (app, [olga, ada, mei])
}

async fn link(maker: &Person, of: &Person) -> String {
    maker.on_person("recovery", of.id, &[]).await.ok::<NewRecovery>().token
}

async fn recover(app: &TestApp, token: &str, password: &str) -> super::answer::Answer {
    app.post("/api/auth/recover", &[("token", token), ("password", password)]).await
}

#[tokio::test]
async fn recovery_link_gives_a_new_password_once_and_ends_all_other_sessions() {
    for way in WAYS {
        let (app, [_, ada, mei]) = town().await;
        let there = app.sign_in("mei").await;
        let mut stream = there.by(way).stream().await;
        let made: NewRecovery = ada.on_person("recovery", mei.id, &[]).await.ok();
        let day = made.expires - crate::database::now();
        assert!(made.token.len() == 64 && (86_000_000..=86_400_000).contains(&day), "{made:?}");
        assert!(mei.is_in().await, "nothing has happened yet");
        let weak = recover(&app, &made.token, "short").await.error();
        assert_eq!(
            (weak.code, weak.reason, weak.field.as_deref()),
            (Code::WeakPassword, Some(Reason::TooShort), Some("password"))
        );
        assert_eq!(recover(&app, &made.token, "meimeimei12").await.error().reason, Some(Reason::LikeName));
        let done = recover(&app, &made.token, NEW).await;
        let user: User = done.ok();
        assert_eq!((user.id, user.handle.as_deref()), (mei.id, Some("mei")));
        let here = Person::entered(app.site.clone(), &done);
        assert!(here.is_in().await && !mei.is_in().await && !there.is_in().await);
        assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
        let again = recover(&app, &made.token, "a third horse").await.error();
        assert_eq!((again.code, again.field.as_deref()), (Code::Gone, Some("token")));
        assert!(again.message.contains("link"), "{}", again.message);
        assert_eq!(app.try_sign_in("mei", PASSWORD).await.code(), Code::WrongLogin);
        assert_eq!(app.try_sign_in("mei", NEW).await.status, 200);
    }
}

#[tokio::test]
async fn recovery_links_are_made_by_who_stands_above() {
    let (app, [olga, ada, mei]) = town().await;
    let (bo, otto) = (app.enter("Bo").await, app.sign_up("otto").await);
    assert_eq!(olga.give_role(otto.id, "owner").await.status, 200);
    let code = async |maker: &Person, of: &Person| maker.on_person("recovery", of.id, &[]).await.code();
    for (maker, of) in [(&mei, &ada), (&mei, &mei), (&ada, &olga), (&ada, &ada), (&olga, &olga), (&bo, &mei), (&ada, &bo)] {
        assert_eq!(code(maker, of).await, Code::Forbidden, "{} of {}", maker.name, of.name);
    }
    for (maker, of) in [(&ada, &mei), (&olga, &ada), (&olga, &mei), (&olga, &otto)] {
        assert_eq!(maker.on_person("recovery", of.id, &[]).await.status, 200, "{} of {}", maker.name, of.name);
    }
    assert_eq!(mei.on_person("recovery", UserId(99), &[]).await.code(), Code::NotFound);
    assert_eq!(ada.post("/api/people/recovery", &[]).await.error().field.as_deref(), Some("user"));
    assert_eq!(app.post("/api/people/recovery", &[("user", "1")]).await.code(), Code::NotEntered);
    // What the database keeps is no token.
    let token = link(&ada, &mei).await;
    let kept = app
        .app
        .db
        .read(|read| Ok(read.row("SELECT hash FROM recoveries WHERE user_id = 3", &[], |row| row.get::<[u8; 32]>(0))?.unwrap()));
    let kept: String = kept.await.unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_ne!(kept, token);
    assert_eq!(recover(&app, &kept, NEW).await.code(), Code::Gone);
}

#[tokio::test]
async fn recovery_link_is_dead_as_soon_as_it_is_not_needed() {
    let (app, [olga, ada, mei]) = town().await;
    let is_dead = async |token: &str, why: &str| {
        assert_eq!(recover(&app, token, NEW).await.code(), Code::Gone, "{why}");
    };
    let first = link(&ada, &mei).await;
    let second = link(&ada, &mei).await;
    is_dead(&first, "there is a newer one").await;
    app.sign_in("mei").await;
    is_dead(&second, "she has signed in").await;
    let third = link(&ada, &mei).await;
    assert_eq!(mei.post("/api/auth/password", &[("old", PASSWORD), ("new", "a third horse")]).await.status, 200);
    is_dead(&third, "she has a new password").await;
    let fourth = link(&ada, &mei).await;
    olga.on_person("deactivate", mei.id, &[]).await;
    is_dead(&fourth, "she is deactivated").await;
    assert_eq!(ada.on_person("recovery", mei.id, &[]).await.code(), Code::Gone);
    olga.on_person("activate", mei.id, &[]).await;
    assert_eq!(recover(&app, &fourth, "short").await.code(), Code::WeakPassword, "good again");
    olga.give_role(mei.id, "admin").await;
    is_dead(&fourth, "its maker does not stand above her any more").await;
    let fifth = link(&olga, &mei).await;
    app.app.db.write(|write| Ok(write.script("UPDATE recoveries SET expires = expires - 86400001")?)).await.unwrap();
    is_dead(&fifth, "it is a day old").await;
    for nonsense in ["x", &"0".repeat(64), &"é".repeat(32)] {
        is_dead(nonsense, nonsense).await;
    }
    let error = recover(&app, "", NEW).await.error();
    assert_eq!((error.field.as_deref(), error.reason), (Some("token"), Some(Reason::Missing)));
    let error = recover(&app, &fifth, "").await.error();
    assert_eq!((error.code, error.field.as_deref()), (Code::BadInput, Some("password")));
}

#[tokio::test]
async fn of_many_who_use_a_recovery_link_at_once_one_succeeds() {
    let (app, [_, ada, mei]) = town().await;
    let token = link(&ada, &mei).await;
    let tries: Vec<_> = (0..6)
        .map(|n| {
            let (site, token) = (app.site.clone(), token.clone());
            tokio::spawn(async move {
                let password = format!("another horse {n}");
                site.post("/api/auth/recover", &[("token", &token), ("password", &password)]).await
            })
        })
        .collect();
    let mut done = 0;
    for answer in tries {
        let answer = answer.await.unwrap();
        match answer.status {
            200 => done += 1,
            _ => assert_eq!(answer.code(), Code::Gone),
        }
    }
    assert_eq!((done, app.count("SELECT count(*) FROM sessions WHERE user_id = 3").await), (1, 1));
}

#[tokio::test]
async fn guessing_recovery_links_counts_towards_the_rate_of_the_address() {
    let app = TestApp::with("enters_per_minute", 3).start().await;
    for _ in 0..3 {
        assert_eq!(recover(&app, &"0".repeat(64), NEW).await.code(), Code::Gone);
    }
    let error = recover(&app, &"0".repeat(64), NEW).await.error();
    assert_eq!(error.code, Code::TooFast);
    assert!(error.retry_after.is_some());
}

#[tokio::test]
async fn recovery_works_by_plain_forms_and_shows_its_link_once_to_its_maker() {
    let (app, [olga, ada, mei]) = town().await;
    assert_eq!(mei.get("/admin/people").await.status, 404);
    assert_eq!(app.get("/admin/people").await.location(), "/enter");
    let page = ada.get("/admin/people?find=ME").await.body;
    html::nothing_broke_out(&page);
    assert!(page.contains("@mei") && !page.contains("@olga"), "{page}");
    let session = html::field(&page, "/api/people/recovery", "session").unwrap();
    let user = mei.id.to_string();
    let made = ada.post_html("/api/people/recovery", &[("session", &session), ("user", &user)]).await;
    let address = made.location().to_owned();
    assert!(address.starts_with("/admin/people?made="), "{address}");
    let shown = ada.get(&address).await.body;
    assert!(shown.contains("Recovery link for Mei"), "{shown}");
    let link = html::find(&shown, "input", "id", "link").expect("the link").attribute("value").to_owned();
    let token = link.split_once("/recover#").expect("a link to recover").1;
    assert!(token.len() == 64 && !address.contains(token));
    assert!(!olga.get(&address).await.body.contains(token), "another session's");
    assert!(!ada.get("/admin/people").await.body.contains(token), "nor later");
    let notice = mei.get("/settings").await.body;
    assert!(notice.contains("Ada has made a recovery link") && notice.contains("still works"), "{notice}");

    let page = app.get("/recover").await;
    assert_eq!(page.status, 200);
    assert!(html::find(&page.body, "input", "id", "token").is_some(), "to be pasted");
    let weak = app.post_html("/api/auth/recover", &[("token", token), ("password", "short")]).await;
    assert_eq!(weak.status, 422);
    assert_eq!(html::field(&weak.body, "/api/auth/recover", "token").as_deref(), Some(token));
    let done = app.post_html("/api/auth/recover", &[("token", token), ("password", NEW)]).await;
    assert_eq!(done.location(), "/");
    let mei = Person { cookie: done.session_cookie().unwrap(), ..mei };
    assert!(mei.get("/settings").await.body.contains("no longer works"));
    assert!(!ada.get(&address).await.body.contains(token), "it is good for nothing");
    let again = app.post_html("/api/auth/recover", &[("token", token), ("password", NEW)]).await;
    assert!(again.status == 410 && again.body.contains("This link no longer works"), "{}", again.body);
}

#[tokio::test]
async fn people_are_managed_by_plain_forms() {
    let (app, [olga, ada, mei]) = town().await;
    let bo = app.enter("<b>Bo").await;
    let page = ada.get("/admin/people").await.body;
    html::nothing_broke_out(&page);
    assert!(page.contains("no account") && page.contains("owner") && page.contains("you"), "{page}");
    let users = |body: &str, call: &str| {
        let forms = html::tags(body).into_iter().filter(|tag| tag.name == "form" && tag.attribute("action") == call);
        forms.count()
    };
    let count =
        async |person: &Person, call: &str| users(&person.get("/admin/people").await.body, &format!("/api/people/{call}"));
    assert_eq!((count(&ada, "role").await, count(&ada, "deactivate").await, count(&ada, "recovery").await), (2, 2, 1));
    assert_eq!((count(&olga, "role").await, count(&olga, "deactivate").await, count(&olga, "recovery").await), (12, 3, 2));
    let post = async |person: &Person, call: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("back", "/admin/people")].into_iter().chain(fields.iter().copied()).collect();
        person.post_html(&format!("/api/people/{call}"), &fields).await
    };
    let (of_mei, of_olga) = (mei.id.to_string(), olga.id.to_string());
    assert_eq!(post(&olga, "role", &[("user", &of_mei), ("role", "admin")]).await.location(), "/admin/people");
    assert_eq!(mei.get("/admin/people").await.status, 200);
    let last = post(&olga, "role", &[("user", &of_olga), ("role", "member")]).await;
    assert!(last.status == 409 && last.body.contains("You are the only owner."), "{}", last.body);
    assert!(users(&last.body, "/api/people/role") > 0, "on the page itself");
    assert_eq!(post(&olga, "deactivate", &[("user", &of_mei)]).await.location(), "/admin/people");
    assert!(olga.get("/admin/people").await.body.contains("deactivated"));
    assert_eq!(count(&olga, "activate").await, 1);
    assert_eq!(post(&olga, "activate", &[("user", &of_mei)]).await.location(), "/admin/people");
    assert_eq!(post(&ada, "deactivate", &[("user", &bo.id.to_string())]).await.location(), "/admin/people");
    assert!(olga.get("/settings").await.body.contains(r#"href="/admin/people""#));
    assert!(!bo.is_in().await);
    let nobody = ada.get("/admin/people?find=xyzzy%25").await.body;
    assert!(nobody.contains("Nobody was found."), "{nobody}");
}
