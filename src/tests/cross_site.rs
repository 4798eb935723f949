//! Posts from other sites: every registered function refuses them, and no row changes.

use super::{
    answer::Answer,
    app::{TestApp, form, html, json},
};
use crate::model::error::Code;
use reqwest::Method;
use std::collections::HashSet;

fn functions() -> HashSet<&'static str> {
    let paths: HashSet<_> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(paths.len() >= 11, "all functions are registered: {paths:?}");
    paths
}

/// Fields that would do something at every function.
const FIELDS: &str = "room=1&name=Eve&text=t&message=5&key=00112233445566778899aabbccddeeff&users=1&lang=en&theme=dark";

#[tokio::test]
async fn no_function_takes_a_post_from_another_site() {
    let app = TestApp::with("public_url", "http://chat.example.org").start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "stays").await;
    assert_eq!(sent.id.0, 5, "what the forged deletion names");
    let before = app.rows().await;
    let (own, https) = (format!("http://{}", app.address), format!("https://{}", app.address));
    let attempts: [&[(&str, &str)]; 9] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://evil.chat.example.org")],
        &[("origin", "http://chat.example.org.evil.example")],
        &[("origin", "http://chat.example.org:81")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site"), ("origin", &own)],
        &[("sec-fetch-site", "cross-site"), ("origin", &https)],
    ];
    for path in functions() {
        for headers in attempts {
            for as_browser in [false, true] {
                let mut request = form(lin.request(Method::POST, path), FIELDS);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                let request = if as_browser { html(request) } else { json(request) };
                let answer = Answer::of(request).await;
                if as_browser {
                    assert_eq!((answer.status, answer.header("content-type")), (403, "text/html; charset=utf-8"), "{path}");
                } else {
                    assert_eq!(answer.code(), Code::CrossSite, "{path} {headers:?}");
                }
                assert!(answer.headers.get("set-cookie").is_none(), "{path} {headers:?}");
            }
        }
        // A form of another site may send this type without asking first, and old browsers send no headers that tell.
        let plain = json(lin.request(Method::POST, path).header("content-type", "text/plain").body(FIELDS));
        assert_eq!(Answer::of(plain).await.code(), Code::ContentType, "{path}");
    }
    assert_eq!(app.rows().await, before);
    assert_eq!(lin.page(1).await.messages, [sent]);
}

#[tokio::test]
async fn our_own_pages_and_programs_without_a_page_may_post() {
    let app = TestApp::with("public_url", "http://chat.example.org").start().await;
    let lin = app.enter("Lin").await;
    let own = format!("http://{}", app.address);
    let fine: [&[(&str, &str)]; 5] = [
        &[],
        &[("origin", &own)],
        &[("origin", &own), ("sec-fetch-site", "same-origin")],
        &[("origin", "http://chat.example.org")],
        &[("sec-fetch-site", "none")],
    ];
    for headers in fine {
        let mut request = form(lin.request(Method::POST, "/api/auth/me"), "");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(Answer::of(json(request)).await.status, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn no_answer_invites_another_site_to_read() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for path in ["/rooms/1", "/api/messages/page", "/events"] {
        let preflight = lin
            .request(Method::OPTIONS, path)
            .header("origin", "https://evil.example")
            .header("access-control-request-method", "POST");
        let read = lin.request(Method::GET, path).header("origin", "https://evil.example");
        for request in [preflight, read] {
            let answer = Answer::of(request).await;
            assert!(
                answer.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
                "{path} {:?}",
                answer.headers
            );
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        }
    }
}

#[tokio::test]
async fn without_a_session_nothing_can_be_done() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.send(1, "stays").await;
    let before = app.rows().await;
    for path in functions() {
        let free =
            ["auth/enter", "auth/sign_in", "auth/sign_up", "auth/recover", "setup/create", "preferences/set", "invites/see"];
        if free.iter().any(|free| path.strip_prefix("/api/") == Some(free)) {
            continue;
        }
        let answer = Answer::of(json(form(app.request(Method::POST, path), FIELDS))).await;
        assert_eq!(answer.code(), Code::NotEntered, "{path}");
    }
    assert_eq!(app.rows().await, before);
}
