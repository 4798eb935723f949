//! Bans: a deactivation that ends by itself.

use super::app::TestApp;
use crate::{
    features::{
        invites::model::NewInvite,
        people::{model::User, store::end_bans},
    },
    model::{
        error::{Code, Reason},
        things::Event,
    },
};

#[tokio::test]
async fn ban_ends_sessions_and_streams_and_then_itself() {
    let app = TestApp::start().await;
    let (olga, ada, mei) = (app.owner().await, app.sign_up("ada").await, app.sign_up("mei").await);
    olga.give_role(ada.id, "admin").await;
    let now = crate::database::now();
    let ban = async |until: &str| ada.on_person("ban", mei.id, &[("until", until), ("hide", "false")]).await;
    for (field, value) in [("until", "x"), ("until", "1"), ("until", "9007199254740992"), ("hide", "x"), ("hide", "true")] {
        let error = ada.on_person("ban", mei.id, &[(field, value)]).await.error();
        assert_eq!((error.field.as_deref(), error.reason), (Some(field), Some(Reason::Malformed)), "{value}");
    }
    assert_eq!(ada.on_person("ban", olga.id, &[]).await.code(), Code::Forbidden);
    assert_eq!(olga.on_person("ban", olga.id, &[]).await.code(), Code::Forbidden, "nobody bans themselves");
    assert_eq!(mei.on_person("ban", ada.id, &[]).await.code(), Code::Forbidden);
    let (mut stream, mut told) = (mei.stream().await, olga.stream().await);
    let banned: User = ban(&(now + 3_600_000).to_string()).await.ok();
    assert!(!banned.active && !banned.hidden);
    assert_eq!(told.change().await, Event::User(banned.clone()));
    assert_eq!(stream.read_to_end().await.last().map(|frame| frame.event.as_str()), Some("bye"));
    assert!(!mei.is_in().await);
    assert_eq!(app.try_sign_in("mei", super::members::PASSWORD).await.code(), Code::WrongLogin);
    assert_eq!(end_bans(&app.app.db).await.unwrap(), 0, "it is not over");
    assert_eq!(ban(&(now + 7_200_000).to_string()).await.ok::<User>(), banned, "another end, and nobody is told");
    let pass = "UPDATE users SET banned_until = 1 WHERE banned_until > 0";
    app.app.db.write(move |write| Ok(write.script(pass)?)).await.unwrap();
    assert_eq!(end_bans(&app.app.db).await.unwrap(), 1);
    assert!(matches!(told.change().await, Event::User(user) if user.id == mei.id && user.active));
    app.sign_in("mei").await;
    assert_eq!(end_bans(&app.app.db).await.unwrap(), 0);

    // For good, until somebody undoes it; and a deactivation in its place has no end.
    assert_eq!(ban("").await.status, 200);
    app.app.db.write(move |write| Ok(write.script(pass)?)).await.unwrap();
    assert_eq!(end_bans(&app.app.db).await.unwrap(), 0);
    assert!(ada.on_person("activate", mei.id, &[]).await.ok::<User>().active);
    ban(&(now + 3_600_000).to_string()).await;
    ada.on_person("deactivate", mei.id, &[]).await;
    ban(&(now + 3_600_000).to_string()).await;
    app.app.db.write(move |write| Ok(write.script(pass)?)).await.unwrap();
    assert_eq!(end_bans(&app.app.db).await.unwrap(), 0, "who has left otherwise does not come back by a ban");
}

#[tokio::test]
async fn ban_of_somebody_without_an_account_closes_their_address_to_new_people() {
    let app = TestApp::start().await;
    let (olga, mei, bo) = (app.owner().await, app.sign_up("mei").await, app.enter("Bo").await);
    let now = crate::database::now();
    let enter = async |name: &str| app.post("/api/auth/enter", &[("name", name)]).await;
    assert_eq!(olga.on_person("ban", mei.id, &[]).await.status, 200);
    assert_eq!(enter("Who").await.status, 200, "an account keeps its person out by itself");
    let ban = async |until: u64| olga.on_person("ban", bo.id, &[("until", &until.to_string())]).await.status;
    assert_eq!(ban(now + 3_600_000).await, 200);
    assert_eq!(enter("Bob").await.code(), Code::EntryClosed);
    let fields = [("name", "Bob"), ("handle", "bob"), ("password", super::members::PASSWORD)];
    assert_eq!(app.post("/api/auth/sign_up", &fields).await.code(), Code::EntryClosed);
    let invite: NewInvite = olga.post("/api/invites/create", &[]).await.ok();
    let with_invite = [&fields[..], &[("invite", &*invite.token)]].concat();
    assert_eq!(app.post("/api/auth/sign_up", &with_invite).await.code(), Code::EntryClosed);
    app.sign_in("olga").await;
    assert_eq!(ban(now + 90 * 24 * 3_600_000).await, 200);
    let until = app.count("SELECT until FROM closed_addresses").await;
    assert!(until.abs_diff(now + 30 * 24 * 3_600_000) < 60_000, "a month at most");
    app.app.db.write(|write| Ok(write.script("UPDATE closed_addresses SET until = 1")?)).await.unwrap();
    assert_eq!(enter("Bob").await.status, 200, "it is over");
    assert_eq!(ban(now + 3_600_000).await, 200);
    assert_eq!(olga.on_person("activate", bo.id, &[]).await.status, 200);
    assert_eq!(enter("Bea").await.status, 200);
    assert_eq!(app.count("SELECT count(*) FROM closed_addresses").await, 0);
}
