//! Rows rendered before: a page with them is to the letter the page that renders its own, and shows nothing that has changed
//! since.

use super::{answer::Answer, app::TestApp, html, person::Person};
use crate::{
    database::params,
    model::{
        ids::MessageId,
        initial_data::{InitialScreen, View},
    },
};
use reqwest::Method;

/// What is another with every page: the nonce, the key of the message box, the clock.
fn without_nonces(page: &Answer) -> String {
    assert!(page.status == 200, "{}", page.body);
    let boot = html::boot(&page.body);
    let View::Workspace(workspace) = &boot.view else { panic!("the enter page") };
    let InitialScreen::Room { key, .. } = &workspace.place else { panic!("no room") };
    let nonce = html::find(&page.body, "script", "type", "module").unwrap().attribute("nonce").to_owned();
    // Times of muting begin with the page's own.
    let mut body = page.body.clone();
    for hours in [1, 8, 24] {
        body = body.replace(&(boot.now + hours * 3_600_000).to_string(), "later");
    }
    body.replace(&nonce, "nonce").replace(key, "key").replace(&format!("\"now\":{}", boot.now), "\"now\":0")
}

async fn page(person: &Person, path: &str, cookies: &str) -> String {
    let request = person.site.request(Method::GET, path).header("cookie", format!("{}; {cookies}", person.cookie));
    without_nonces(&Answer::of(request).await)
}

/// The row of a message.
fn row(page: &str, id: MessageId) -> String {
    let from = page.find(&format!("id=\"m{id}\"")).expect("the row");
    page[from..].split("</article>").next().unwrap_or_default().to_owned()
}

/// What people write: markup, signs that HTML escapes, two languages, several in a row by one of them.
async fn talk(app: &TestApp, people: &[&Person]) {
    let said =
        ["plain", "**bold** _and_ `code`", "<b>&amp;</b> \"quoted\"", "- one\n- two", "好的，我来改。", "> quote\n\nand more"];
    for (turn, text) in said.iter().cycle().take(24).enumerate() {
        let person = people[turn / 3 % people.len()];
        app.fill(person.id, 1, std::iter::once(format!("{text} {turn}"))).await;
    }
}

#[tokio::test]
async fn page_of_cached_rows_is_to_the_letter_the_page_that_renders_them() {
    let mut app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin <&> O'Hara").await, app.enter("Mei").await);
    talk(&app, &[&lin, &mei]).await;
    let target = lin.page(1).await.messages[7].id;
    // Another language, zone, reader, target, range: each after the others, then each by itself on an empty cache.
    let around = format!("/rooms/1/{target}");
    let before = format!("/rooms/1?before={target}");
    let asked = [
        (&lin, "/rooms/1", ""),
        (&lin, "/rooms/1", "lang=zh-CN"),
        (&lin, "/rooms/1", "tz=Asia/Kathmandu"),
        (&lin, "/rooms/1", "tz=Pacific/Kiritimati; lang=zh-CN"),
        (&mei, "/rooms/1", ""),
        (&mei, "/rooms/1", "lang=zh-CN"),
        (&lin, around.as_str(), ""),
        (&mei, around.as_str(), ""),
        (&lin, before.as_str(), ""),
    ];
    let mut warm = Vec::new();
    for _ in 0..2 {
        warm.clear();
        for (person, path, cookies) in asked {
            warm.push(page(person, path, cookies).await);
        }
    }
    let kept = app.app.render_cache.bytes();
    assert!(kept > 24 * 2_000, "rows were kept: {kept}");
    for ((person, path, cookies), warm) in asked.into_iter().zip(warm) {
        app = app.restart().await;
        assert_eq!(app.app.render_cache.bytes(), 0);
        let cold = page(&app.again(person), path, cookies).await;
        assert!(cold == warm, "{path} {cookies}:\n{cold}\n\n{warm}");
        assert!(app.app.render_cache.bytes() > 0);
    }
}

