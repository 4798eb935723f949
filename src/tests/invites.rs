//! Invitations over HTTP: made and ended by a form, the link shown once, and nothing of it anywhere else.

use super::{app::TestApp, html, person::Person};
use crate::{
    features::invites::model::{Accepted, InviteList, InviteSeen, NewInvite},
    model::error::{Code, Reason},
};

/// A workspace with an admin and a member.
async fn town() -> (TestApp, Person, Person) {
    let app = TestApp::start().await;
    let (ona, mei) = (app.enter("Ona").await, app.enter("Mei").await);
    app.app.db.write(|write| Ok(write.script("UPDATE users SET role = 2 WHERE id = 1")?)).await.unwrap();
    (app, ona, mei)
}

#[tokio::test]
async fn invitation_is_made_by_a_form_and_its_link_is_shown_to_its_maker_alone() {
    let (app, ona, mei) = town().await;
    let page = ona.get("/admin/invites").await;
    assert_eq!(page.status, 200);
    assert_eq!(mei.get("/admin/invites").await.status, 404);
    assert_eq!(app.get("/admin/invites").await.status, 302);
    let session = html::field(&page.body, "/api/invites/create", "session").unwrap();
    let fields = [("session", &*session), ("role", "member"), ("rooms", ""), ("uses", "2"), ("back", "/admin/invites")];
    let made = ona.post_html("/api/invites/create", &fields).await;
    assert_eq!(made.status, 302);
    let address = made.location().to_owned();
    assert!(address.starts_with("/admin/invites?made="), "{address}");
    let shown = ona.get(&address).await;
    let link = html::find(&shown.body, "input", "id", "link").expect("the link").attribute("value").to_owned();
    let token = link.split_once("/join#").expect("a link to join").1;
    assert_eq!(token.len(), 64);
    assert!(!address.contains(token) && html::find(&shown.body, "svg", "class", "qr").is_some());
    html::nothing_broke_out(&shown.body);
    let other = app.enter("Other").await;
    app.app.db.write(|write| Ok(write.script("UPDATE users SET role = 2 WHERE id = 3")?)).await.unwrap();
    assert!(!other.get(&address).await.body.contains(token), "another session's");
    assert!(!ona.get("/admin/invites").await.body.contains(token), "nor later");
    let seen: InviteSeen = app.site.post("/api/invites/see", &[("token", token)]).await.ok();
    assert_eq!((seen.by.as_str(), seen.rooms.len()), ("Ona", 0));
    let list: InviteList = ona.post("/api/invites/list", &[]).await.ok();
    assert_eq!((list.items.len(), list.items[0].uses, list.items[0].used), (1, 2, 0));
    let end = [("session", &*session), ("invite", "1"), ("back", "/admin/invites")];
    assert_eq!(ona.post_html("/api/invites/revoke", &end).await.location(), "/admin/invites");
    assert_eq!(app.site.post("/api/invites/see", &[("token", token)]).await.code(), Code::Gone);
}

#[tokio::test]
async fn somebody_who_is_signed_in_gains_the_rooms_of_an_invitation() {
    let (_app, ona, mei) = town().await;
    ona.create_room("Tea").await;
    let made: NewInvite = ona.post("/api/invites/create", &[("rooms", "2"), ("role", "admin")]).await.ok();
    let mut stream = mei.stream().await;
    let accepted: Accepted = mei.post("/api/invites/accept", &[("invite", &made.token)]).await.ok();
    assert_eq!(accepted.rooms.len(), 1);
    assert!(matches!(stream.change().await, crate::model::things::Event::Member(member) if member.user == mei.id));
    assert_eq!(mei.get("/rooms/2").await.status, 200);
    assert_eq!(mei.post("/api/invites/list", &[]).await.code(), Code::Forbidden, "it gives no role");
    let again = mei.post("/api/invites/accept", &[("invite", &made.token)]).await;
    assert_eq!(again.code(), Code::Gone, "used up");
}

#[tokio::test]
async fn wrong_terms_are_refused_by_name() {
    let (_app, ona, mei) = town().await;
    let day = 24 * 3_600_000;
    let now = crate::database::now();
    for (field, value, reason) in [
        ("role", "owner".to_owned(), Reason::Malformed),
        ("role", "king".to_owned(), Reason::Malformed),
        ("uses", "0".to_owned(), Reason::Malformed),
        ("uses", "1001".to_owned(), Reason::Malformed),
        ("expires", "1".to_owned(), Reason::Malformed),
        ("expires", (now + 91 * day).to_string(), Reason::Malformed),
        ("rooms", "x".to_owned(), Reason::Malformed),
        ("rooms", vec!["1"; 101].join(","), Reason::TooLong),
    ] {
        let error = ona.post("/api/invites/create", &[(field, &*value)]).await.error();
        assert_eq!((error.field.as_deref(), error.reason), (Some(field), Some(reason)), "{field} {value}");
    }
    assert_eq!(ona.post("/api/invites/create", &[("rooms", "77")]).await.code(), Code::NotFound);
    assert_eq!(mei.post("/api/invites/accept", &[("invite", "short")]).await.code(), Code::Gone);
    let error = mei.post("/api/invites/accept", &[]).await.error();
    assert_eq!((error.field.as_deref(), error.reason), (Some("invite"), Some(Reason::Missing)));
}

#[tokio::test]
async fn invitation_makes_an_account_in_its_rooms_where_the_workspace_is_not_open() {
    let (app, ona, _) = town().await;
    ona.post("/api/rooms/create", &[("name", "Secret"), ("kind", "private")]).await;
    app.app.db.write(|write| Ok(write.script("UPDATE workspace SET entry = 2")?)).await.unwrap();
    let made: NewInvite = ona.post("/api/invites/create", &[("rooms", "2"), ("role", "admin")]).await.ok();
    let page = app.get("/join").await;
    assert_eq!(page.status, 200);
    assert!(html::find(&page.body, "input", "id", "token").is_some(), "{}", page.body);
    html::nothing_broke_out(&page.body);
    let account = [("name", "Bea"), ("handle", "bea"), ("password", "five green bottles")];
    let sign_up = async |invite: &str| {
        let fields: Vec<_> = [("invite", invite)].into_iter().chain(account).collect();
        app.site.post("/api/auth/sign_up", &fields).await
    };
    assert_eq!(app.site.post("/api/auth/sign_up", &account).await.code(), Code::EntryClosed);
    let gone = sign_up(&"0".repeat(64)).await.error();
    assert_eq!((gone.code, gone.field.as_deref()), (Code::Gone, Some("invite")));
    assert!(gone.message.contains("invitation"), "{}", gone.message);
    // Refused for another reason, it is not used up.
    let weak = [("invite", &*made.token), ("name", "Bea"), ("handle", "bea"), ("password", "short")];
    assert_eq!(app.site.post("/api/auth/sign_up", &weak).await.status, 422);
    let answer = sign_up(&made.token).await;
    let bea = Person::entered(app.site.clone(), &answer);
    assert!(answer.body.contains(r#""role":"admin""#), "{}", answer.body);
    assert_eq!(bea.get("/rooms/2").await.status, 200, "the private room of the invitation");
    assert_eq!(bea.get("/admin/invites").await.status, 200);
    assert_eq!(sign_up(&made.token).await.code(), Code::Gone, "used up");
    let again = bea.get("/join").await;
    assert!(again.body.contains("/api/invites/accept"), "{}", again.body);
}
