//! What the log never holds: messages, cookies, queries, bodies.

use super::{answer::Answer, app::TestApp, log};
use reqwest::Method;

#[tokio::test]
async fn the_log_holds_no_text_cookie_or_query() {
    log::keep();

    let app = TestApp::with("posts_per_second", 1).set("post_burst", 30).start().await;
    let lin = app.enter("Xyzzy-name").await;
    let mut stream = lin.stream_at("/events?after=1&store=xyzzy-query").await;
    let sent = lin.send(1, "xyzzy-text **bold**").await;
    lin.post("/api/messages/page", &[("room", "1"), ("before", "xyzzy-field")]).await;
    lin.try_send(1, &sent.key.to_string(), "xyzzy-used").await;
    lin.try_send(77, "00112233445566778899aabbccddeeff", "xyzzy-unknown room").await;
    lin.post_html("/api/messages/send", &[("room", "1"), ("key", "xyzzy-key"), ("text", "xyzzy-html")]).await;
    lin.post_raw("/api/messages/send", "text=%ffxyzzy-bytes").await;
    lin.create_room("xyzzy-room").await;
    lin.get("/rooms/1?before=xyzzy-before").await;
    lin.get("/?__err=xyzzy-err").await;
    Answer::of(lin.request(Method::GET, "/rooms/1").header("x-xyzzy", "xyzzy-header").header("referer", "http://xyzzy-referer/"))
        .await;
    for i in 0..80 {
        lin.try_send(1, &format!("{i:032x}"), "xyzzy-fast").await;
    }
    let _ = lin.post("/api/messages/delete", &[("message", &sent.id.to_string())]).await;
    lin.leave().await;
    stream.read_to_end().await;
    let cookie = lin.cookie.split_once('=').unwrap().1.to_owned();
    app.stop().await;

    let text = log::kept();
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("path=\"/api/messages/send\"")).collect();
    assert!(lines.len() >= 85, "one line a request: {text}");
    assert!(
        lines[0].contains("status=200") && lines[0].contains(" id=") && lines.iter().any(|line| line.contains("status=429")),
        "{text}"
    );
    let (shown, hidden): (Vec<&str>, Vec<&str>) = text
        .lines()
        .filter(|line| line.contains(": request ") || line.contains("  request "))
        .partition(|line| line.contains(" INFO "));
    assert!(shown.iter().all(|line| line.contains("method=POST") && line.contains("status=2")), "{shown:?}");
    for quiet in ["method=GET", "/api/messages/page", "status=429", "status=404"] {
        assert!(hidden.iter().any(|line| line.contains(quiet)), "{quiet}: {text}");
    }
    let refused = text.lines().filter(|line| line.contains("refused requests")).count();
    assert!(refused <= 20, "one line a second: {refused}");
    assert!(!text.to_lowercase().contains("xyzzy"), "{text}");
    assert!(!text.contains(&cookie) && !text.contains(&cookie[..16]) && !text.contains(&sent.key.to_string()));
}

#[tokio::test]
async fn a_path_can_neither_flood_nor_forge_the_log() {
    log::keep();
    let app = TestApp::start().await;
    app.get(&format!("/{}", "x".repeat(5_000))).await;
    app.get("/%0a2026-01-01T00:00:00Z%20ERROR%20forged%1b[31m").await;
    app.stop().await;
    let text = log::kept();
    assert!(text.contains("%0a2026"), "{text}");
    assert!(text.lines().all(|line| line.len() < 500 && !line.contains('\u{1b}') && !line.starts_with("2026-01-01")), "{text}");
}
