//! Everything by plain forms, as a browser without JavaScript posts them.

use super::{app::TestApp, html, person::Person};
use crate::{model::initial_data::View, server::refused::is_kept};
use reqwest::Method;
use std::collections::BTreeSet;

const SEND: &str = "/api/messages/send";

/// What the composer on the page would post with `text` in it.
async fn composed(person: &Person, room: u64, text: &str) -> Vec<(String, String)> {
    let page = person.get(&format!("/rooms/{room}")).await.body;
    let field = |name: &str| html::field(&page, SEND, name).expect("a field of the composer");
    assert_eq!(field("text"), "");
    vec![("room".to_owned(), field("room")), ("key".to_owned(), field("key")), ("text".to_owned(), text.to_owned())]
}

async fn submit(person: &Person, form: &[(String, String)]) -> super::answer::Answer {
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.post_html(SEND, &fields).await
}

#[tokio::test]
async fn the_door_leads_into_the_last_room() {
    let app = TestApp::start().await;
    let enter_page = app.get("/enter").await;
    assert_eq!((enter_page.status, html::field(&enter_page.body, "/api/auth/enter", "name")), (200, Some(String::new())));
    let entered = app.post_html("/api/auth/enter", &[("name", "Lin")]).await;
    assert_eq!(entered.location(), "/");
    let cookie = entered.session_cookie().unwrap();
    let get =
        async |path: &str, cookie: &str| super::answer::Answer::of(app.request(Method::GET, path).header("cookie", cookie)).await;
    assert_eq!(get("/", &cookie).await.location(), "/rooms/1");
    assert_eq!(get("/enter", &cookie).await.location(), "/");
    let room = get("/rooms/1", &cookie).await;
    assert_eq!((room.status, room.cookie("room").as_deref()), (200, Some("room=1")));
    let mei = app.enter("Mei").await;
    let (joined, other) = (mei.create_room("Plans").await, app.enter("Ada").await.create_room("Ada's").await);
    assert_eq!(get("/", &format!("{}; room={joined}", mei.cookie)).await.location(), format!("/rooms/{joined}"));
    assert_eq!(get("/", &format!("{}; room={other}", mei.cookie)).await.location(), "/rooms/1", "somebody else's last room");
    assert_eq!(get("/", &format!("{cookie}; room=//evil.example")).await.location(), "/rooms/1");
}

#[tokio::test]
async fn a_sent_form_leads_back_to_its_room_and_the_message_is_there() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let form = composed(&lin, 1, "first line\r\nsecond **line**").await;
    assert_eq!(submit(&lin, &form).await.location(), "/rooms/1");
    let page = lin.get("/rooms/1").await.body;
    assert!(html::unmarked(&page).contains("<p dir=\"auto\">first line<br>second <strong>line</strong></p>"), "{page}");
    let again = composed(&lin, 1, "next").await;
    assert_ne!(form[1], again[1], "every page has a key of its own");
}

#[tokio::test]
async fn a_form_sent_twice_is_one_message() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let form = composed(&lin, 1, "once").await;
    for _ in 0..3 {
        assert_eq!(submit(&lin, &form).await.location(), "/rooms/1");
    }
    assert_eq!(lin.page(1).await.messages.len(), 1);
}

#[tokio::test]
async fn rooms_are_opened_joined_renamed_and_left_by_forms() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    assert_eq!(lin.post_html("/api/rooms/create", &[("name", "Plans")]).await.location(), "/rooms/2");
    let page = lin.get("/rooms/2").await.body;
    assert_eq!(html::field(&page, "/api/rooms/rename", "room").as_deref(), Some("2"));
    assert_eq!(html::field(&page, "/api/rooms/rename", "name").as_deref(), Some("Plans"));
    assert_eq!(lin.post_html("/api/rooms/rename", &[("room", "2"), ("name", "Better")]).await.location(), "/rooms/2");

    let page = mei.get("/rooms/2").await.body;
    assert_eq!(html::field(&page, SEND, "text"), None, "who has not joined cannot write");
    let room = html::field(&page, "/api/rooms/join", "room").expect("a button to join");
    assert_eq!(mei.post_html("/api/rooms/join", &[("room", &room)]).await.location(), "/rooms/2");
    assert_eq!(submit(&mei, &composed(&mei, 2, "hello").await).await.location(), "/rooms/2");

    let page = mei.get("/rooms/2").await.body;
    assert!(html::find(&page, "form", "id", "delete").expect("its form").attribute("action") == "/api/messages/delete");
    let id = html::find(&page, "button", "form", "delete").expect("a way to delete one's own").attribute("value").to_owned();
    assert!(html::find(&lin.get("/rooms/2").await.body, "button", "form", "delete").is_none(), "but nobody else's");
    assert_eq!(mei.post_html("/api/messages/delete", &[("message", &id)]).await.location(), "/rooms/2");
    assert!(!mei.get("/rooms/2").await.body.contains("hello"));

    let left = mei.post_html("/api/auth/leave", &[]).await;
    assert_eq!(left.location(), "/enter");
    assert!(left.set_session().unwrap().contains("Max-Age=0"));
    assert_eq!(mei.get("/rooms/2").await.location(), "/enter");
}

