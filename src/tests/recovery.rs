//! Recovery links: made by somebody above, good once and for a day, and dead as soon as they are not needed.

use super::{
    app::TestApp,
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
