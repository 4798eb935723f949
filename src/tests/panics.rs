//! A panic beside the requests: nothing that is stored is kept from anybody, and the work goes on.

use super::{
    app::{TEST_TIMEOUT, TestApp},
    person::WAYS,
};
use crate::{database::failpoint::arm, request::feature::Job, server::start::repeat};
use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

#[tokio::test]
async fn a_panic_while_publishing_keeps_nothing_from_a_stream() {
    for way in WAYS {
        let app = TestApp::start().await;
        let lin = app.enter("Lin").await.by(way);
        let mut stream = lin.stream().await;
        // The thread that commits publishes, too.
        app.app
            .db
            .write(|_| {
                arm("publish");
                Ok(())
            })
            .await
            .unwrap();
        for text in ["published in part", "after it"] {
            let sent = lin.send(1, text).await;
            assert_eq!(stream.change().await.seq(), sent.seq, "{way:?}");
        }
    }
}

#[tokio::test]
async fn a_panic_while_accepting_a_connection_is_the_end_of_that_one_alone() {
    let app = TestApp::start().await;
    let lin = app.enter("Lin").await;
    let mut stream = lin.stream().await;
    for turn in 0..3 {
        // The server of a test accepts on the test's own thread.
        arm("accept");
        assert_eq!(app.raw("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n", "").await, "");
        assert!(app.raw("GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n", "ok").await.starts_with("HTTP/1.1 200"));
        let sent = lin.send(1, &turn.to_string()).await;
        assert_eq!(stream.change().await.seq(), sent.seq);
    }
    tokio::time::timeout(TEST_TIMEOUT, app.stop()).await.expect("and it ends as it should");
}

#[tokio::test]
async fn a_job_that_panics_runs_again_at_its_next_turn() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    let app = TestApp::start().await;
    let run = |_| -> crate::request::feature::JobFuture {
        Box::pin(async { assert!(RUNS.fetch_add(1, Ordering::Relaxed) > 0, "as the test has asked for") })
    };
    let repeating = tokio::spawn(repeat(Job { every: Duration::from_millis(1), run }, app.app.services.clone()));
    let waiting = async {
        while RUNS.load(Ordering::Relaxed) < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("it runs again");
    repeating.abort();
}
