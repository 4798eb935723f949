//! Cursors that cannot be served: never a silent gap.

use super::{app::TestApp, person::Person, sse::Stream};
use crate::model::things::{Hello, Reset};
use reqwest::Method;

/// The stream has to begin with a `hello` without an id and a `reset` with the head's, in one write; then it goes on.
async fn is_reset(app: &TestApp, person: &Person, path: &str, last_event_id: Option<&str>) {
    let mut request = person.request(Method::GET, path);
    if let Some(id) = last_event_id {
        request = request.header("last-event-id", id);
    }
    let mut stream = Stream::open(request).await;
    let (hello, reset) = (stream.next().await, stream.next().await);
    assert_eq!((hello.event.as_str(), hello.id.as_str()), ("hello", ""), "{path} {last_event_id:?}");
    let head = app.app.hub.head();
    assert_eq!(hello.json::<Hello>().head, head);
    assert_eq!((reset.event.as_str(), reset.id.clone()), ("reset", head.to_string()));
    assert_eq!(reset.json::<Reset>(), Reset { head });
    assert_eq!(stream.raw().len(), 1, "both in the same write: {:?}", stream.raw());
    let text = format!("after {path}");
    person.send(1, &text).await;
    assert_eq!(stream.text().await, text, "the stream goes on");
}

#[tokio::test]
async fn a_cursor_that_is_no_number_is_reset() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for wrong in ["word", "-1", "1.5", "18446744073709551616", "9007199254740992", "0x10", "1,2", "null", "undefined"] {
        is_reset(&app, &lin, &format!("/events?after={wrong}"), None).await;
        is_reset(&app, &lin, "/events", Some(wrong)).await;
    }
    is_reset(&app, &lin, "/events?after=%F0%9F%98%80", None).await;
    is_reset(&app, &lin, "/events?after=%00", None).await;
    is_reset(&app, &lin, &format!("/events?after={}", "9".repeat(6_000)), None).await;
}

#[tokio::test]
async fn a_cursor_beyond_what_was_committed_is_reset() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    is_reset(&app, &lin, &format!("/events?after={}", app.head() + 1), None).await;
    is_reset(&app, &lin, "/events?after=9007199254740991", None).await;
}

#[tokio::test]
async fn a_cursor_of_another_store_is_reset() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    for store in ["0123456789abcdef0123456789abcdef", "", "x%0Ay"] {
        is_reset(&app, &lin, &format!("/events?after=1&store={store}"), None).await;
    }
    let own = format!("/events?after={}&store={}", app.head(), app.app.db.store_id());
    let mut stream = lin.stream_at(&own).await;
    lin.send(1, "no reset").await;
    assert_eq!(stream.text().await, "no reset");
}

#[tokio::test]
async fn who_has_missed_too_much_is_reset() {
    let app = TestApp::with("replay_events", 10).set("ring_frames", 4).start().await;
    let lin = app.enter("Lin").await;
    let start = app.head();
    app.fill(lin.id, 1, (0..11).map(|i| i.to_string())).await;
    is_reset(&app, &lin, &format!("/events?after={start}"), None).await;
    // One message more has been sent by now; ten are just few enough.
    let wanted: Vec<String> = ["3", "4", "5", "6", "7", "8", "9", "10"].map(str::to_owned).into_iter().collect();
    let mut stream = lin.stream_after(start + 3).await;
    assert_eq!(stream.texts(8).await, wanted);
}

#[tokio::test]
async fn what_others_did_where_one_may_not_look_does_not_count_as_missed() {
    let app = TestApp::with("replay_events", 10).set("ring_frames", 4).start().await;
    let (lin, mei) = (app.enter("Lin").await, app.enter("Mei").await);
    let start = app.head();
    let room = lin.create_room("Busy").await;
    app.fill(lin.id, room, (0..100).map(|i| i.to_string())).await;
    lin.send(1, "hello Mei").await;
    assert_eq!(mei.stream_after(start).await.text().await, "hello Mei");
}
