//! A refused form keeps what was typed: its status, and a page with a form that still holds the text.

use super::{
    answer::Answer,
    app::{TestApp, encode, form, html as as_browser},
    html,
    person::Person,
    store_fixture::fresh_key,
};
use crate::features::{messages::model::Message, rooms::model::Room};
use reqwest::Method;

const SEND: &str = "/api/messages/send";
const HOSTILE: &str = "\n</textarea></script><img src=x onerror=alert(1)>\"'&amp;";

/// The page has to be one of ours that holds `text` in a form to send again.
fn holds(answer: &Answer, status: u16, text: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "private, no-store");
    // A browser sends CRLF where the field has a line break.
    let held = html::field(&answer.body, SEND, "text").expect("the text is kept");
    assert_eq!(held.replace("\r\n", "\n"), text.replace("\r\n", "\n"));
    assert_eq!(html::field(&answer.body, SEND, "room").as_deref(), Some("1"));
    html::nothing_broke_out(&answer.body);
}

async fn post(person: &Person, key: &str, text: &str) -> Answer {
    person.post_html(SEND, &[("room", "1"), ("key", key), ("text", text)]).await
}

#[tokio::test]
async fn too_long_a_text_comes_back_whole_with_its_key() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let (key, text) = (fresh_key().to_string(), format!("{HOSTILE}{}", "字".repeat(8_001)));
    let refused = post(&lin, &key, &text).await;
    holds(&refused, 400, &text);
    assert_eq!(html::field(&refused.body, SEND, "key"), Some(key.clone()));
    assert!(refused.body.contains("up to 8,000 characters"));
    let back = html::tags(&refused.body).into_iter().find(|tag| tag.name == "a").unwrap();
    assert_eq!(back.attribute("href"), "/rooms/1");
    // The same form, shortened, goes through.
    assert_eq!(post(&lin, &key, HOSTILE).await.location(), "/rooms/1");
    assert_eq!(lin.page(1).await.messages[0].text, HOSTILE.trim());
}

#[tokio::test]
async fn a_used_key_is_replaced_by_a_fresh_one_and_then_it_goes_through() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let key = fresh_key().to_string();
    lin.try_send(1, &key, "the first").await.ok::<Message>();
    let refused = post(&lin, &key, HOSTILE).await;
    holds(&refused, 409, HOSTILE);
    let fresh = html::field(&refused.body, SEND, "key").unwrap();
    assert!(fresh != key && fresh.len() == 32);
    assert_eq!(post(&lin, &fresh, HOSTILE).await.location(), "/rooms/1");
    for wrong in ["", "abc"] {
        let refused = post(&lin, wrong, "kept").await;
        holds(&refused, 400, "kept");
        let fresh = html::field(&refused.body, SEND, "key").unwrap();
        assert_eq!(post(&lin, &fresh, "kept").await.location(), "/rooms/1", "a broken key is replaced too");
    }
    assert_eq!(lin.page(1).await.messages.len(), 4);
}

#[tokio::test]
async fn too_fast_keeps_the_text_and_the_key() {
    let app = TestApp::with("posts_per_second", 1).set("post_burst", 1).start().await;
    let lin = app.enter("Lin").await;
    for _ in 0..100 {
        let key = fresh_key().to_string();
        let answer = post(&lin, &key, HOSTILE).await;
        if answer.status != 302 {
            holds(&answer, 429, HOSTILE);
            assert_eq!(answer.header("retry-after"), "1");
            assert_eq!(html::field(&answer.body, SEND, "key"), Some(key));
            return;
        }
    }
    panic!("never refused");
}

#[tokio::test]
async fn an_ended_session_keeps_the_text_and_shows_the_door() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.leave().await;
    let key = fresh_key().to_string();
    let refused = post(&lin, &key, HOSTILE).await;
    holds(&refused, 401, HOSTILE);
    let link = html::find(&refused.body, "a", "href", "/enter").expect("a way to enter again");
    assert_eq!(link.attribute("target"), "_blank", "beside the page, so that the text stays");
    let again = app.enter("Lin").await;
    assert_eq!(post(&again, &key, HOSTILE).await.location(), "/rooms/1");
}

