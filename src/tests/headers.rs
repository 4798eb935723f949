//! Headers of every kind of answer; the nonce; what may be kept by whom.

use super::{answer::Answer, app::TestApp, html};
use reqwest::Method;
use std::collections::HashSet;

#[tokio::test]
async fn every_kind_of_answer_makes_the_browser_careful() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let post = |path: &str| lin.request(Method::POST, path);
    let kinds = [
        ("page", lin.request(Method::GET, "/rooms/1"), 200, "private, no-store"),
        ("door", app.request(Method::GET, "/enter"), 200, "private, no-store"),
        ("missing page", lin.request(Method::GET, "/nothing"), 404, "private, no-store"),
        ("redirect", app.request(Method::GET, "/rooms/1"), 302, "private, no-store"),
        ("function", post("/api/auth/me"), 200, "private, no-cache"),
        ("refused", post("/api/rooms/create"), 400, "private, no-cache"),
        ("unknown function", post("/api/nothing"), 404, "private, no-cache"),
        ("wrong method", lin.request(Method::GET, "/api/auth/me"), 405, "private, no-cache"),
        ("wrong method of a page", post("/rooms/1"), 405, "private, no-cache"),
        ("other site", post("/api/auth/me").header("origin", "null"), 403, "private, no-cache"),
        (
            "refused form",
            post("/api/rooms/create")
                .header("accept", "text/html")
                .header("content-type", "application/x-www-form-urlencoded")
                .body("name="),
            400,
            "private, no-store",
        ),
        ("no stream", app.request(Method::GET, "/events"), 401, "private, no-cache"),
        ("stream", lin.request(Method::HEAD, "/events"), 200, "private, no-cache, no-transform"),
        ("no file", app.request(Method::GET, "/pkg/none.js"), 404, "private, no-store"),
        ("a file of another build", app.request(Method::GET, "/pkg/0123456789ab/rill.js"), 404, "private, no-store"),
        ("no name of a file", app.request(Method::GET, "/pkg/%ff.js"), 404, "private, no-store"),
        ("health", app.request(Method::GET, "/healthz"), 200, "private, no-store"),
    ];
    for (kind, request, status, cache) in kinds {
        let answer = Answer::of(request).await;
        assert_eq!((answer.status, answer.header("cache-control")), (status, cache), "{kind}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{kind}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{kind}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{kind}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{kind}");
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "form-action 'self'",
            "style-src 'self'",
        ] {
            assert!(policy.split("; ").any(|one| one == part), "{kind}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{kind}: {policy}");
    }
}

#[tokio::test]
async fn the_nonce_is_new_in_every_answer_and_the_scripts_own() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut seen = HashSet::new();
    for path in ["/rooms/1", "/rooms/1", "/rooms", "/nothing"] {
        let page = lin.get(path).await;
        let policy = page.header("content-security-policy").to_owned();
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "at least 128 bits: {nonce}");
        for script in
            html::tags(&page.body).iter().filter(|tag| tag.name == "script" && tag.attribute("type") != "application/json")
        {
            assert_eq!(script.attribute("nonce"), nonce);
        }
        html::nothing_broke_out(&page.body);
        assert!(seen.insert(nonce));
    }
}

#[tokio::test]
async fn two_people_through_one_connection_never_get_each_others_pages() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let room = lin.create_room("Quiet").await;
    lin.send(room, "xyzzy-secret").await;
    for _ in 0..3 {
        // The client keeps its connections, as a proxy does.
        for path in [format!("/rooms/{room}"), "/rooms".to_owned()] {
            let (hers, his) = (mei.get(&path).await, lin.get(&path).await);
            assert!(html::boot(&hers.body).view != html::boot(&his.body).view);
            assert!(!hers.body.contains("xyzzy"));
            for page in [&hers, &his] {
                assert_eq!(page.header("cache-control"), "private, no-store");
                assert_eq!(page.header("etag"), "");
            }
        }
        assert_eq!(lin.post("/api/auth/me", &[]).await.json::<crate::features::accounts::api::Me>().id, lin.id);
        assert_eq!(mei.post("/api/auth/me", &[]).await.json::<crate::features::accounts::api::Me>().id, mei.id);
        assert_eq!(app.get("/rooms/1").await.status, 302, "and who has no session gets nobody's");
    }
}

#[tokio::test]
async fn pages_are_compressed_for_who_takes_it_and_say_what_they_vary_by() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let plain = lin.get("/rooms/1").await;
    assert_eq!(plain.header("content-encoding"), "");
    for (accept, encoding) in [("br", "br"), ("gzip", "gzip"), ("gzip, br", "br")] {
        let page = Answer::of(lin.request(Method::GET, "/rooms/1").header("accept-encoding", accept)).await;
        assert_eq!(page.header("content-encoding"), encoding);
        assert!(page.header("vary").to_ascii_lowercase().contains("accept-encoding"));
    }
}
