//! The first run: one owner by one link, and who may come in after that.

use super::{
    answer::Answer,
    app::{Site, TestApp, html as as_browser},
    html,
    person::{Person, Way},
    sse::Stream,
};
use crate::{
    features::{
        accounts::server::setup::new_token,
        people::model::{Role, User},
        workspace::model::{Entry, WorkspaceState},
    },
    model::{
        error::{Code, Reason},
        initial_data::Workspace,
        things::Event,
    },
};
use reqwest::Method;
use std::collections::BTreeSet;

const PASSWORD: &str = "correct horse";

/// The token of a new set-up link.
async fn token(app: &TestApp) -> String {
    new_token(&app.app).await.unwrap().expect("there is no owner yet").as_str().to_owned()
}

fn fields<'a>(token: &'a str, handle: &'a str) -> [(&'static str, &'a str); 5] {
    [("token", token), ("workspace", "Tea house"), ("name", "Lin"), ("handle", handle), ("password", PASSWORD)]
}

async fn set_up(site: &Site, token: &str) -> Answer {
    site.post("/api/setup/create", &fields(token, "lin")).await
}

async fn state(person: &Person) -> WorkspaceState {
    person.post("/api/workspace/fetch", &[]).await.ok::<Workspace>().workspace
}

/// The next state of the workspace that a stream brings.
async fn told(stream: &mut Stream) -> WorkspaceState {
    loop {
        if let Event::Workspace(state) = stream.change().await {
            return state;
        }
    }
}

#[tokio::test]
async fn the_link_makes_the_owner_and_names_the_workspace_once() {
    let app = TestApp::with("entry", "invite").start().await;
    let (old, token) = (token(&app).await, token(&app).await);
    assert_eq!(set_up(&app, &old).await.code(), Code::Gone, "a newer link replaces it");
    let made = set_up(&app, &token).await;
    let owner: User = made.ok();
    assert_eq!((owner.role, owner.handle.as_deref(), owner.active), (Role::Owner, Some("lin"), true));
    let line = made.set_session().unwrap();
    assert!(line.ends_with("Max-Age=7776000; HttpOnly"), "90 days: {line}");
    let owner = Person::entered(app.site.clone(), &made);
    let fetched: Workspace = owner.post("/api/workspace/fetch", &[]).await.ok();
    assert_eq!((fetched.workspace.name.as_str(), fetched.workspace.entry), ("Tea house", Entry::Invite));
    assert_eq!(fetched.joined.len(), 1, "a member of General");
    assert_eq!(set_up(&app, &token).await.code(), Code::NotFound);
    assert!(new_token(&app.app).await.unwrap().is_none(), "no further link");
    assert_eq!(app.get("/setup").await.status, 404);
    // What is stored is neither the password nor a token.
    let password =
        app.count("SELECT count(*) FROM credentials WHERE substr(hash, 1, 31) = '$argon2id$v=19$m=19456,t=2,p=1$'").await;
    assert_eq!((password, app.count("SELECT count(*) FROM workspace WHERE setup_hash IS NULL").await), (1, 1));
}

#[tokio::test]
async fn of_many_who_set_up_at_once_one_becomes_the_owner() {
    let app = TestApp::start().await;
    let token = token(&app).await;
    let tries = (0..12).map(|n| {
        let (site, token) = (app.site.clone(), if n % 4 == 3 { "0".repeat(64) } else { token.clone() });
        tokio::spawn(async move { site.post("/api/setup/create", &fields(&token, &format!("lin{n}"))).await.status })
    });
    let mut done = 0;
    for status in tries.collect::<Vec<_>>() {
        done += usize::from(status.await.unwrap() == 200);
    }
    assert_eq!(done, 1);
    assert_eq!(app.count("SELECT count(*) FROM users").await, 1);
    assert_eq!(app.count("SELECT count(*) FROM users WHERE role = 1").await, 1);
}