#[tokio::test]
async fn a_room_that_is_not_ones_own_keeps_the_text() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for room in ["77", "//evil.example", "\"><img src=x onerror=alert(1)>"] {
        let refused = lin.post_html(SEND, &[("room", room), ("key", &fresh_key().to_string()), ("text", HOSTILE)]).await;
        assert_eq!(refused.status, if room == "77" { 404 } else { 400 });
        assert_eq!(html::field(&refused.body, SEND, "text").as_deref(), Some(HOSTILE));
        html::nothing_broke_out(&refused.body);
        let back = html::tags(&refused.body).into_iter().find(|tag| tag.name == "a").unwrap();
        assert!(back.attribute("href").starts_with('/') && !back.attribute("href").starts_with("//"), "{back:?}");
    }
}

#[tokio::test]
async fn broken_utf8_keeps_what_can_be_read() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let refused = lin.post_html_raw(SEND, &format!("room=1&key={}&text=caf%e9+au+lait", fresh_key())).await;
    holds(&refused, 400, "caf\u{fffd} au lait");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_told_so_on_a_page() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let refused = post(&lin, &fresh_key().to_string(), &"x".repeat(200_000)).await;
    assert_eq!((refused.status, refused.header("content-type")), (413, "text/html; charset=utf-8"));
    assert!(refused.body.contains("too large"));
    html::nothing_broke_out(&refused.body);
}

#[tokio::test]
async fn a_refused_name_stands_in_its_field() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let name = "\"><img src=x onerror=alert(1)>\u{202e}";
    for (answer, action) in [
        (app.post_html("/api/auth/enter", &[("name", name)]).await, "/api/auth/enter"),
        (lin.post_html("/api/rooms/create", &[("name", name)]).await, "/api/rooms/create"),
        (lin.post_html("/api/rooms/rename", &[("room", "1"), ("name", name)]).await, "/api/rooms/rename"),
    ] {
        assert_eq!(answer.status, 400, "{action}");
        // The page that the form is on, with the sentence under the field; General has no form for its name.
        let title = match action {
            "/api/auth/enter" => "Join the chat</h1>",
            "/api/rooms/create" => ">Rooms</h1>",
            _ => "<h1>Name not changed</h1>",
        };
        assert!(answer.body.contains(title), "{}", answer.body);
        let alert = html::find(&answer.body, "p", "role", "alert").expect("a sentence");
        assert!(alert.text.contains("a character Rill cannot show"), "{alert:?}");
        assert_eq!(html::field(&answer.body, action, "name").as_deref(), Some(name));
        html::nothing_broke_out(&answer.body);
    }
    let taken = app.post_html("/api/auth/enter", &[("name", "LIN")]).await;
    assert_eq!((taken.status, html::field(&taken.body, "/api/auth/enter", "name").as_deref()), (409, Some("LIN")));
}

#[tokio::test]
async fn too_long_a_name_is_told_the_limit_of_its_field() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let name = "n".repeat(65);
    let name = [("name", name.as_str())];
    let entered = app.post_html("/api/auth/enter", &name).await;
    let created = lin.post_html("/api/rooms/create", &name).await;
    assert!(entered.body.contains("too long: up to 40 characters"), "{}", entered.body);
    assert!(created.body.contains("too long: up to 64 characters"), "{}", created.body);
    let created = lin.post("/api/rooms/create", &name).await;
    assert!(created.error().message.contains("up to 64 characters"), "{}", created.body);
}

#[tokio::test]
async fn the_page_speaks_the_readers_language_in_their_theme() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let request = form(app.request(Method::POST, SEND), "room=1&key=00112233445566778899aabbccddeeff&text=+");
    let request = request.header("accept-language", "zh").header("cookie", format!("{}; theme=light", lin.cookie));
    let refused = Answer::of(as_browser(request)).await;
    let document = html::tags(&refused.body).remove(0);
    assert_eq!((document.attribute("lang"), document.attribute("data-theme")), ("zh-CN", "light"));
    assert!(refused.body.contains("请先输入消息。"));
}

