//! What a person sees while the server cannot take more: the words, when to come again, and what they typed.

use super::{
    answer::Answer,
    app::{TEST_TIMEOUT, TestApp, encode, form, html as as_browser},
    html,
    store_fixture::fresh_key,
};
use crate::{
    database::Database,
    model::error::{AppError, Code},
};
use futures_util::future::join_all;
use reqwest::Method;
use std::{
    sync::mpsc::{Sender, channel},
    time::Duration,
};
use tokio::task::JoinHandle;

const SEND: &str = "/api/messages/send";
/// Readers of the store, and what may wait for them; what may wait for the writer.
const READERS: usize = 4;
const QUEUED_READS: usize = 4_096;
const QUEUED_WRITES: usize = 1_024;

/// Keeps the writer at work until the sender is dropped, and fills its queue.
async fn fill_writes(db: &Database) -> (Sender<()>, JoinHandle<()>) {
    let (release, released) = channel::<()>();
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let held = db.clone();
    tokio::spawn(async move {
        let work = move |_: &mut crate::database::Write<'_>| {
            let _ = begun.send(());
            let _ = released.recv();
            Ok(())
        };
        held.write(work).await
    });
    has_begun.await.unwrap();
    let waiting = db.clone();
    let queued = tokio::spawn(async move {
        join_all((0..QUEUED_WRITES).map(|_| waiting.write(|_| Ok(())))).await;
    });
    while db.waiting() < QUEUED_WRITES {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (release, queued)
}

/// Keeps all readers at work until the senders are dropped, and fills their queue.
async fn fill_reads(db: &Database) -> (Vec<Sender<()>>, JoinHandle<()>) {
    let mut held = Vec::new();
    for _ in 0..READERS {
        let (release, released) = channel::<()>();
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let db = db.clone();
        tokio::spawn(async move {
            let work = move |_: &crate::database::Read<'_>| {
                let _ = begun.send(());
                let _ = released.recv();
                Ok(())
            };
            db.read(work).await
        });
        has_begun.await.unwrap();
        held.push(release);
    }
    let waiting = db.clone();
    let queued = tokio::spawn(async move {
        join_all((0..QUEUED_READS).map(|_| waiting.read(|_| Ok(())))).await;
    });
    while db.ping().now_or_busy().await.is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    (held, queued)
}

/// Whether something is refused at once.
trait NowOrBusy {
    async fn now_or_busy(self) -> Option<()>;
}

impl<F: Future<Output = Result<(), AppError>>> NowOrBusy for F {
    async fn now_or_busy(self) -> Option<()> {
        let answer = tokio::time::timeout(Duration::from_millis(5), self).await.ok()?;
        answer.is_err_and(|error| error.code == Code::Busy).then_some(())
    }
}

#[tokio::test]
async fn a_form_that_meets_a_full_queue_keeps_its_text_and_goes_through_later() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let (release, queued) = fill_writes(&app.app.db).await;
    let (key, text) = (fresh_key().to_string(), "written while it was busy");
    let fields = [("room", "1"), ("key", key.as_str()), ("text", text)];
    for (language, words) in [("en", "The server is busy."), ("zh-CN", "服务器正忙")] {
        let request = form(lin.request(Method::POST, SEND), &encode(&fields)).header("accept-language", language);
        let refused = Answer::of(as_browser(request)).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, "1"), "{}", refused.body);
        assert!(refused.body.contains(words), "{}", refused.body);
        assert_eq!(html::field(&refused.body, SEND, "text").as_deref(), Some(text));
        assert_eq!(html::field(&refused.body, SEND, "key").as_deref(), Some(key.as_str()), "so that it is stored once");
    }
    let error = lin.try_send(1, &key, text).await.error();
    assert_eq!((error.code, error.retry_after), (Code::Busy, Some(1)));
    assert_eq!(lin.get("/rooms/1").await.status, 200, "reading works");
    drop(release);
    queued.await.unwrap();
    assert_eq!(lin.post_html(SEND, &fields).await.location(), "/rooms/1");
    assert_eq!(lin.page(1).await.messages.len(), 1);
}

#[tokio::test]
async fn a_page_that_cannot_be_read_says_so_with_a_way_to_try_again() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let (release, queued) = fill_reads(&app.app.db).await;
    for (language, words) in [("en", "The server is busy."), ("zh-CN", "服务器正忙")] {
        let request = lin.request(Method::GET, "/rooms/1").header("accept-language", language);
        let refused = Answer::of(as_browser(request)).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, "1"), "{}", refused.body);
        assert!(refused.header("content-type").starts_with("text/html") && refused.body.contains(words), "{}", refused.body);
        assert!(html::tags(&refused.body).iter().any(|tag| tag.name == "a"), "a link to try again");
    }
    drop(release);
    queued.await.unwrap();
    assert_eq!(lin.get("/rooms/1").await.status, 200);
}

#[tokio::test]
async fn a_browser_without_a_place_sees_a_page() {
    let app = TestApp::with("max_connections", 1).start().await;
    let lin = app.enter("Lin").await;
    let stream = lin.stream().await;
    let refused = lin.get("/rooms/1").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    assert!(refused.header("content-type").starts_with("text/html") && refused.body.contains("The server is busy."));
    drop(stream);
    let waiting = async {
        while lin.get("/rooms/1").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("a place is free again");
}
