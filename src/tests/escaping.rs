//! Whatever people write stays text, on every page and in the data beside it.

use super::{answer::Answer, app::TestApp, html, person::Person};
use crate::model::initial_data::{InitialScreen, View};

const HOSTILE: [&str; 7] = [
    "</script><img src=x onerror=alert(1)>",
    "</textarea><img src=x onerror=alert(1)>",
    "\"><img src=x onerror=alert(1)>",
    "'><iframe src=javascript:alert(1)>",
    "</title><b>&lt;b&gt;<!--<script>",
    "</bdi></h1><base href=//evil>",
    "<!> and <!---->",
];

fn checked(page: &Answer) -> View {
    html::nothing_broke_out(&page.body);
    let nonce = html::tags(&page.body).into_iter().find(|tag| tag.attribute("type") == "module").unwrap();
    assert!(page.header("content-security-policy").contains(&format!("'nonce-{}'", nonce.attribute("nonce"))));
    html::boot(&page.body).view
}

#[tokio::test]
async fn names_of_rooms_and_messages_stay_text_on_every_page() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mei = app.enter("Mei").await;
    for text in HOSTILE {
        let room = lin.create_room(text).await;
        let sent = lin.send(room, text).await;
        for path in [
            format!("/rooms/{room}"),
            format!("/rooms/{room}/{}", sent.id),
            format!("/rooms/{room}?before=99999"),
            "/rooms".to_owned(),
        ] {
            let page = lin.get(&path).await;
            let View::Workspace(shown) = checked(&page) else { panic!() };
            assert!(shown.rooms.iter().any(|one| one.id.0 == room && one.name == text), "the data holds it to the letter");
            if let InitialScreen::Room { page: window, .. } = &shown.place {
                assert_eq!(window.messages[0].text, text);
                let title = html::tags(&page.body).into_iter().find(|tag| tag.name == "title").unwrap();
                assert_eq!(title.text, format!("{text} · Rill"));
                assert_eq!(html::field(&page.body, "/api/rooms/rename", "name").as_deref(), Some(text));
            }
            checked(&mei.get(&path).await);
        }
        checked(&lin.get("/nothing").await);
    }
}

#[tokio::test]
async fn names_of_people_stay_text_on_every_page() {
    let app = TestApp::start().await;
    for name in HOSTILE {
        let short: String = name.chars().take(40).collect();
        let person: Person = app.enter(&short).await;
        person.send(1, "hello").await;
        let View::Workspace(shown) = checked(&person.get("/rooms/1").await) else { panic!() };
        assert_eq!(shown.me.name, short);
    }
    let lin = app.enter("Lin").await;
    let page = lin.get("/rooms/1").await;
    checked(&page);
    let names: Vec<_> = html::tags(&page.body).into_iter().filter(|tag| tag.name == "bdi").map(|tag| tag.text).collect();
    for name in HOSTILE {
        let short: String = name.chars().take(40).collect();
        assert!(names.contains(&short), "{short} stands alone in its own direction: {names:?}");
    }
}

#[tokio::test]
async fn markup_makes_no_link_that_runs() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let texts = [
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](data:text/html,y)",
        "[x](vbscript:y)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/pixel.png)",
        "[x]( javascript:alert(1))",
        "[a]: javascript:alert(1)\n\n[a]",
        "<svg/onload=alert(1)>",
        "<a href=\"javascript:alert(1)\">x</a>",
        "[x](//evil.example)",
        "[x](/api/auth/leave)",
        "[x](https://a.example/\"onclick=\"y)",
        "[[x](javascript:1)](https://a.example)",
        "<div style=\"position:fixed\" onclick=x>y</div>",
        "`</code><img src=x onerror=y>`",
        "```</pre><script>\n</code></pre><script>alert(1)</script>\n```",
    ];
    for text in texts {
        lin.send(1, text).await;
    }
    let page = lin.get("/rooms/1").await;
    checked(&page);
    for tag in html::tags(&page.body) {
        let href = tag.attribute("href");
        assert!(
            href.is_empty()
                || href.starts_with("https://")
                || href.starts_with("http://")
                || href.starts_with("mailto:")
                || href.starts_with('/') && !href.starts_with("//")
                || href.starts_with('#'),
            "{tag:?}"
        );
        if tag.name == "a" && href.starts_with("http") {
            assert!(tag.attribute("rel").contains("noopener"), "{tag:?}");
        }
        assert_ne!(href, "/api/auth/leave");
    }
}
