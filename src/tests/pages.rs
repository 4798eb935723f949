//! Pages: what each address shows, in which language, theme and time.

use super::{answer::Answer, app::TestApp, html, person::Person};
use crate::model::initial_data::{InitialScreen, Theme, View, Workspace};
use reqwest::Method;

fn workspace(answer: &Answer) -> Workspace {
    match html::boot(&answer.body).view {
        View::Workspace(workspace) => *workspace,
        View::Enter => panic!("the door"),
    }
}

async fn with_cookies(person: &Person, path: &str, cookies: &str) -> Answer {
    Answer::of(person.site.request(Method::GET, path).header("cookie", format!("{}; {cookies}", person.cookie))).await
}

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_door() {
    let app = TestApp::start().await;
    for path in ["/", "/rooms", "/rooms/1", "/rooms/1?before=9", "/rooms/1/9"] {
        let answer = app.get(path).await;
        assert_eq!(answer.location(), "/enter", "{path}");
        assert_eq!(answer.header("cache-control"), "private, no-store");
    }
    assert_eq!(app.get("/enter").await.status, 200);
}

#[tokio::test]
async fn an_address_of_a_room_is_gone_to_once_its_reader_has_a_name() {
    let app = TestApp::start().await;
    let enter = |name: &'static str, cookies: String| {
        let request = super::app::form(app.request(Method::POST, "/api/auth/enter"), &super::app::encode(&[("name", name)]));
        Answer::of(super::app::html(request).header("cookie", cookies))
    };
    for (name, address) in [("Ada", "/rooms/1/9"), ("Bo", "/rooms/77"), ("Cy", "/rooms/5/people")] {
        let cookie = app.get(address).await.cookie("rill_to").expect("it is remembered");
        let answer = enter(name, cookie).await;
        assert_eq!(answer.location(), address);
        assert!(answer.set_cookie("rill_to").unwrap().contains("Max-Age=0"), "and forgotten");
    }
    assert!(app.get("/rooms").await.set_cookie("rill_to").is_none());
    for (name, other) in [("Di", "//evil.example"), ("Ed", "https://evil.example"), ("Fay", "/api/auth/leave"), ("Gus", "/enter")]
    {
        assert_eq!(enter(name, format!("rill_to={other}")).await.location(), "/", "{other}");
    }
}

#[tokio::test]
async fn enter_page_has_title_and_description_for_previews_and_its_field_the_focus() {
    let app = TestApp::start().await;
    let page = app.get("/enter").await;
    for (property, content) in [("og:title", "Rill"), ("og:description", "Group chat on your own server.")] {
        assert_eq!(html::find(&page.body, "meta", "property", property).unwrap().attribute("content"), content);
    }
    assert!(html::find(&page.body, "input", "id", "name").unwrap().attributes.iter().any(|(name, _)| name == "autofocus"));
}

#[tokio::test]
async fn first_heading_of_every_page_is_its_own() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.send(1, "a").await;
    for path in ["/rooms", "/rooms/1", "/nothing"] {
        let page = lin.get(path).await;
        let headings = html::tags(&page.body).into_iter().filter(|tag| matches!(tag.name.as_str(), "h1" | "h2" | "h3"));
        assert_eq!(headings.map(|tag| tag.name).next().as_deref(), Some("h1"), "{path}");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_a_404_also_without_a_session() {
    let app = TestApp::start().await;
    for path in ["/rooms/word", "/nothing", "/a/b/c", "/api", "/.well-known/x", "/%ff", "/rooms/1/2/3"] {
        let page = Answer::of(super::app::html(app.request(Method::GET, path))).await;
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"), "{path}");
        assert_eq!(app.request(Method::GET, path).send().await.unwrap().status(), 404, "{path}");
    }
    assert_eq!(app.post("/nothing", &[]).await.code(), crate::model::error::Code::NotFound);
    let robots = app.get("/robots.txt").await;
    assert_eq!((robots.status, robots.body.as_str()), (200, "User-agent: *\nDisallow: /\n"));
}

#[tokio::test]
async fn a_page_has_one_address_and_the_others_lead_there_for_good() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (path, address) in [
        ("/rooms/", "/rooms"),
        ("/enter/", "/enter"),
        ("//enter", "/enter"),
        ("/rooms//1/", "/rooms/1"),
        ("/rooms/01", "/rooms/1"),
        ("/rooms/1/004", "/rooms/1/4"),
        ("/rooms/1/?before=9", "/rooms/1?before=9"),
        ("//", "/"),
    ] {
        for answer in [app.get(path).await, lin.get(path).await] {
            assert_eq!((answer.status, answer.header("location")), (308, address), "{path}");
        }
    }
    for path in ["//evil.example", "//evil.example/rooms/1", "/\\evil.example/"] {
        assert_eq!(app.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn time_of_a_message_is_its_link_and_ones_own_stands_once_in_the_page() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let sent = lin.send(1, "**first** line <b>\n\nsecond").await;
    let own = lin.get("/rooms/1").await;
    assert!(html::find(&own.body, "a", "href", &format!("/rooms/1/{}", sent.id)).is_some());
    // The sheet that asks before a deletion quotes the message once it opens.
    assert!(html::unmarked(&own.body).contains("<blockquote dir=\"auto\"></blockquote>"), "{}", own.body);
    assert_eq!(own.body.matches("line &lt;b&gt;").count(), 1, "{}", own.body);
    assert!(!mei.get("/rooms/1").await.body.contains("</blockquote>"));
}

#[tokio::test]
async fn a_room_shows_its_last_fifty_messages_and_the_way_to_older_ones() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (1..=120).map(|i| format!("message number {i}."))).await;
    let shows = |page: &Answer, n: usize| html::unmarked(&page.body).contains(&format!(">message number {n}.</p>"));
    let page = lin.get("/rooms/1").await;
    assert!((71..=120).all(|n| shows(&page, n)) && !shows(&page, 70));
    assert_eq!(html::field(&page.body, "/api/messages/send", "room").as_deref(), Some("1"));
    let InitialScreen::Room { page: window, .. } = workspace(&page).place else { panic!() };
    assert_eq!(window.messages.len(), 50);
    let first = window.messages[0].id;
    let older = html::find(&page.body, "a", "href", &format!("/rooms/1?before={first}")).expect("a link to older ones");
    let page = lin.get(older.attribute("href")).await;
    assert!((21..=70).all(|n| shows(&page, n)) && !shows(&page, 71) && !shows(&page, 20));
    let InitialScreen::Room { page: window, .. } = workspace(&page).place else { panic!() };
    let page = lin.get(&format!("/rooms/1?before={}", window.messages[0].id)).await;
    assert!((1..=20).all(|n| shows(&page, n)));
    assert!(!page.body.contains("?before="), "nothing is older than the first");
}

