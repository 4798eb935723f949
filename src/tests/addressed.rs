//! How a request is addressed: which hosts are the server's, and what is said to whom where one is not.

use super::{
    answer::Answer,
    app::{TestApp, form, html, json},
    log,
};
use crate::model::error::Code;
use reqwest::Method;

#[tokio::test]
async fn a_foreign_name_reads_nothing_and_is_told_of_the_setting() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/enter"),
        (Method::GET, "/healthz"),
        (Method::GET, "/icon.svg"),
        (Method::GET, "/events"),
        (Method::POST, "/api/messages/send"),
    ] {
        let request = lin.request(method.clone(), path).header("host", "evil.example").header("origin", "http://evil.example");
        let answer = Answer::of(json(request)).await;
        assert_eq!(answer.code(), Code::CrossSite, "{path}");
        assert!(answer.error().message.contains("public_url"), "{}", answer.body);
        let page = Answer::of(html(lin.request(method, path).header("host", "evil.example:80"))).await;
        assert_eq!((page.status, page.header("content-type")), (403, "text/html; charset=utf-8"), "{path}");
        assert!(page.body.contains("evil.example") && page.body.contains("public_url"), "{}", page.body);
    }
    for fine in ["nas.local", "rill:3000", "chat.home.arpa", "10.0.0.7", "[::1]:3000", "LOCALHOST"] {
        assert_eq!(Answer::of(app.request(Method::GET, "/healthz").header("host", fine)).await.status, 200, "{fine}");
    }
}

#[tokio::test]
async fn with_a_public_address_every_refusal_names_it_and_the_log_says_what_came() {
    log::keep();
    for (name, value) in [("host", "rill"), ("host", "evil.example"), ("origin", "http://chat.example.org"), ("origin", "null")] {
        let app = TestApp::with("public_url", "https://chat.example.org").start().await;
        let enter = || form(app.request(Method::POST, "/api/auth/enter"), "name=Lin").header(name, value);
        let refused = Answer::of(json(enter())).await;
        assert_eq!(refused.code(), Code::CrossSite, "{name}: {value}");
        assert!(refused.error().message.contains("https://chat.example.org"), "{}", refused.body);
        let page = Answer::of(html(enter())).await;
        assert_eq!((page.status, page.header("content-type")), (403, "text/html; charset=utf-8"));
        assert!(page.body.contains("https://chat.example.org"), "{}", page.body);
        app.stop().await;
    }
    let text = log::kept();
    for said in
        ["host=\"evil.example\" expected=\"https://chat.example.org\"", "origin=\"http://chat.example.org\"", "origin=\"null\""]
    {
        assert!(text.contains(said), "{said}: {text}");
    }
}

#[tokio::test]
async fn a_name_without_a_dot_is_for_a_trusted_proxy_beside_a_public_address() {
    let app = TestApp::with("public_url", "http://chat.example.org").set("trusted_proxies", "127.0.0.1").start().await;
    let request = |host: &'static str| Answer::of(app.request(Method::GET, "/healthz").header("host", host));
    assert_eq!((request("rill:3000").await.status, request("evil.example").await.status), (200, 403));
}

#[tokio::test]
async fn host_and_origin_are_equal_in_capitals_and_with_the_default_port() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for (host, origin) in [("h:80", "http://h"), ("H", "http://h"), ("h", "http://H:80"), ("h.", "http://h")] {
        let send = lin.request(Method::POST, "/api/auth/me").header("host", host).header("origin", origin);
        assert_eq!(Answer::of(json(form(send, ""))).await.status, 200, "{host} {origin}");
    }
    for (host, origin) in [("h:81", "http://h"), ("h", "https://h"), ("h:443", "https://h"), ("h", ""), ("h", "null")] {
        for (method, path) in [(Method::POST, "/api/auth/me"), (Method::GET, "/events")] {
            let request = lin.request(method, path).header("host", host).header("origin", origin);
            assert_eq!(Answer::of(json(request)).await.code(), Code::CrossSite, "{path} {host} {origin}");
        }
    }
    for (method, path) in [(Method::POST, "/api/auth/me"), (Method::GET, "/events")] {
        let request = lin.request(method, path).header("sec-fetch-site", "junk");
        assert_eq!(Answer::of(json(request)).await.code(), Code::CrossSite, "{path}");
    }
}

#[tokio::test]
async fn a_request_names_its_host_once_and_its_target_counts() {
    let app = TestApp::start().await;
    for (head, status) in [
        ("GET /healthz HTTP/1.1\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost:\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: a\r\nhost: a\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: a b\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: a/b\r\n", "400"),
        ("GET /healthz HTTP/1.1\r\nhost: b\u{fc}cher\r\n", "400"),
        ("GET http://evil.example/healthz HTTP/1.1\r\nhost: localhost\r\n", "403"),
        ("GET http://localhost/healthz HTTP/1.1\r\nhost: evil.example\r\n", "200"),
        ("GET /healthz HTTP/1.0\r\n", "200"),
        ("OPTIONS * HTTP/1.1\r\nhost: a\r\n", "204"),
    ] {
        let answer = app.raw(format!("{head}connection: close\r\n\r\n"), "").await;
        assert_eq!(answer.get(9..12), Some(status), "{head:?}: {answer}");
    }
}
