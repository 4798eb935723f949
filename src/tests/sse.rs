//! A reader of `GET /events`: frames as a browser understands them, and the bytes as they came.

use super::app::TEST_TIMEOUT;
use crate::model::{ids::Seq, things::Event};
use eventsource_stream::{EventStream, Eventsource};
use futures_util::{Stream as _, StreamExt as _, stream::BoxStream};
use reqwest::{RequestBuilder, header::HeaderMap};
use serde::de::DeserializeOwned;
use std::sync::{Arc, Mutex};

type Bytes = Result<Vec<u8>, reqwest::Error>;

/// What a browser would hand to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// `message` for the default event.
    pub event: String,
    /// `lastEventId`: this frame's, or the last one before it that had one.
    pub id: String,
    pub data: String,
    /// Milliseconds.
    pub retry: Option<u64>,
}

impl Frame {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The durable change this frame carries; its id is the change's number.
    pub fn change(&self) -> Event {
        assert_eq!(self.event, "message", "{self:?}");
        let change: Event = self.json();
        assert_eq!(self.id, change.seq().to_string());
        change
    }
}

/// An open stream.
pub struct Stream {
    pub headers: HeaderMap,
    frames: EventStream<BoxStream<'static, Bytes>>,
    raw: Arc<Mutex<Vec<String>>>,
    last: Seq,
}

impl Stream {
    /// Opens it; the answer has to be a stream.
    pub async fn open(request: RequestBuilder) -> Self {
        let response = request.timeout(10 * TEST_TIMEOUT).send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        let headers = response.headers().clone();
        let raw: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = raw.clone();
        let bytes = response.bytes_stream().map(move |chunk| {
            let chunk = chunk?.to_vec();
            kept.lock().unwrap().push(String::from_utf8_lossy(&chunk).into_owned());
            Ok(chunk)
        });
        Self { headers, frames: bytes.boxed().eventsource(), raw, last: Seq(0) }
    }

    /// The next frame; none once the server has ended the stream.
    pub async fn next_or_end(&mut self) -> Option<Frame> {
        let frame =
            tokio::time::timeout(TEST_TIMEOUT, self.frames.next()).await.expect("a frame in time")?.expect("a whole frame");
        let retry = frame.retry.map(|retry| retry.as_millis() as u64);
        Some(Frame { event: frame.event, id: frame.id, data: frame.data, retry })
    }

    pub async fn next(&mut self) -> Frame {
        self.next_or_end().await.expect("the stream goes on")
    }

    /// The next durable change; numbers rise, so each comes once.
    pub async fn change(&mut self) -> Event {
        loop {
            let frame = self.next().await;
            if frame.event == "ping" {
                continue;
            }
            let change = frame.change();
            assert!(change.seq() > self.last, "{:?} after {:?}", change.seq(), self.last);
            self.last = change.seq();
            return change;
        }
    }

    /// The next message, whatever else comes before it.
    pub async fn text(&mut self) -> String {
        loop {
            if let Event::Message(message) = self.change().await {
                return message.text;
            }
        }
    }

    /// The next `n` messages' texts.
    pub async fn texts(&mut self, n: usize) -> Vec<String> {
        let mut texts = Vec::with_capacity(n);
        while texts.len() < n {
            texts.push(self.text().await);
        }
        texts
    }

    /// All changes up to and including the one numbered `head`.
    pub async fn until(&mut self, head: Seq) -> Vec<Event> {
        let mut changes = Vec::new();
        while self.last < head {
            changes.push(self.change().await);
        }
        changes
    }

    /// Reads to the end, past a `bye`, and returns the last frames.
    pub async fn read_to_end(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next_or_end().await {
            frames.push(frame);
        }
        frames
    }

    /// Everything that has been read, as it came: a piece for each write that arrived whole.
    pub fn raw(&self) -> Vec<String> {
        self.raw.lock().unwrap().clone()
    }

    /// Whether anything waits to be read this very moment.
    pub fn is_quiet(&mut self) -> bool {
        let waker = futures_util::task::noop_waker();
        let mut context = std::task::Context::from_waker(&waker);
        std::pin::Pin::new(&mut self.frames).poll_next(&mut context).is_pending()
    }
}