#[tokio::test]
async fn the_first_paint_is_not_empty_where_much_was_deleted() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.send(1, "still here").await;
    for i in 0..60 {
        let sent = lin.send(1, &i.to_string()).await;
        lin.delete(sent.id).await;
    }
    assert!(lin.get("/rooms/1").await.body.contains("still here"));
}

#[tokio::test]
async fn a_permalink_shows_its_message_among_its_neighbours() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    app.fill(lin.id, 1, (1..=150).map(|i| format!("message number {i}."))).await;
    let wanted = lin.page(1).await.messages[10].clone();
    let page = lin.get(&format!("/rooms/1/{}", wanted.id)).await;
    assert_eq!(page.status, 200);
    assert!(html::find(&page.body, "li", "id", &format!("m{}", wanted.id)).unwrap().attribute("class").contains("target"));
    let InitialScreen::Room { page: around, .. } = workspace(&page).place else { panic!("a room") };
    let (before, after) =
        (around.messages.iter().filter(|m| m.id < wanted.id), around.messages.iter().filter(|m| m.id > wanted.id));
    assert_eq!((before.count(), after.count()), (25, 25));
    let gone = lin.send(1, "gone").await;
    lin.delete(gone.id).await;
    for missing in
        [format!("/rooms/1/{}", gone.id), "/rooms/1/1".to_owned(), "/rooms/1/word".to_owned(), "/rooms/1/-1".to_owned()]
    {
        assert_eq!(lin.get(&missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn manifest_is_asked_for_with_cookies_so_that_a_signing_proxy_lets_it_through() {
    let app = TestApp::start().await;
    for page in [app.get("/enter").await, app.enter("Lin").await.get("/rooms/1").await] {
        let link = html::find(&page.body, "link", "rel", "manifest").expect("a manifest");
        assert_eq!(link.attribute("crossorigin"), "use-credentials");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_404_with_a_way_on() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (path, title) in [
        ("/rooms/77", "Room not found"),
        ("/rooms/1/99", "Message not found"),
        ("/rooms/word", "Page not found"),
        ("/rooms/1?before=word", "Page not found"),
        ("/rooms/99999999999999999999", "Page not found"),
        ("/nothing", "Page not found"),
        ("/rooms/1/2/3", "Page not found"),
        ("/rooms/%00", "Page not found"),
        ("/rooms/%ff", "Page not found"),
        ("/rooms/1/%ff", "Page not found"),
        ("/%ff", "Page not found"),
    ] {
        let page = lin.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.contains(title) && html::find(&page.body, "a", "href", "/rooms").is_some(), "{path}");
    }
}

#[tokio::test]
async fn a_room_one_is_not_in_offers_joining_and_tells_nothing() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Plans").await;
    let sent = lin.send(room, "xyzzy-secret").await;
    for path in [format!("/rooms/{room}"), format!("/rooms/{room}/{}", sent.id), format!("/rooms/{room}?before=999")] {
        let page = mei.get(&path).await;
        assert_eq!(workspace(&page).place, InitialScreen::NotJoined { room: crate::model::ids::RoomId(room) });
        assert!(!page.body.contains("xyzzy"), "{path}");
        assert_eq!(html::field(&page.body, "/api/rooms/join", "room"), Some(room.to_string()));
    }
}

#[tokio::test]
async fn a_page_holds_no_other_rooms_messages() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let room = lin.create_room("Plans").await;
    let here = lin.send(room, "xyzzy-here").await;
    lin.send(1, "plugh-there").await;
    let page = lin.get(&format!("/rooms/{room}")).await;
    assert!(page.body.contains("xyzzy-here") && !page.body.contains("plugh-there"));
    let shown = workspace(&page);
    let InitialScreen::Room { page: window, room: shown_room, .. } = &shown.place else { panic!() };
    assert_eq!((window.messages.as_slice(), shown_room.0), (&[here][..], room));
    assert_eq!((shown.head.0, shown.store.as_str()), (app.head(), app.app.db.store_id()));
    assert!(!page.body.contains(lin.cookie.split('=').nth(1).unwrap()), "the session's secret is on no page");
}

#[tokio::test]
async fn the_language_is_the_cookies_then_the_browsers() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (cookie, accept, lang, words) in [
        ("lang=zh-CN", "en", "zh-CN", "房间"),
        ("lang=en", "zh-CN", "en", "Rooms"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh-CN", "房间"),
        ("", "de,en;q=0.5", "en", "Rooms"),
        ("lang=klingon", "", "en", "Rooms"),
    ] {
        let request = app
            .request(Method::GET, "/rooms")
            .header("cookie", format!("{}; {cookie}", lin.cookie))
            .header("accept-language", accept);
        let page = Answer::of(request).await;
        assert_eq!(html::tags(&page.body)[0].attribute("lang"), lang, "{cookie} {accept}");
        assert!(page.body.contains(words));
    }
}

#[tokio::test]
async fn the_theme_is_the_cookies_else_the_systems() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (cookie, theme) in
        [("theme=dark", Theme::Dark), ("theme=light", Theme::Light), ("theme=%22%3E", Theme::System), ("", Theme::System)]
    {
        let page = with_cookies(&lin, "/rooms/1", cookie).await;
        assert_eq!(html::tags(&page.body)[0].attribute("data-theme"), theme.as_str(), "{cookie}");
        assert_eq!(html::boot(&page.body).theme, theme);
    }
}

