//! Bans: a deactivation that ends by itself.

use super::app::TestApp;
use crate::{
    features::people::{model::User, store::end_bans},
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