/// Posts a form as a browser does, which says so.
async fn submit(person: Option<&Person>, app: &TestApp, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = person.map_or_else(|| app.request(Method::POST, path), |person| person.request(Method::POST, path));
    Answer::of(as_browser(form(request, &encode(fields))).header("sec-fetch-mode", "navigate")).await
}

/// Returns the address that a refused form leads to.
fn address(answer: &Answer) -> &str {
    assert_eq!((answer.status, answer.body.as_str()), (303, ""));
    answer.header("location")
}

#[tokio::test]
async fn a_refused_form_leads_to_an_address_that_a_reload_only_reads() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let (key, text) = (fresh_key().to_string(), format!("{HOSTILE}{}", "字".repeat(8_001)));
    let fields = [("room", "1"), ("key", &*key), ("text", &*text)];
    let answer = submit(Some(&lin), &app, SEND, &fields).await;
    assert!(address(&answer).starts_with("/rooms/1?refused="), "{}", address(&answer));
    for _ in 0..2 {
        holds(&lin.get(address(&answer)).await, 400, &text);
    }
    let others = mei.get(address(&answer)).await;
    assert_eq!((others.status, html::field(&others.body, SEND, "text").as_deref()), (200, Some("")), "it is the sender's alone");
    // Where nothing says that it is a browser, the page itself comes, and leads on.
    let direct = lin.post_html(SEND, &fields).await;
    holds(&direct, 400, &text);
    let next = direct.header("refresh").strip_prefix("0; url=").unwrap().to_owned();
    holds(&lin.get(&next).await, 400, &text);
    // Too large a body keeps nothing, and is not posted again either.
    let large = submit(Some(&lin), &app, SEND, &[("text", &*"x".repeat(200_000))]).await;
    assert_eq!(lin.get(address(&large)).await.status, 413);
}

#[tokio::test]
async fn a_refused_name_is_told_under_its_field_on_the_page_of_the_form() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let answer = submit(None, &app, "/api/auth/enter", &[("name", "LIN")]).await;
    assert!(address(&answer).starts_with("/enter?refused="));
    let page = app.get(address(&answer)).await;
    assert_eq!((page.status, html::field(&page.body, "/api/auth/enter", "name").as_deref()), (409, Some("LIN")));
    let field = html::find(&page.body, "input", "id", "name").unwrap();
    assert_eq!((field.attribute("aria-invalid"), field.attribute("aria-describedby")), ("true", "name-error"));
    let sentence = html::find(&page.body, "p", "id", "name-error").unwrap();
    assert!(sentence.text.contains("taken") && sentence.attribute("role") == "alert");
    assert_eq!(html::boot(&page.body).refused.unwrap().name, "LIN");
    assert_eq!(app.get("/enter").await.status, 200);

    let own: Room = lin.post("/api/rooms/create", &[("name", "Own")]).await.ok();
    let create = submit(Some(&lin), &app, "/api/rooms/create", &[("name", "general")]).await;
    let rename = [("room", &*own.id.to_string()), ("name", "General")];
    let rename = submit(Some(&lin), &app, "/api/rooms/rename", &rename).await;
    assert!(address(&create).starts_with("/rooms?refused="));
    assert!(address(&rename).starts_with(&format!("/rooms/{}?refused=", own.id)));
    for (answer, class, path, typed) in
        [(&create, "new-room", "/api/rooms/create", "general"), (&rename, "menu rename", "/api/rooms/rename", "General")]
    {
        let page = lin.get(address(answer)).await;
        assert_eq!((page.status, html::field(&page.body, path, "name").as_deref()), (409, Some(typed)), "{path}");
        let form = html::find(&page.body, "details", "class", class).unwrap();
        assert!(form.attributes.iter().any(|(name, _)| name == "open"), "the form is open: {form:?}");
        assert!(html::find(&page.body, "p", "role", "alert").unwrap().text.contains("already a room"));
        html::nothing_broke_out(&page.body);
    }
}