#[tokio::test]
async fn times_are_written_in_the_zone_of_the_cookie() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "now").await;
    for (cookie, name, minutes) in [
        ("tz=Asia/Kathmandu", "Asia/Kathmandu", 345),
        ("tz=Asia%2FShanghai", "Asia/Shanghai", 480),
        ("tz=No/Where", "UTC", 0),
        ("", "UTC", 0),
    ] {
        let page = with_cookies(&lin, "/rooms/1", cookie).await;
        let zone = html::boot(&page.body).zone;
        assert_eq!((zone.name.as_str(), zone.offset(sent.at)), (name, minutes), "{cookie}");
        let shown = crate::ui::time::time_of_day(sent.at, minutes);
        assert!(html::tags(&page.body).iter().any(|tag| tag.name == "time" && tag.text.contains(&shown)), "{cookie} {shown}");
    }
}

#[tokio::test]
async fn without_a_script_history_goes_on_past_any_number_of_deleted_messages() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.send(1, "the first of all").await;
    app.fill(lin.id, 1, (0..450).map(|n| format!("{n}"))).await;
    // As if each had been deleted.
    app.app.db.write(|write| Ok(write.script("UPDATE messages SET deleted = 1 WHERE n > 1")?)).await.unwrap();
    let mut path = "/rooms/1".to_owned();
    for _ in 0..5 {
        let page = lin.get(&path).await.body;
        if page.contains("the first of all") {
            return;
        }
        let link = page.split("href=\"").find(|rest| rest.starts_with("/rooms/1?before=")).expect("a link to older ones");
        let next = link.split('"').next().unwrap().to_owned();
        assert_ne!(next, path, "and not to the same page");
        path = next;
    }
    panic!("it was not reached");
}

#[tokio::test]
async fn every_address_of_ours_is_a_page_and_leads_nowhere_else_for_good() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for path in [
        "/",
        "/enter",
        "/join",
        "/admin/invites",
        "/browse",
        "/rooms",
        "/setup",
        "/welcome",
        "/sign-in",
        "/settings",
        "/rooms/1",
        "/rooms/1/people",
    ] {
        for answer in [lin.get(path).await, app.get(path).await] {
            assert!([200, 302, 404].contains(&answer.status), "{path}: {}", answer.status);
            assert!(answer.headers.get("location").is_none_or(|location| location != path), "{path}");
        }
    }
}
