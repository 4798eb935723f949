//! Text on its way: what is escaped in the JSON, what stays as typed, and which attributes a row carries for its script.

use super::{app::TestApp, html, store_fixture::fresh_key};

const SEPARATORS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];

#[tokio::test]
async fn separators_of_lines_are_escaped_in_frames_answers_and_the_data_of_pages() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    let text = "a\u{2028}b\u{2029}c\u{85}d — “é”";
    let fields = [("room", "1"), ("key", &fresh_key().to_string()), ("text", text)];
    for (path, fields) in [("/api/messages/send", &fields[..]), ("/api/messages/page", &fields[..1])] {
        let answer = lin.post(path, fields).await;
        assert!(answer.body.contains("a\\u2028b\\u2029c\\u0085d") && !answer.body.contains(SEPARATORS), "{path}");
    }
    assert_eq!(lin.page(1).await.messages[0].text, text);
    assert_eq!(stream.text().await, text);
    assert!(stream.raw().iter().all(|frame| !frame.contains(SEPARATORS)), "live");
    let mut replayed = lin.stream_after(0).await;
    assert_eq!(replayed.text().await, text);
    assert!(replayed.raw().iter().all(|frame| !frame.contains(SEPARATORS)), "replayed");
    for turn in ["new", "cached"] {
        let page = lin.get("/rooms/1").await.body;
        let data = page.split("id=\"boot\"").nth(1).unwrap().split("</script>").next().unwrap();
        assert!(data.contains("a\\u2028b\\u2029c\\u0085d") && !data.contains(SEPARATORS), "{turn}");
    }
}

#[tokio::test]
async fn indentation_of_the_first_line_is_stored() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let sent = lin.send(1, "\r\n \n  def g():\r\n      return 1 \n\n").await;
    assert_eq!(sent.text, "  def g():\n      return 1");
    let body = serde_json::to_string(&sent.body).unwrap();
    assert_eq!(body, r#"[{"p":[{"t":"  def g():"},"br",{"t":"      return 1"}]}]"#);
}

#[tokio::test]
async fn blocks_have_their_own_direction_and_emphasis_the_sign_of_its_script() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    lin.send(1, "Hello\n\nשלום\n\n- א\n\n> ב\n\n*really* *真的*").await;
    let page = html::unmarked(&lin.get("/rooms/1").await.body);
    for part in [
        "<p dir=\"auto\">Hello</p>",
        "<p dir=\"auto\">שלום</p>",
        "<ul dir=\"auto\"><li><p>א</p></li></ul>",
        "<blockquote dir=\"auto\"><p>ב</p></blockquote>",
        "<em>really</em>",
        "<em class=\"dots\">真的</em>",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[tokio::test]
async fn avatars_show_the_first_cluster_of_a_name() {
    let app = TestApp::start().await;
    for (name, initial) in [("🇬🇧 Ada", "🇬🇧"), ("निधि", "नि"), ("👍🏽x", "👍🏽"), ("👩\u{200d}🌾", "👩\u{200d}🌾"), ("lin", "L")]
    {
        let person = app.enter(name).await;
        let page = person.get("/rooms/1").await.body;
        assert!(page.contains(&format!("data-letter=\"{initial}\"")), "{name}");
    }
}

#[tokio::test]
async fn every_field_for_words_has_the_direction_of_what_is_typed() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let room = lin.create_room("Plans").await;
    let refused = lin.post_html("/api/messages/send", &[("room", "1"), ("key", ""), ("text", "שלום")]).await;
    let refused_room = lin.post_html("/api/rooms/create", &[("name", "\u{202e}x")]).await;
    let mut seen = 0;
    for page in [app.get("/enter").await, lin.get(&format!("/rooms/{room}")).await, refused, refused_room] {
        for tag in html::tags(&page.body) {
            if tag.name == "textarea" || tag.name == "input" && ["", "text"].contains(&tag.attribute("type")) {
                assert_eq!(tag.attribute("dir"), "auto", "{tag:?}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 5, "{seen}");
}