#[tokio::test]
async fn somebody_with_a_name_alone_becomes_the_owner_and_keeps_what_they_wrote() {
    let app = TestApp::start().await;
    let lin = app.enter("Linnea").await;
    let sent = lin.send(1, "before").await;
    let mei = app.enter("Mei").await;
    let mut stream = mei.stream().await;
    let made = lin.post("/api/setup/create", &fields(&token(&app).await, "lin")).await;
    let owner = Person::entered(app.site.clone(), &made);
    assert_eq!((owner.id, owner.name.as_str()), (lin.id, "Lin"));
    assert_eq!(lin.post("/api/auth/me", &[]).await.code(), Code::NotEntered, "the old session is dead");
    assert_eq!(owner.page(1).await.messages, [sent]);
    assert_eq!(told(&mut stream).await.name, "Tea house");
    assert_eq!(app.enter("Linnea").await.name, "Linnea", "the old name is free");
    assert_eq!(app.post("/api/auth/enter", &[("name", "LIN")]).await.code(), Code::NameTaken, "the owner's is not");
}

#[tokio::test]
async fn refusals_of_a_set_up_say_what_is_wrong_in_their_order() {
    let app = TestApp::start().await;
    let token = token(&app).await;
    let refused = async |field: &'static str, value: &str| {
        let mut fields = fields(&token, "lin");
        fields.iter_mut().filter(|(name, _)| *name == field).for_each(|(_, old)| *old = value);
        let error = app.post("/api/setup/create", &fields).await.error();
        (error.code, error.field.unwrap_or_default(), error.reason)
    };
    let bad = |field: &str, reason| (Code::BadInput, field.to_owned(), Some(reason));
    assert_eq!(refused("token", "short").await, bad("token", Reason::Malformed));
    assert_eq!(refused("workspace", " ").await, bad("workspace", Reason::Empty));
    assert_eq!(refused("name", "").await, bad("name", Reason::Empty));
    assert_eq!(refused("handle", "l!n").await, bad("handle", Reason::Character));
    assert_eq!(refused("password", "").await, bad("password", Reason::Empty));
    assert_eq!(refused("handle", "admin").await, (Code::HandleTaken, "handle".to_owned(), None));
    assert_eq!(refused("token", &"0".repeat(64)).await.0, Code::Gone);
    let weak = |reason| (Code::WeakPassword, "password".to_owned(), Some(reason));
    assert_eq!(refused("password", "short").await, weak(Reason::TooShort));
    assert_eq!(refused("password", "1234567890").await, weak(Reason::Common));
    assert_eq!(refused("password", "linlinlinlin").await, weak(Reason::LikeName));
    assert_eq!(app.count("SELECT count(*) FROM users").await, 0, "nothing was written");
    assert_eq!(set_up(&app, &token).await.status, 200);
}

#[tokio::test]
async fn setting_up_works_by_a_plain_form_and_leads_to_the_first_steps() {
    let app = TestApp::with("entry", "invite").start().await;
    let token = token(&app).await;
    let page = app.get("/setup").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"));
    html::nothing_broke_out(&page.body);
    let nonce = html::find(&page.body, "script", "type", "module").unwrap().attribute("nonce").to_owned();
    assert!(!nonce.is_empty() && page.header("content-security-policy").contains(&format!("'nonce-{nonce}'")));
    assert!(!page.body.contains(&token));
    // A refusal keeps everything but the password, and the key.
    let mut typed = fields(&token, "lin");
    typed[4].1 = "short pass";
    typed[3].1 = "\"><img src=x>";
    let refused = app.post_html("/api/setup/create", &typed).await;
    assert_eq!(refused.status, 400);
    html::nothing_broke_out(&refused.body);
    let kept = |name| html::field(&refused.body, "/api/setup/create", name);
    assert_eq!(kept("workspace").as_deref(), Some("Tea house"));
    assert_eq!((kept("token"), kept("handle").as_deref()), (Some(token.clone()), Some("\"><img src=x>")));
    assert!(!refused.body.contains("short pass"), "no page shows a password");
    let done = app.post_html("/api/setup/create", &fields(&token, "lin")).await;
    assert_eq!(done.location(), "/welcome");
    let cookie = done.session_cookie().unwrap();
    let get = async |path: &str| Answer::of(as_browser(app.request(Method::GET, path).header("cookie", &cookie))).await;
    let steps = get("/welcome").await;
    assert!(steps.body.contains("Tea house") && html::find(&steps.body, "a", "href", "/rooms/1").is_some(), "{}", steps.body);
    html::nothing_broke_out(&steps.body);
    let tag = html::field(&steps.body, "/api/workspace/update", "session").unwrap();
    let form = [("session", tag.as_str()), ("back", "/welcome"), ("entry", "open")];
    let owner =
        Person { site: app.site.clone(), id: Default::default(), name: String::new(), cookie: cookie.clone(), way: Way::Short };
    assert_eq!(owner.post_html("/api/workspace/update", &form).await.location(), "/welcome");
    let mei = app.enter("Mei").await;
    assert_eq!(mei.get("/welcome").await.status, 404, "for owners alone");
    let chinese = Answer::of(as_browser(owner.request(Method::GET, "/welcome")).header("accept-language", "zh")).await;
    assert!(chinese.body.contains("谁可以进入"), "{}", chinese.body);
}