#[tokio::test]
async fn form_says_the_session_of_its_page_on_every_page() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await;
    lin.send(1, "one").await;
    lin.send(1, "two").await;
    let mut actions = BTreeSet::new();
    for person in [&lin, &mei] {
        for path in ["/rooms", "/rooms/1", &format!("/rooms/{room}"), "/rooms/999"] {
            let page = person.get(path).await.body;
            let View::Workspace(workspace) = html::boot(&page).view else { panic!("{path} is no page of the workspace") };
            for (action, session) in html::field_of_forms(&page, "session") {
                assert_eq!(session.as_deref(), Some(&*workspace.session), "{action} on {path}");
                actions.insert(action);
            }
        }
    }
    let calls = [
        "auth/leave",
        "messages/delete",
        "messages/send",
        "pins/set",
        "preferences/set",
        "rooms/create",
        "rooms/join",
        "rooms/read",
        "rooms/read_all",
        "rooms/rename",
        "rooms/subscribe",
    ];
    assert_eq!(actions, calls.map(|call| format!("/api/{call}")).into());
}

#[tokio::test]
async fn a_refused_form_holds_every_field_that_forms_of_pages_have() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let room = app.enter("Mei").await.create_room("Plans").await;
    lin.create_room("Own").await;
    lin.send(1, "one").await;
    let mut names = BTreeSet::new();
    for page in
        [app.get("/enter").await, lin.get("/rooms/1").await, lin.get("/rooms/3").await, lin.get(&format!("/rooms/{room}")).await]
    {
        let fields = html::tags(&page.body)
            .into_iter()
            .filter(|tag| ["input", "textarea", "button", "select"].contains(&tag.name.as_str()));
        names.extend(fields.map(|tag| tag.attribute("name").to_owned()).filter(|name| !name.is_empty()));
    }
    assert!(names.len() > 6, "{names:?}");
    let unknown: Vec<_> = names.iter().filter(|name| !is_kept(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are to be in the fields of their feature");
    let many = format!("name=&{}", "x=<y&".repeat(30));
    let refused = lin.post_html_raw("/api/rooms/create", &many).await;
    assert_eq!((refused.status, refused.body.contains("&lt;y")), (400, false), "and no other");
}

#[tokio::test]
async fn a_way_back_is_always_one_of_our_own_pages() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for good in ["/", "/enter", "/rooms", "/rooms/1", "/rooms/1/44"] {
        let answer = lin.post_html("/api/preferences/set", &[("lang", "zh-CN"), ("back", good)]).await;
        assert_eq!(answer.location(), good);
    }
    let bad = [
        "",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "https://evil.example",
        "https:evil.example",
        "http:/evil.example",
        "HtTpS://evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://evil.example",
        "evil.example",
        ".evil.example",
        "/.evil.example",
        "@evil.example",
        "/@evil.example",
        "//evil.example/rooms/1",
        "//evil.example\\@/rooms/1",
        "/rooms/1@evil.example",
        "/rooms//evil.example",
        "/rooms/../../evil",
        "/rooms/1/2/3",
        "/rooms/1?next=//evil.example",
        "/rooms/1#x",
        "/rooms/1;x",
        "/rooms/%31",
        "/%2f/evil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "\t//evil.example",
        " //evil.example",
        " /",
        "/ ",
        "/\r\nlocation: https://evil.example",
        "/rooms/1\r\nset-cookie: rill_session=x",
        "/\u{0}",
        "/\u{2028}",
        "/rooms/３",
        "〱evil.example",
        "/api/auth/leave",
    ];
    assert!(bad.len() >= 40);
    for back in bad {
        let answer = lin.post_html("/api/preferences/set", &[("theme", "dark"), ("back", back)]).await;
        assert_eq!(answer.location(), "/", "{back:?}");
        let refused = lin.post_html("/api/preferences/set", &[("theme", "loud"), ("back", back)]).await;
        assert_eq!(refused.status, 400);
        for tag in html::tags(&refused.body).iter().filter(|tag| tag.name == "a") {
            assert_eq!(tag.attribute("href"), "/", "{back:?}");
        }
    }
}

#[tokio::test]
async fn a_foreign_referer_is_not_where_a_form_leads() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.enter("Mei").await;
    for (path, body, wanted) in [
        (SEND, "room=1&key=00112233445566778899aabbccddeeff&text=t", 302),
        (SEND, "room=1&key=00112233445566778899aabbccddeeff&text=", 400),
        ("/api/rooms/create", "name=", 400),
        ("/api/rooms/join", "room=77", 404),
        ("/api/auth/enter", "name=Mei", 409),
        ("/api/preferences/set", "lang=en", 302),
    ] {
        let request = super::app::html(super::app::form(lin.request(Method::POST, path), body));
        let answer = super::answer::Answer::of(request.header("referer", "https://evil.example/x?y")).await;
        assert_eq!(answer.status, wanted, "{path} {body}");
        let location = answer.header("location");
        assert!(
            location.is_empty() || (location.starts_with('/') && !location.contains("evil") && !location.contains("__err")),
            "{location}"
        );
        assert!(!answer.body.contains("evil.example"));
        assert!(answer.headers.get("serverfnredirect").is_none());
    }
}

#[tokio::test]
async fn preferences_are_kept_in_cookies_and_shown_on_the_first_byte() {
    let app = TestApp::start().await;
    let answer = app.post_html("/api/preferences/set", &[("lang", "zh-CN"), ("theme", "dark"), ("back", "/enter")]).await;
    assert_eq!(answer.location(), "/enter");
    let cookies = format!("{}; {}", answer.cookie("lang").unwrap(), answer.cookie("theme").unwrap());
    assert_eq!(cookies, "lang=zh-CN; theme=dark");
    let page = super::answer::Answer::of(app.request(Method::GET, "/enter").header("cookie", cookies)).await;
    let document = html::tags(&page.body).remove(0);
    assert_eq!((document.attribute("lang"), document.attribute("data-theme")), ("zh-CN", "dark"));
}