#[tokio::test]
async fn cached_row_is_given_only_to_whom_it_looks_alike() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let sent = lin.send(1, "hello").await;
    let words = |page: &str| row(page, sent.id);
    let own = words(&page(&lin, "/rooms/1", "").await);
    assert!(own.contains("form=\"delete\"") && own.contains("Delete"));
    assert!(!words(&page(&mei, "/rooms/1", "").await).contains("form=\"delete\""), "only one's own can be deleted");
    assert!(words(&page(&lin, "/rooms/1", "lang=zh-CN").await).contains("删除"));
    for (zone, offset) in [("UTC", 0), ("Asia/Kathmandu", 345), ("America/Phoenix", -420)] {
        let shown = words(&page(&mei, "/rooms/1", &format!("tz={zone}")).await);
        assert!(shown.contains(&crate::ui::time::time_of_day(sent.at, offset)), "{zone}");
    }
    let target =
        |page: &str| html::find(page, "li", "id", &format!("m{}", sent.id)).unwrap().attribute("class").contains("target");
    assert!(target(&page(&mei, &format!("/rooms/1/{}", sent.id), "").await));
    assert!(!target(&page(&mei, "/rooms/1", "").await));
}

#[tokio::test]
async fn row_with_a_pin_is_drawn_for_each_page() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let sent = lin.send(1, "hello").await;
    let pressed = async |person: &Person| {
        let row = row(&page(person, "/rooms/1", "").await, sent.id);
        (row.contains("form=\"unpin\""), row.contains("Pinned by"))
    };
    let message = sent.id.to_string();
    for _ in 0..2 {
        assert_eq!(pressed(&lin).await, (false, false));
        mei.post("/api/pins/set", &[("message", &message), ("on", "true")]).await;
        assert_eq!((pressed(&lin).await, pressed(&mei).await), ((true, true), (true, true)));
        lin.post("/api/pins/set", &[("message", &message), ("on", "false")]).await;
    }
    assert_eq!(pressed(&mei).await, (false, false));
}

#[tokio::test]
async fn row_changes_when_its_neighbour_is_deleted() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let (above, below) = (lin.send(1, "above").await, lin.send(1, "below").await);
    let first =
        |page: &str| html::find(page, "li", "id", &format!("m{}", below.id)).unwrap().attribute("class").contains("first");
    let before = page(&lin, "/rooms/1", "").await;
    assert!(!first(&before) && before.matches("class=\"day\"").count() == 1);
    lin.delete(above.id).await;
    let after = page(&lin, "/rooms/1", "").await;
    assert!(first(&after) && after.matches("class=\"day\"").count() == 1);
}

#[tokio::test]
async fn cached_row_is_not_shown_under_an_old_name() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let sent = lin.send(1, "hello").await;
    let before = row(&page(&mei, "/rooms/1", "").await, sent.id);
    assert!(before.contains(">Lin<"), "{before}");
    // No call does that yet; the test writes what it will write.
    let renamed = app.app.db.write(move |write| {
        let seq = write.next_seq()?;
        let sql = "UPDATE users SET seq = ?2, name = 'Renamed' WHERE id = ?1";
        Ok(write.later(sql, &params![lin.id, seq])?)
    });
    renamed.await.unwrap();
    let after = row(&page(&mei, "/rooms/1", "").await, sent.id);
    assert!(after.contains(">Renamed<") && !after.contains(">Lin<"), "{after}");
}

#[tokio::test]
async fn cache_and_pages_hold_nothing_of_a_deleted_message() {
    let app = TestApp::start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let sent = lin.send(1, "xyzzy-secret").await;
    for cookies in ["", "lang=zh-CN", "tz=Asia/Kathmandu"] {
        assert!(page(&lin, "/rooms/1", cookies).await.contains("xyzzy"));
        assert!(page(&mei, "/rooms/1", cookies).await.contains("xyzzy"));
    }
    let kept = app.app.render_cache.bytes();
    lin.delete(sent.id).await;
    assert!(kept > 0 && app.app.render_cache.bytes() == 0, "nothing of it is left");
    for person in [&lin, &mei] {
        assert!(!page(person, "/rooms/1", "").await.contains("xyzzy"));
    }
}