#[tokio::test]
async fn nobody_enters_by_name_where_the_workspace_is_not_open() {
    let app = TestApp::with("entry", "invite").start().await;
    assert_eq!(app.post("/api/auth/enter", &[("name", "Mei")]).await.code(), Code::EntryClosed);
    let page = app.get("/enter").await;
    assert!(page.body.contains("not set up yet") && html::field(&page.body, "/api/auth/enter", "name").is_none());
    let owner = Person::entered(app.site.clone(), &set_up(&app, &token(&app).await).await);
    let page = app.get("/enter").await;
    assert!(page.body.contains("not open to new people"), "{}", page.body);
    assert!(html::field(&page.body, "/api/auth/sign_in", "login").is_some(), "who has an account can sign in there");
    let refused = app.post_html("/api/auth/enter", &[("name", "Mei")]).await;
    assert_eq!(refused.status, 403);
    assert!(html::field(&refused.body, "/api/auth/sign_in", "login").is_some());
    for (entry, status) in [("open", 200), ("closed", 403), ("invite", 403)] {
        assert_eq!(owner.post("/api/workspace/update", &[("entry", entry)]).await.status, 200);
        assert_eq!(app.post("/api/auth/enter", &[("name", entry)]).await.status, status, "{entry}");
    }
    assert_eq!(owner.post("/api/auth/me", &[]).await.status, 200, "a changed entry ends no session");
}

#[tokio::test]
async fn owners_change_the_workspace_and_everyone_is_told() {
    let app = TestApp::start().await;
    let owner = Person::entered(app.site.clone(), &set_up(&app, &token(&app).await).await);
    let mei = app.enter("Mei").await;
    let update = async |person: &Person, fields: &[(&str, &str)]| person.post("/api/workspace/update", fields).await;
    assert_eq!(update(&mei, &[("name", "Mine")]).await.code(), Code::Forbidden);
    assert_eq!(update(&owner, &[("entry", "ajar")]).await.error().field.as_deref(), Some("entry"));
    assert_eq!(update(&owner, &[("name", " ")]).await.error().reason, Some(Reason::Empty));
    let mut stream = mei.stream().await;
    let changed: WorkspaceState = update(&owner, &[("name", "Tea & more"), ("entry", "closed")]).await.ok();
    assert_eq!((changed.name.as_str(), changed.entry), ("Tea & more", Entry::Closed));
    let again: WorkspaceState = update(&owner, &[("name", "Tea & more"), ("entry", "")]).await.ok();
    assert_eq!(again, changed, "what it is already takes no number");
    assert_eq!(told(&mut stream).await, changed);
    assert_eq!(state(&mei).await, changed);
    let names: BTreeSet<String> =
        [state(&owner).await.name, app.restart().await.count("SELECT entry FROM workspace").await.to_string()].into();
    assert_eq!(names, BTreeSet::from(["Tea & more".to_owned(), "3".to_owned()]), "a restart changes nothing");
}
