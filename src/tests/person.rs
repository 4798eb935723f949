//! Person: somebody who has entered, with verbs.

use super::{
    answer::Answer,
    app::{Site, encode, form, html, json},
    sse::Stream,
    store_fixture::fresh_key,
};
use crate::{
    features::{
        messages::model::{Message, Page},
        people::model::User,
        rooms::model::{Member, Room},
    },
    model::ids::{MessageId, UserId},
};
use reqwest::{Method, RequestBuilder};

/// A person who has entered, and the cookie that says so.
#[derive(Debug, Clone)]
pub struct Person {
    pub site: Site,
    pub id: UserId,
    pub name: String,
    pub cookie: String,
    /// How this person's streams come.
    pub way: Way,
}

/// The two ways of a stream; what it says is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// On the bare socket, as every browser gets it.
    Short,
    /// As an ordinary answer's body: what hyper does for a request that has a body itself.
    Body,
}

pub const WAYS: [Way; 2] = [Way::Short, Way::Body];

impl Person {
    /// From the answer of entering.
    pub fn entered(site: Site, answer: &Answer) -> Self {
        let User { id, name, .. } = answer.ok();
        let cookie = answer.session_cookie().expect("a session");
        Self { site, id, name, cookie, way: Way::Short }
    }

    /// The same person, whose streams come this way.
    pub fn by(&self, way: Way) -> Self {
        Self { way, ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.site.request(method, path).header("cookie", &self.cookie)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(html(self.request(Method::GET, path))).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_raw(path, &encode(fields)).await
    }

    /// A post of a body that is a form already, or no form at all.
    pub async fn post_raw(&self, path: &str, body: &str) -> Answer {
        Answer::of(json(form(self.request(Method::POST, path), body))).await
    }

    pub async fn post_html(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_html_raw(path, &encode(fields)).await
    }

    pub async fn post_html_raw(&self, path: &str, body: &str) -> Answer {
        Answer::of(html(form(self.request(Method::POST, path), body))).await
    }

    /// Sends with `key`; whatever comes of it.
    pub async fn try_send(&self, room: u64, key: &str, text: &str) -> Answer {
        self.post("/api/messages/send", &[("room", &room.to_string()), ("key", key), ("text", text)]).await
    }

    pub async fn send(&self, room: u64, text: &str) -> Message {
        self.try_send(room, &fresh_key().to_string(), text).await.ok()
    }

    pub async fn delete(&self, message: MessageId) -> Message {
        self.post("/api/messages/delete", &[("message", &message.to_string())]).await.ok()
    }

    pub async fn page(&self, room: u64) -> Page {
        self.post("/api/messages/page", &[("room", &room.to_string()), ("limit", "100")]).await.ok()
    }

    pub async fn create_room(&self, name: &str) -> u64 {
        let room: Room = self.post("/api/rooms/create", &[("name", name)]).await.ok();
        room.id.0
    }

    pub async fn rename(&self, room: u64, name: &str) -> Room {
        self.post("/api/rooms/rename", &[("room", &room.to_string()), ("name", name)]).await.ok()
    }

    pub async fn join(&self, room: u64) -> Member {
        self.post("/api/rooms/join", &[("room", &room.to_string())]).await.ok()
    }

    pub async fn leave(&self) {
        let answer = self.post("/api/auth/leave", &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }

    /// Opens a stream at the head; `hello` has been read.
    pub async fn stream(&self) -> Stream {
        self.stream_at("/events").await
    }

    /// Opens a stream after `seq`; `hello` has been read.
    pub async fn stream_after(&self, seq: u64) -> Stream {
        self.stream_at(&format!("/events?after={seq}")).await
    }

    pub async fn stream_at(&self, path: &str) -> Stream {
        let request = self.request(Method::GET, path);
        let request = if self.way == Way::Body { request.body("x") } else { request };
        let mut stream = Stream::open(request).await;
        assert!(stream.headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked"), "{:?}", stream.headers);
        let closes = stream.headers.get("connection").is_some_and(|connection| connection == "close");
        assert_eq!(closes, self.way == Way::Short, "{:?}", stream.headers);
        assert_eq!(stream.next().await.event, "hello");
        stream
    }
}
